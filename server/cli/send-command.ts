import type { SendText } from '../../connectors/sdk/index.ts';
import { clientOf } from './client.ts';
import type { Arguments, Command, Values } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

export const sendCommand: Command = {
  summary: 'hand a text over: send <to> <text>',
  options: ['from', 'type', 'topic', 'client-ref', 'idempotency-key'],
  help: `smsbridge send <to> <text> [options]

Hands a text over and says what became of it at once: queued, or why it was refused. Queued is not delivered: see status.

  --from SENDER             a number, a name, or the id of a pool
  --type TYPE               transactional, promotional, otp or conversational
  --topic TOPIC             what the recipient agreed to
  --client-ref REF          your own name for the text
  --idempotency-key KEY     the same key and text are sent once, however often you call

Example: smsbridge send +14155550123 "Your order is on its way" --from +15005550100`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [to, body, ...rest] = args.positionals;
  if (to === undefined || body === undefined || rest.length > 0) {
    throw new UsageError('send takes a number and a text: smsbridge send +14155550123 "Hello".');
  }
  const idempotencyKey = args.values['idempotency-key'];
  const sent = await clientOf(args).sms.send({ to, body, ...textOptions(args.values) }, { idempotencyKey });
  out.say(`${sent.status}  ${sent.message_id}  ${sent.segments} segment${sent.segments === 1 ? '' : 's'}`);
  for (const { code, message } of sent.warnings) out.say(`warning ${code}: ${message}`);
  out.result(sent);
  return EXIT.ok;
}

/** What the options say about a text. */
export function textOptions(values: Values): Partial<SendText> {
  const { from, type, topic, tag } = values;
  const ref = values['client-ref'];
  return {
    ...(from === undefined ? {} : { from }),
    // What is no message type is refused by the server, which knows them all.
    ...(type === undefined ? {} : { message_type: type as NonNullable<SendText['message_type']> }),
    ...(topic === undefined ? {} : { topic }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(ref === undefined ? {} : { client_ref: ref }),
  };
}
