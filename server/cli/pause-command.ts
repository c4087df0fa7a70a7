import { clientOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

export const pauseCommand: Command = {
  summary: 'the kill switch: no text leaves any more',
  options: [],
  help: `smsbridge pause

The kill switch: no text of the mode of the key leaves any more, on no carrier and over restarts, until resume. Texts are
still accepted and wait. Other servers follow within seconds; what is on the wire cannot be called back.

Example: smsbridge pause`,
  run: (args, out) => set('pause', args, out),
};

export const resumeCommand: Command = {
  summary: 'texts leave again',
  options: [],
  help: `smsbridge resume

Lets texts leave again after pause. Those whose validity ended meanwhile have expired.

Example: smsbridge resume`,
  run: (args, out) => set('resume', args, out),
};

async function set(what: 'pause' | 'resume', args: Arguments, out: Output): Promise<number> {
  if (args.positionals.length > 0) throw new UsageError(`${what} takes nothing; one carrier: smsc ${what} <id>.`);
  const sending = await clientOf(args).sending[what]();
  out.say(`${sending.mode} texts are ${sending.paused ? `paused since ${sending.paused_at}` : 'sent'}`);
  out.result(sending);
  return EXIT.ok;
}
