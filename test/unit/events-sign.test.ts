import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newSecret, sign, verify } from '../../server/events/sign.ts';

// The example that Standard Webhooks and its reference libraries publish.
const published = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const { id, timestampSeconds, body } = published;
const headers = sign({ id, timestampSeconds, body, secrets: [published.secret] });

describe('signing', () => {
  test('the example of Standard Webhooks comes out as published', () => {
    expect(headers).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': published.signature,
    });
  });

  test('what is signed is id, timestamp and body joined by full stops, under the decoded secret', () => {
    const secret = newSecret();
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', key).update(`evt_ü.1700000000.{"a":"é"}`).digest('base64');
    const signed = sign({ id: 'evt_ü', timestampSeconds: 1_700_000_000, body: '{"a":"é"}', secrets: [secret] });
    expect(signed['webhook-signature']).toBe(`v1,${expected}`);
  });

  test('two secrets give two signatures with a space between, and either secret verifies', () => {
    const secrets = [newSecret(), newSecret()];
    const both = sign({ id, timestampSeconds, body, secrets });
    expect(both['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const secret of secrets) expect(verify({ ...both }, body, secret, timestampSeconds)).toEqual({ ok: true });
  });

  test('a new secret is whsec_ and 32 bytes, and never the same twice', () => {
    const secrets = Array.from({ length: 100 }, newSecret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    }
  });
});

describe('verifying', () => {
  const check = (changes: Record<string, string | undefined>, now = timestampSeconds, text = body) =>
    verify({ ...headers, ...changes }, text, published.secret, now);

  test('one changed character of the body, the id or the time is noticed', () => {
    expect(check({}, timestampSeconds, `${body} `)).toEqual({ ok: false, reason: 'signature' });
    expect(check({ 'webhook-id': `${id}x` })).toEqual({ ok: false, reason: 'signature' });
    expect(check({ 'webhook-timestamp': '1614265331' })).toEqual({ ok: false, reason: 'signature' });
  });

  test('another secret does not verify', () => {
    expect(verify({ ...headers }, body, newSecret(), timestampSeconds)).toEqual({ ok: false, reason: 'signature' });
  });

  test('five minutes are tolerated in both directions and not a second more', () => {
    expect(check({}, timestampSeconds + 300)).toEqual({ ok: true });
    expect(check({}, timestampSeconds - 300)).toEqual({ ok: true });
    expect(check({}, timestampSeconds + 301)).toEqual({ ok: false, reason: 'too_old' });
    expect(check({}, timestampSeconds - 301)).toEqual({ ok: false, reason: 'too_new' });
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s nothing verifies', (name) => {
    expect(check({ [name]: undefined })).toEqual({ ok: false, reason: 'headers' });
  });

  test.each(['', 'soon', '-1', '1e9', '1614265330.5', ' 1614265330'])('the time "%s" is no time', (timestamp) => {
    expect(check({ 'webhook-timestamp': timestamp })).toEqual({ ok: false, reason: 'headers' });
  });

  test.each(['', 'v1,', 'v1,AAAA', `v1a,${published.signature.slice(3)}`, published.signature.slice(3)])(
    'the signature "%s" is refused, whatever its length and version',
    (signature) => {
      expect(check({ 'webhook-signature': signature })).toEqual({ ok: false, reason: 'signature' });
    },
  );

  test('an unknown version beside a good signature does no harm', () => {
    expect(check({ 'webhook-signature': `v1a,AAAA ${published.signature}` })).toEqual({ ok: true });
  });
});
