import type { Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';

export const completionCommand: Command = {
  summary: 'names of commands at the press of Tab: completion bash|zsh',
  options: [],
  help: `smsbridge completion bash | zsh

Writes what makes your shell complete the names of commands.

Example: source <(smsbridge completion bash)`,
  run({ positionals: [shell, ...rest] }, out) {
    if ((shell !== 'bash' && shell !== 'zsh') || rest.length > 0) {
      throw new UsageError('completion takes bash or zsh.');
    }
    const asBash = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : '';
    out.hand(`${asBash}complete -W "$(smsbridge --help | sed -n 's/^  \\([a-z][a-z-]*\\) .*/\\1/p')" smsbridge\n`);
    return Promise.resolve(EXIT.ok);
  },
};
