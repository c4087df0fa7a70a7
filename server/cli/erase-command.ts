import { clientOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

export const eraseCommand: Command = {
  summary: 'take away everything that is stored about a number: erase <number>',
  options: ['yes'],
  help: `smsbridge erase <number> [--yes]

Takes away everything that is stored about a number. It cannot be undone. Texts are gone within seconds, everything after
about ten minutes; opt-outs go on being honoured.

  --yes                     does not ask first

Example: smsbridge erase +14155550123`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [number, ...rest] = args.positionals;
  if (number === undefined || rest.length > 0) throw new UsageError('erase takes a number.');
  if (!args.values.yes) {
    const answer = await out.ask(`Erase everything about ${number} for good? Write yes: `);
    if (answer === null) throw new UsageError('Nobody is there to be asked: --yes erases without asking.');
    if (answer.trim().toLowerCase() !== 'yes') throw new UsageError('Nothing was erased.');
  }
  const job = await clientOf(args).privacy.erase(number);
  out.say(`${job.id}  ${job.state}: texts are gone within seconds, everything after about ten minutes`);
  out.result(job);
  return EXIT.ok;
}
