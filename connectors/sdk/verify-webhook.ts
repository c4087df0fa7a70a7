import type { CreateWebhookEndpointBody, Event } from './contract.ts';

/** What can happen; a newer server may know more. */
export type EventType = Exclude<CreateWebhookEndpointBody['event_types'][number], '*' | 'message.*'>;

/**
 * What a webhook tells. `data` is what `GET /v1/events` shows of the same event; look at `type` first. Several tellings
 * of one event have one `id`: drop those that you had.
 */
export interface WebhookEvent {
  /** The webhook-id. */
  readonly id: string;
  readonly type: EventType | (string & Record<never, never>);
  /** When it happened, RFC 3339. */
  readonly timestamp: string;
  readonly data: Event['data'];
}

/** Of `Request`, of Node's `IncomingMessage`, or any other with the names in lower case. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Exactly as it arrived. */
export type RawBody = string | Uint8Array | ArrayBuffer;

export interface VerifyOptions {
  /** How far the clocks may be apart, into the past and into the future; 300 when left out. */
  readonly toleranceSeconds?: number;
  /** Unix time; that of this machine when left out. */
  readonly nowMs?: number;
}

/** Somebody else sent this, or it was changed, or it is too old: answer 400 and do nothing. */
export class WebhookSignatureError extends Error {
  override readonly name = 'WebhookSignatureError';
  readonly reason: 'headers' | 'too_old' | 'too_new' | 'signature' | 'body';

  constructor(reason: WebhookSignatureError['reason']) {
    super(WHY[reason]);
    this.reason = reason;
  }
}

const WHY = {
  headers: 'webhook-id, webhook-timestamp and webhook-signature are not all there.',
  too_old: 'The webhook was signed too long ago.',
  too_new: 'The webhook was signed in the future: compare the clocks.',
  signature: 'No signature of the webhook fits: is it the right secret, and the body exactly as it arrived?',
  body: 'The webhook is signed, but no event of SMS Bridge.',
} as const;

/**
 * Checks the signature of a webhook (Standard Webhooks 1.0) and answers its event; throws `WebhookSignatureError`.
 * `rawBody` is the body exactly as it arrived: parsed and written anew it has another signature. `secret` is `whsec_…`,
 * or several while one is being exchanged; of the signatures in the header one has to fit one of them.
 */
export async function verifyWebhook(
  rawBody: RawBody,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  { toleranceSeconds = 300, nowMs = Date.now() }: VerifyOptions = {},
): Promise<WebhookEvent> {
  const { id, timestamp, signatures } = claimOf(headers);
  const ageSeconds = Math.floor(nowMs / 1_000) - Number(timestamp);
  if (ageSeconds > toleranceSeconds) throw new WebhookSignatureError('too_old');
  if (-ageSeconds > toleranceSeconds) throw new WebhookSignatureError('too_new');

  const body = bytesOfBody(rawBody);
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  for (const each of typeof secret === 'string' ? [secret] : secret) {
    if (await fits(each, signatures, signed)) return eventOf(id, body);
  }
  throw new WebhookSignatureError('signature');
}

/** Frameworks like to parse it: then every signature would be wrong, and nobody would know why. */
function bytesOfBody(body: RawBody): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  throw new TypeError(
    'The body of a webhook is verified as it arrived, a string or bytes: it must not be parsed before.',
  );
}

/** More than a rotation needs, and few enough to be checked for anybody who asks. */
const SIGNATURES_MAX = 10;

function claimOf(headers: WebhookHeaders) {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  const signatures = header(headers, 'webhook-signature')
    .split(' ')
    .flatMap((each) => (each.startsWith('v1,') ? [bytesOf(each.slice('v1,'.length))] : []))
    .slice(0, SIGNATURES_MAX);
  if (id === '' || !/^\d{1,15}$/.test(timestamp)) throw new WebhookSignatureError('headers');
  if (header(headers, 'webhook-signature') === '') throw new WebhookSignatureError('headers');
  return { id, timestamp, signatures };
}

function header(headers: WebhookHeaders, name: string): string {
  if (isHeaders(headers)) return headers.get(name) ?? '';
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

const isHeaders = (headers: WebhookHeaders): headers is { get(name: string): string | null } =>
  typeof headers['get'] === 'function';

/** WebCrypto compares in a time that does not depend on where the difference is. */
async function fits(secret: string, signatures: readonly Bytes[], signed: Bytes): Promise<boolean> {
  const key = await signingKey(secret, 'verify');
  for (const signature of signatures) if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true;
  return false;
}

/** The key that `whsec_…` stands for; a secret that is none is a mistake of the program: TypeError. */
export async function signingKey(secret: string, use: 'sign' | 'verify') {
  const secretBytes = bytesOf(secret.replace(/^whsec_/, ''));
  if (secretBytes.length === 0) throw new TypeError('The secret of a webhook is whsec_ and base64.');
  return crypto.subtle.importKey('raw', secretBytes, { name: 'HMAC', hash: 'SHA-256' }, false, [use]);
}

/** Signed by us; that it is an event is checked all the same, for the secret may sign other things elsewhere. */
function eventOf(id: string, body: Uint8Array): WebhookEvent {
  const value = parsed(new TextDecoder().decode(body));
  const { type, timestamp, data } = value;
  if (typeof type !== 'string' || typeof timestamp !== 'string') throw new WebhookSignatureError('body');
  if (typeof data !== 'object' || data === null) throw new WebhookSignatureError('body');
  return { id, type, timestamp, data: { ...data } };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Of base64; empty when it is none. */
function bytesOf(base64: string): Bytes {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function joined(first: Uint8Array, second: Uint8Array): Bytes {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
