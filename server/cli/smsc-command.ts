import type { Smsc } from '../../connectors/sdk/index.ts';
import { clientOf } from './client.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Arguments, Command } from './command.ts';
import type { Output } from './output.ts';

export const smscCommand: Command = {
  summary: 'the carriers and how their binds are; smsc pause|resume|rebind <id>',
  options: [],
  help: `smsbridge smsc [list] | pause <id> | resume <id> | rebind <id>

Lists the carriers that the key can reach: whether they are up, paused, and how many binds they have. By a paused one
no new text leaves, also after a restart; rebind binds anew at once.

Example: smsbridge smsc --json`,
  run,
};

/** `smsc [list]`, `smsc pause|resume|rebind <id>` */
async function run(args: Arguments, out: Output): Promise<number> {
  const [what = 'list', id, ...rest] = args.positionals;
  if (what === 'list' && id === undefined) return list(args, out);
  if ((what !== 'pause' && what !== 'resume' && what !== 'rebind') || id === undefined || rest.length > 0) {
    throw new UsageError('smsc takes nothing, list, or one of pause, resume and rebind with the id of a carrier.');
  }
  const carrier = await clientOf(args).smsc[what](id);
  out.say(line(carrier));
  out.result(carrier);
  return EXIT.ok;
}

async function list(args: Arguments, out: Output): Promise<number> {
  const carriers = await clientOf(args).smsc.list();
  if (carriers.length === 0) out.say('No carrier.');
  for (const carrier of carriers) out.say(line(carrier));
  out.result(carriers);
  return EXIT.ok;
}

function line({ id, state, paused, binds, last_error: lastError }: Smsc): string {
  const bound = binds.filter(({ state: current }) => current === 'bound' || current === 'suspect').length;
  const why = state === 'up' || !lastError ? '' : `  ${lastError.command_status ?? lastError.reason}`;
  return `${id}  ${state}${paused ? '  paused' : ''}  ${bound} of ${binds.length} binds${why}`;
}
