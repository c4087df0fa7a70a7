import { FINAL_STATUSES, type SmsClient, type Status } from '../../connectors/sdk/index.ts';
import { systemClock } from '../clock.ts';
import { clientOf, secondsOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

export const statusCommand: Command = {
  summary: 'what became of a text: status <message_id> [--watch]',
  options: ['watch'],
  help: `smsbridge status <message_id> [--watch]

Shows the status of a text and, where it did not arrive, why.

  --watch                   shows every change until the end; the exit code is 0 only when it was delivered
  --timeout SECONDS         how long to watch; 600 when left out

Example: smsbridge status 0197a1b2-c3d4-7e5f-8a90-123456789abc --watch`,
  run,
};

export const getCommand: Command = {
  summary: 'the same as status',
  options: ['watch'],
  help: `smsbridge get <message_id> [--watch]

The same as status.

Example: smsbridge get 0197a1b2-c3d4-7e5f-8a90-123456789abc`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [id, ...rest] = args.positionals;
  if (id === undefined || rest.length > 0) throw new UsageError('status takes the message_id that send answered.');
  if (args.values.watch) return watch(args, id, out);
  await show(clientOf(args), id, out);
  return EXIT.ok;
}

async function watch(args: Arguments, id: string, out: Output): Promise<number> {
  const { timeout = '600', ...values } = args.values;
  const timeoutMs = secondsOf(timeout) * 1_000;
  const client = clientOf({ ...args, values });
  // What lasts longer is a TIMEOUT of the SDK.
  const endMs = systemClock.now() + timeoutMs;
  let { status } = await client.sms.getStatus(id);
  let told = await tellEvents(client, id, 0, out);
  while (!FINAL_STATUSES.includes(status)) {
    const others: readonly Status[] = STATUSES.filter((other) => other !== status);
    ({ status } = await client.sms.waitForStatus(id, others, { timeoutMs: endMs - systemClock.now() }));
    told = await tellEvents(client, id, told, out);
  }
  await show(client, id, out);
  return status === 'delivered' || status === 'received' ? EXIT.ok : EXIT.notDelivered;
}

/** Those behind the first `told`; answers how many there are. */
async function tellEvents({ sms }: SmsClient, id: string, told: number, out: Output): Promise<number> {
  const events = await sms.events(id);
  for (const { created_at, type } of events.slice(told)) out.say(`${created_at}  ${type}`);
  return events.length;
}

async function show({ sms }: SmsClient, id: string, out: Output): Promise<void> {
  const text = await sms.getStatus(id);
  out.say(`${text.status}  ${text.message_id}  to ${text.to}${text.ambiguous ? '  possibly twice' : ''}`);
  if (text.error) out.say(`${text.error.code}: ${text.error.message}`);
  out.result(text);
}

const STATUSES: readonly Status[] = ['scheduled', 'held', 'queued', 'sending', 'sent', ...FINAL_STATUSES];
