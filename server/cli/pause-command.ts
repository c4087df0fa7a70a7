import { clientOf } from './client.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Arguments, Output } from './usage.ts';

/** `pause` and `resume` */
export const pauseCommand = (args: Arguments, out: Output) => set('pause', args, out);
export const resumeCommand = (args: Arguments, out: Output) => set('resume', args, out);

async function set(what: 'pause' | 'resume', args: Arguments, out: Output): Promise<number> {
  if (args.positionals.length > 0) throw new UsageError(`${what} takes nothing; one carrier: smsc ${what} <id>.`);
  const sending = await clientOf(args).sending[what]();
  out.say(`${sending.mode} texts are ${sending.paused ? `paused since ${sending.paused_at}` : 'sent'}`);
  out.result(sending);
  return EXIT.ok;
}
