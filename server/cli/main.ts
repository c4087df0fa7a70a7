import { parseArgs } from 'node:util';
import { SmsApiError } from '../../connectors/sdk/index.ts';
import { auditCommand } from './audit-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { EXIT, SheetError, UsageError, exitCodeOf } from './exit-codes.ts';
import { keysCommand } from './keys-command.ts';
import { pauseCommand, resumeCommand } from './pause-command.ts';
import { rulesCommand } from './rules-command.ts';
import { smscCommand } from './smsc-command.ts';
import { tailCommand } from './tail-command.ts';
import { getCommand, sendCommand } from './texts.ts';
import { type Arguments, HELP, OPTIONS, type Output, USAGE, onConsole } from './usage.ts';

const COMMANDS: Readonly<Record<string, (args: Arguments, out: Output) => Promise<number>>> = {
  send: sendCommand,
  get: getCommand,
  tail: tailCommand,
  smsc: smscCommand,
  rules: rulesCommand,
  audit: auditCommand,
  keys: keysCommand,
  pause: pauseCommand,
  resume: resumeCommand,
  doctor: doctorCommand,
};

/** `smsbridge <command> …`; answers the exit code. With `--json` the last line of stdout is one JSON document. */
export async function run(argv: readonly string[], environment = process.env): Promise<number> {
  let out = onConsole(argv.includes('--json'));
  try {
    const { values, positionals } = parse(argv);
    const [name = '', ...rest] = positionals;
    if (values.help || name === '') {
      out.say(Object.hasOwn(HELP, name) ? `${HELP[name]}` : USAGE);
      return values.help ? EXIT.ok : EXIT.usage;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new UsageError(`${name} is no command. There are ${Object.keys(COMMANDS).join(', ')}.`);
    out = onConsole(values.json);
    return await command({ values, positionals: rest, environment }, out);
  } catch (error) {
    const code = exitCodeOf(error);
    if (error instanceof UsageError) out.fail(error.message, { code: 'USAGE', detail: error.message });
    else if (error instanceof SheetError) out.fail(error.message, { code: 'SHEET', faults: error.faults });
    else if (error instanceof SmsApiError) {
      const { code: name, status, detail, action, param, requestId } = error;
      out.fail(`${detail} ${action}`.trim(), { code: name, status, detail, action, param, request_id: requestId });
    } else throw error;
    return code;
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

if (import.meta.main) process.exitCode = await run(process.argv.slice(2));
