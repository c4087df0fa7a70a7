import type { SendText } from '../../connectors/sdk/index.ts';
import { clientOf } from './client.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Arguments, Output } from './usage.ts';

/** `send <to> <text>` */
export async function sendCommand(args: Arguments, out: Output): Promise<number> {
  const { values, positionals } = args;
  const [to, body, ...rest] = positionals;
  if (to === undefined || body === undefined || rest.length > 0) {
    throw new UsageError('send takes a number and a text: smsbridge send +14155550123 "Hello".');
  }
  const text: SendText = {
    to,
    body,
    ...(values.from === undefined ? {} : { from: values.from }),
    // What is no message type is refused by the server, which knows them all.
    ...(values.type === undefined ? {} : { message_type: values.type as NonNullable<SendText['message_type']> }),
    ...(values['client-ref'] === undefined ? {} : { client_ref: values['client-ref'] }),
  };
  const idempotencyKey = values['idempotency-key'];
  const sent = await clientOf(args).sms.send(text, idempotencyKey === undefined ? {} : { idempotencyKey });
  out.say(`${sent.status}  ${sent.message_id}  ${sent.segments} segment${sent.segments === 1 ? '' : 's'}`);
  for (const { code, message } of sent.warnings) out.say(`warning ${code}: ${message}`);
  out.result(sent);
  return EXIT.ok;
}

/** `get <message_id>` */
export async function getCommand(args: Arguments, out: Output): Promise<number> {
  const [id, ...rest] = args.positionals;
  if (id === undefined || rest.length > 0) throw new UsageError('get takes the message_id that send answered.');
  const text = await clientOf(args).sms.getStatus(id);
  out.say(`${text.status}  ${text.message_id}  to ${text.to}${text.ambiguous ? '  possibly twice' : ''}`);
  if (text.error) out.say(`${text.error.code}: ${text.error.message}`);
  out.result(text);
  return EXIT.ok;
}
