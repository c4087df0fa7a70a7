// Verifies a webhook (Standard Webhooks 1.0). To try it: node node.mjs <id> <timestamp> <signature> < body
import { createHmac, timingSafeEqual } from 'node:crypto';
import { text } from 'node:stream/consumers';

/** `body` is the request's body as it came, before any parser; `secret` begins with whsec_. */
export function isGenuine(headers, body, secret, nowSeconds = Date.now() / 1000) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(nowSeconds - Number(timestamp)) <= 300)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  // While a secret is being rotated there are several.
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return signature.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const [id, timestamp, signature] = process.argv.slice(2);
const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
const isOurs = isGenuine(headers, await text(process.stdin), process.env.WEBHOOK_SECRET);
console.log(isOurs ? 'genuine' : 'forged');
