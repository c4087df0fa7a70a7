import type { SmsEvent } from '../../connectors/sdk/index.ts';
import { clientOf } from './client.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Arguments, Command } from './command.ts';
import type { Output } from './output.ts';

export const tailCommand: Command = {
  summary: 'what happens, as it happens',
  options: ['after', 'count'],
  help: `smsbridge tail [type …] [options]

Shows events as they happen, all or those of some types (message.delivered, contact.*). A lost connection is made again
and nothing is missed. With --json each event is one line.

  --after EVENT_ID          goes on behind this event; 0-0 begins with the oldest, 30 days ago
  --count N                 ends after so many events

Example: smsbridge tail message.failed message.undelivered`,
  run,
};

/** `tail [type …]`: what happens, one line for each event, until Ctrl-C or --count. */
async function run(args: Arguments, out: Output): Promise<number> {
  const { after, count } = args.values;
  const wanted = countOf(count);
  const options = {
    ...(args.positionals.length > 0 ? { types: args.positionals } : {}),
    ...(after === undefined ? {} : { lastEventId: after }),
  };
  let seen = 0;
  for await (const event of clientOf(args).events.stream(options)) {
    out.say(lineOf(event));
    out.result(event);
    seen += 1;
    if (seen >= wanted) break;
  }
  return EXIT.ok;
}

/** Of the option --count; as many as there are when it is left out. */
export function countOf(count: string | undefined): number {
  const wanted = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
  if (!(wanted >= 1)) throw new UsageError('--count is a whole number from 1 on.');
  return wanted;
}

function lineOf({ created_at, type, message_id, data }: SmsEvent): string {
  const words = ['to', 'from', 'number', 'endpoint_id', 'smsc_id', 'hold_reason'].flatMap((name) => {
    const value = data[name];
    return typeof value === 'string' ? [`${name}=${value}`] : [];
  });
  const error = typeof data['error'] === 'object' && data['error'] !== null ? Reflect.get(data['error'], 'code') : null;
  if (typeof error === 'string') words.push(`error=${error}`);
  return [created_at, type.padEnd(20), message_id ?? '-', ...words].join('  ');
}
