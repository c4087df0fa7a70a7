import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';

/** The three headers of Standard Webhooks 1.0. */
export interface SignatureHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

export interface Signable {
  /** The same for every attempt to deliver one event to one endpoint: receivers drop what they already had. */
  readonly id: string;
  /** Unix seconds of this attempt. */
  readonly timestampSeconds: number;
  /** The exact bytes that are sent, as text. */
  readonly body: string;
  /** `whsec_…`, one or, while a secret is being rotated, several: one signature each. */
  readonly secrets: readonly string[];
}

/** Signs `id.timestamp.body` with HMAC-SHA256 (Standard Webhooks 1.0, "Signature scheme"). */
export function sign({ id, timestampSeconds, body, secrets }: Signable): SignatureHeaders {
  const signatures = secrets.map((secret) => `v1,${signature(secret, id, timestampSeconds, body).toString('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}

/** `whsec_` and 32 random bytes in base64; the specification asks for 24 to 64. */
export function newSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

export type Verification =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'headers' | 'too_old' | 'too_new' | 'signature' };

/**
 * The receiver's side: one of the signatures must fit, and the timestamp must be within 5 minutes of `nowSeconds`
 * in both directions.
 */
export function verify(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  secret: string,
  nowSeconds: number,
): Verification {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const given = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof given !== 'string') return { ok: false, reason: 'headers' };
  if (typeof timestamp !== 'string' || !/^\d{1,15}$/.test(timestamp)) return { ok: false, reason: 'headers' };
  const timestampSeconds = Number(timestamp);
  if (nowSeconds - timestampSeconds > TOLERANCE_SECONDS) return { ok: false, reason: 'too_old' };
  if (timestampSeconds - nowSeconds > TOLERANCE_SECONDS) return { ok: false, reason: 'too_new' };
  const expected = signature(secret, id, timestampSeconds, body);
  const fits = given.split(' ').some((each) => isSignature(each, expected));
  return fits ? { ok: true } : { ok: false, reason: 'signature' };
}

const PREFIX = 'whsec_';
const TOLERANCE_SECONDS = 5 * 60;

function signature(secret: string, id: string, timestampSeconds: number, body: string): Buffer {
  return createHmac('sha256', keyOf(secret)).update(`${id}.${timestampSeconds}.${body}`).digest();
}

/** Making a key costs three times as much as signing with it. */
function keyOf(secret: string): KeyObject {
  const known = keys.get(secret);
  if (known) return known;
  if (keys.size >= KEYS_MAX) keys.clear();
  const key = createSecretKey(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  keys.set(secret, key);
  return key;
}

const keys = new Map<string, KeyObject>();
const KEYS_MAX = 1_000;

function isSignature(given: string, expected: Buffer): boolean {
  if (!given.startsWith('v1,')) return false;
  const bytes = Buffer.from(given.slice('v1,'.length), 'base64');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
