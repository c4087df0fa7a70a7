import { type SmsEvent, signWebhook } from '../../connectors/sdk/index.ts';
import { systemClock } from '../clock.ts';
import { clientOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';
import { countOf } from './tail-command.ts';

export const listenCommand: Command = {
  summary: 'webhooks without a public URL: listen --forward URL',
  options: ['forward', 'after', 'count'],
  help: `smsbridge listen --forward URL [type …] [options]

Posts what happens to a program on your machine exactly as a webhook would, signed: no tunnel is needed. Each event is
posted once, in its order; webhooks are tried again for days. The secret is SMSBRIDGE_WEBHOOK_SECRET, or a new one that
is shown at the start.

  --forward URL             where your program listens, for instance http://localhost:3000/sms
  --after EVENT_ID          begins behind this event; 0-0 with the oldest, 30 days ago
  --count N                 ends after so many events

Example: smsbridge listen --forward http://localhost:3000/sms message.received "contact.*"`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const { values, positionals, environment } = args;
  const url = targetOf(values.forward);
  const wanted = countOf(values.count);
  const given = environment['SMSBRIDGE_WEBHOOK_SECRET'];
  const secret = given ?? newSecret();
  if (given === undefined) {
    out.say(`Signed with ${secret}`);
    out.result({ secret });
  }
  const options = {
    ...(positionals.length > 0 ? { types: positionals } : {}),
    ...(values.after === undefined ? {} : { lastEventId: values.after }),
  };
  let posted = 0;
  for await (const event of clientOf(args).events.stream(options)) {
    const { answer, ms } = await post(url, event, secret);
    out.say(`${event.created_at}  ${event.type.padEnd(20)}  ${answer}  (${ms} ms)`);
    out.result({ event_id: event.id, type: event.type, answer, ms });
    posted += 1;
    if (posted >= wanted) break;
  }
  return EXIT.ok;
}

/** As the server waits for a webhook. */
const PATIENCE_MS = 15_000;

/** The status of the answer, or why there was none. */
async function post(url: string, { id, type, created_at, data }: SmsEvent, secret: string) {
  const body = JSON.stringify({ type, timestamp: created_at, data });
  const headers = await signWebhook({ id, timestampSeconds: Math.floor(systemClock.now() / 1_000), body, secret });
  const beganMs = systemClock.monotonic();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).then(
    async (response) => {
      await response.body?.cancel();
      return response.status;
    },
    (error: unknown) => (error instanceof Error && error.name === 'TimeoutError' ? 'no answer' : 'no connection'),
  );
  return { answer, ms: Math.round(systemClock.monotonic() - beganMs) };
}

function targetOf(url: string | undefined): string {
  if (url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new UsageError('listen takes --forward and a URL: smsbridge listen --forward http://localhost:3000/sms.');
}

const newSecret = () => `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`;
