import { readFileSync } from 'node:fs';
import { type SendText, SmsClient } from '../../connectors/sdk/index.ts';
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

/** `smsc` */
export async function smscCommand(args: Arguments, out: Output): Promise<number> {
  const [what = 'list', ...rest] = args.positionals;
  if (what !== 'list' || rest.length > 0) throw new UsageError('smsc takes nothing, or list.');
  const carriers = await clientOf(args).smsc.list();
  if (carriers.length === 0) out.say('No carrier.');
  for (const { id, state, paused, binds } of carriers) {
    out.say(`${id}  ${state}${paused ? '  paused' : ''}  ${binds.length} bind${binds.length === 1 ? '' : 's'}`);
  }
  out.result(carriers);
  return EXIT.ok;
}

function clientOf({ values, environment }: Arguments): SmsClient {
  const baseUrl = values.url ?? environment['SMSBRIDGE_URL'] ?? 'http://localhost:8080';
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new UsageError('The URL starts with http:// or https://.');
  }
  const timeoutMs = secondsOf(values.timeout) * 1_000;
  return new SmsClient({ baseUrl, apiKey: keyOf(values['key-file'], environment['SMSBRIDGE_API_KEY']), timeoutMs });
}

/** A key on the command line would be seen by everybody on the machine, so there is no option for it. */
function keyOf(file: string | undefined, key: string | undefined): string {
  const text = file === undefined ? (key ?? '') : contentOf(file);
  // The file of the first start has both keys; a command line tries things out, so the test key is meant.
  const found = text.trim().startsWith('{') ? /"test"\s*:\s*"([^"]+)"/.exec(text)?.[1] : text.trim();
  if (!found || !/^[\x21-\x7e]+$/.test(found)) {
    throw new UsageError('No API key: set SMSBRIDGE_API_KEY, or name a file with --key-file data/first-keys.json.');
  }
  return found;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}

/** Of the option --timeout: 1 to 600, 10 when left out. */
export function secondsOf(timeout: string | undefined): number {
  const seconds = Number(timeout ?? 10);
  if (!Number.isFinite(seconds) || seconds < 0.1 || seconds > 600)
    throw new UsageError('--timeout is 0.1 to 600 seconds.');
  return seconds;
}
