import { describe, expect, test } from 'vitest';
import { type RawBody, WebhookSignatureError, signWebhook, verifyWebhook } from '../../connectors/sdk/index.ts';
import { newSecret, sign } from '../../server/events/sign.ts';
import { fakeServer, thrownBy } from '../support/fake-fetch.ts';

const nowMs = Date.UTC(2026, 10, 20, 12);
const secret = newSecret();
const event = { type: 'message.received', timestamp: '2026-11-20T11:59:59.000Z', data: { body: 'Grüße 👋' } };
const body = JSON.stringify(event);

const headersOf = (changes: { secrets?: readonly string[]; ageSeconds?: number; id?: string } = {}) => {
  const { secrets = [secret], ageSeconds = 0, id = 'msg_1' } = changes;
  return { ...sign({ id, timestampSeconds: nowMs / 1_000 - ageSeconds, body, secrets }) };
};
const verify = (headers: Parameters<typeof verifyWebhook>[1], raw: RawBody = body, by = secret) =>
  verifyWebhook(raw, headers, by, { nowMs });
const reasonOf = async (verifying: Promise<unknown>) => {
  const error = await thrownBy(verifying);
  return error instanceof WebhookSignatureError ? error.reason : error;
};

describe('a webhook that SMS Bridge signed', () => {
  test('is its event, from a string or from bytes', async () => {
    expect(await verify(headersOf())).toEqual({ id: 'msg_1', ...event });
    const bytes = new TextEncoder().encode(body);
    for (const raw of [bytes, Buffer.from(body), bytes.buffer]) {
      expect(await verify(headersOf(), raw)).toEqual({ id: 'msg_1', ...event });
    }
  });

  test('is read from the headers of Request and of Node', async () => {
    expect(await verify(new Headers(headersOf()))).toMatchObject({ id: 'msg_1' });
    expect(await verify({ ...headersOf(), host: undefined, cookie: ['a', 'b'] })).toMatchObject({ id: 'msg_1' });
  });

  test('is verified during a rotation by the old secret, by the new one, and by a receiver that knows both', async () => {
    const next = newSecret();
    const headers = headersOf({ secrets: [next, secret] });
    for (const by of [secret, next]) expect(await verify(headers, body, by)).toMatchObject({ type: event.type });
    const both = verifyWebhook(body, headersOf({ secrets: [next] }), [secret, next], { nowMs });
    expect(await both).toMatchObject({ type: event.type });
  });

  test('may be five minutes old, or from a clock that is five minutes ahead', async () => {
    for (const ageSeconds of [300, -300])
      expect(await verify(headersOf({ ageSeconds }))).toMatchObject({ id: 'msg_1' });
    expect(await reasonOf(verify(headersOf({ ageSeconds: 301 })))).toBe('too_old');
    expect(await reasonOf(verify(headersOf({ ageSeconds: -301 })))).toBe('too_new');
    const strict = verifyWebhook(body, headersOf({ ageSeconds: 11 }), secret, { nowMs, toleranceSeconds: 10 });
    expect(await reasonOf(strict)).toBe('too_old');
  });

  test('is verified by the client against its own clock', async () => {
    const { client } = fakeServer(() => ({}));
    expect(await client.webhooks.verify(body, headersOf(), secret)).toMatchObject({ id: 'msg_1' });
  });
});

test('R131: what the SDK signs, the server and the SDK verify', async () => {
  const timestampSeconds = nowMs / 1_000;
  const headers = { ...(await signWebhook({ id: 'msg_1', timestampSeconds, body, secret })) };
  expect(headers).toEqual(headersOf());
  expect(await verify(headers)).toMatchObject({ type: event.type });
});

describe('what is not verified', () => {
  test.each([
    ['another body', `${body} `, {}],
    ['another id', body, { 'webhook-id': 'msg_2' }],
    ['another time', body, { 'webhook-timestamp': String(nowMs / 1_000 - 1) }],
    ['no signature that is one', body, { 'webhook-signature': 'v1,AAAA v2,AAAA v1,*' }],
  ])('is %s', async (_, raw, changes) => {
    expect(await reasonOf(verify({ ...headersOf(), ...changes }, raw))).toBe('signature');
  });

  test('is what another secret signed', async () => {
    expect(await reasonOf(verify(headersOf({ secrets: [newSecret()] })))).toBe('signature');
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('is what comes without %s', async (name) => {
    expect(await reasonOf(verify({ ...headersOf(), [name]: undefined }))).toBe('headers');
  });

  test('is what is signed and no event: the example of Standard Webhooks', async () => {
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const known = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const then = { nowMs: 1_614_265_330_000 };
    expect(await reasonOf(verifyWebhook('{"test": 2432232314}', headers, known, then))).toBe('body');
    expect(await reasonOf(verifyWebhook('{"test": 2432232315}', headers, known, then))).toBe('signature');
  });

  test('is a body that was parsed before, and that is a mistake of the program', async () => {
    const parsed = verify(headersOf(), JSON.parse(body) as string);
    await expect(parsed).rejects.toThrow('must not be parsed before');
  });

  test('is anything where the secret is none, and that is a mistake of the program', async () => {
    for (const by of ['', 'whsec_']) expect(await thrownBy(verify(headersOf(), body, by))).toBeInstanceOf(TypeError);
  });
});
