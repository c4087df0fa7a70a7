import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a request is from the server that knows the secret: Standard Webhooks 1.0, an HMAC-SHA256 of
 * `id.timestamp.body`. The timestamp must be within 5 minutes of `nowSeconds`.
 */
export function isSigned(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
  secret: string,
  nowSeconds: number,
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof given !== 'string') return false;
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length === 0) return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  // While a secret is being changed there are two signatures.
  return given.split(' ').some((each) => isSame(each, expected));
}

const TOLERANCE_SECONDS = 300;

function isSame(signature: string, expected: Buffer): boolean {
  if (!signature.startsWith('v1,')) return false;
  const bytes = Buffer.from(signature.slice('v1,'.length), 'base64');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
