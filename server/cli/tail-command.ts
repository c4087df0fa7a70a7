import type { SmsEvent } from '../../connectors/sdk/index.ts';
import { clientOf } from './client.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Arguments, Output } from './usage.ts';

/** `tail [type …]`: what happens, one line for each event, until Ctrl-C or --count. */
export async function tailCommand(args: Arguments, out: Output): Promise<number> {
  const { after, count } = args.values;
  const wanted = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
  if (!(wanted >= 1)) throw new UsageError('--count is a whole number from 1 on.');
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

function lineOf({ created_at, type, message_id, data }: SmsEvent): string {
  const words = ['to', 'from', 'number', 'endpoint_id', 'smsc_id', 'hold_reason'].flatMap((name) => {
    const value = data[name];
    return typeof value === 'string' ? [`${name}=${value}`] : [];
  });
  const error = typeof data['error'] === 'object' && data['error'] !== null ? Reflect.get(data['error'], 'code') : null;
  if (typeof error === 'string') words.push(`error=${error}`);
  return [created_at, type.padEnd(20), message_id ?? '-', ...words].join('  ');
}
