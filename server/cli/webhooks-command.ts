import type { NewWebhookEndpoint, SmsClient, WebhookDelivery, WebhookEndpoint } from '../../connectors/sdk/index.ts';
import { clientOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { overlapOf } from './keys-command.ts';
import type { Output } from './output.ts';
import { countOf } from './tail-command.ts';

export const webhooksCommand: Command = {
  summary: 'where events are sent; webhooks create|test|deliveries|resend|rotate|remove',
  options: ['event', 'overlap', 'count'],
  help: `smsbridge webhooks [list] | create <url> | test <id> | deliveries <id> | resend <delivery_id> | rotate <id> | remove <id>

Lists the addresses that events are sent to, adds one, sends it a test, shows what was sent there, sends one delivery
again, or makes a new secret. A secret is shown once.

  --event TYPE              of create, several times if wanted: message.delivered, "message.*"; all when left out
  --overlap SECONDS         of rotate: how long the secret before signs too; a day when left out
  --count N                 of deliveries; 50 when left out

Example: smsbridge webhooks create https://shop.example.com/sms --event message.received --event contact.opted_out`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [what = 'list', subject, ...rest] = args.positionals;
  const { webhooks } = clientOf(args);
  if (what === 'list' && subject === undefined) return list(webhooks, out);
  if (subject === undefined || rest.length > 0) throw new UsageError(EXPECTED);
  switch (what) {
    case 'create':
      return showSecret(await webhooks.create({ url: subject, event_types: typesOf(args) }), out);
    case 'rotate':
      return showSecret(await webhooks.rotate(subject, overlapOf(args)), out);
    case 'test':
      return showDelivery(await webhooks.test(subject), out);
    case 'resend':
      return showDelivery(await webhooks.deliveries.resend(subject), out);
    case 'deliveries':
      return listDeliveries(webhooks, subject, countOf(args.values.count ?? '50'), out);
    case 'remove':
      await webhooks.remove(subject);
      out.say(`${subject}  removed`);
      out.result({ id: subject, removed: true });
      return EXIT.ok;
    default:
      throw new UsageError(EXPECTED);
  }
}

const EXPECTED =
  'webhooks takes list, create <url>, test <id>, deliveries <id>, resend <delivery_id>, rotate <id> or remove <id>.';

type Webhooks = SmsClient['webhooks'];
type EventTypes = Parameters<Webhooks['create']>[0]['event_types'];

// What is no type is refused by the server, which knows them all.
const typesOf = ({ values }: Arguments) => (values.event ?? ['*']) as EventTypes;

async function list(webhooks: Webhooks, out: Output): Promise<number> {
  const endpoints = await webhooks.list();
  if (endpoints.length === 0) out.say('No endpoint.');
  for (const endpoint of endpoints) out.say(line(endpoint));
  out.result(endpoints);
  return EXIT.ok;
}

async function listDeliveries(webhooks: Webhooks, id: string, wanted: number, out: Output): Promise<number> {
  const found: WebhookDelivery[] = [];
  for await (const delivery of webhooks.deliveries.list(id)) {
    found.push(delivery);
    out.say(deliveryLine(delivery));
    if (found.length >= wanted) break;
  }
  if (found.length === 0) out.say('Nothing was sent there.');
  out.result(found);
  return EXIT.ok;
}

function showSecret(made: Pick<NewWebhookEndpoint, 'secret'> & WebhookEndpoint, out: Output): number {
  out.say(line(made));
  out.say(`${made.secret}  (shown this once)`);
  out.result(made);
  return EXIT.ok;
}

function showDelivery(delivery: WebhookDelivery, out: Output): number {
  out.say(deliveryLine(delivery));
  out.result(delivery);
  return EXIT.ok;
}

function line({ id, mode, url, event_types, enabled, disabled_reason }: WebhookEndpoint): string {
  return `${id}  ${mode}  ${url}  ${event_types.join(' ')}${enabled ? '' : `  off ${disabled_reason ?? ''}`}`;
}

function deliveryLine({ id, event_type, status, attempts, response_status, error }: WebhookDelivery): string {
  const answer = response_status ?? error ?? 'no answer yet';
  return `${id}  ${event_type}  ${status}  ${attempts} attempts  ${answer}`;
}
