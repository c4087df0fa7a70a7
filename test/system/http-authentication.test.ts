import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newKeyText } from '../../server/access/key-format.ts';
import { SCOPES } from '../../server/access/scopes.ts';
import { keyRoutes } from '../../server/http/contract.ts';
import { sendable, startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  api.logged.length = 0;
  api.accepted.length = 0;
});

const withHeader = (authorization: string) => api.call('/v1/me', { key: null, headers: { authorization } });

describe('a key that is not accepted', () => {
  test('R021: gets the same answer whether it is missing, malformed, unknown, expired, revoked or of another scheme', async () => {
    const expired = await api.keep.createKey({ mode: 'test', name: 'old', expiresAt: new Date(Date.now() - 1) });
    const revoked = await api.keep.createKey({ mode: 'test', name: 'lost' });
    const now = new Date();
    await api.database.kysely
      .updateTable('api_keys')
      .set({ revoked_at: now })
      .where('id', '=', revoked.key.id)
      .execute();
    const answers = await Promise.all([
      api.call('/v1/me', { key: null }),
      withHeader('Bearer'),
      withHeader('Bearer nonsense'),
      withHeader(`Bearer ${newKeyText('test').text}`),
      withHeader(`Bearer ${expired.text}`),
      withHeader(`Bearer ${revoked.text}`),
      withHeader(`Basic ${Buffer.from(api.keys.test).toString('base64')}`),
      withHeader(`Bearer ${api.keys.test}x`),
      withHeader(`Bearer ${api.keys.test} ${api.keys.test}`),
      withHeader(`Bearer ${api.keys.test.replace('sk_test', 'sk_live')}`),
      withHeader(`Bearer ${'x'.repeat(5_000)}`),
    ]);
    for (const { status, headers } of answers) {
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="smsbridge"');
      expect(headers.get('sms-mode')).toBeNull();
    }
    const bodies = answers.map(({ json: { request_id: _id, ...rest } }) => JSON.stringify(rest));
    expect(new Set(bodies).size).toBe(1);
    expect(answers[0]?.json).toMatchObject({ code: 'AUTH_FAILED', param: 'Authorization', retryable: false });
  });

  test('gets 401 before the body is looked at', async () => {
    const answer = await api.call('/v1/messages/send', { method: 'POST', key: null, raw: 'not json' });
    expect(answer.status).toBe(401);
  });

  test.each(keyRoutes.map(({ method, path }) => [method, path]))('is needed for %s %s', async (method, path) => {
    const answer = await api.call(path.replaceAll(/[{}]/g, ''), { key: null, method: method.toUpperCase() });
    expect(answer.status).toBe(401);
    expect(answer.json['code']).toBe('AUTH_FAILED');
  });
});

describe('R040: a key that is accepted', () => {
  test('may have spaces around it and any case of the scheme', async () => {
    expect((await withHeader(`bearer   ${api.keys.test}`)).status).toBe(200);
    expect((await withHeader(`BEARER ${api.keys.live}`)).json).toMatchObject({ mode: 'live' });
  });

  test('learns what it is, but not itself', async () => {
    const { json, text } = await api.call('/v1/me');
    expect(json).toMatchObject({
      object: 'api_key',
      id: api.keys.test.slice(8, 16),
      prefix: api.keys.test.slice(0, 16),
      last4: api.keys.test.slice(-4),
      mode: 'test',
      scopes: [...SCOPES],
      expires_at: null,
    });
    expect(text).not.toContain(api.keys.test);
  });
});

describe('R041: Basic authentication', () => {
  const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

  test('takes the public and the secret half of a key on any endpoint', async () => {
    const { test: key } = api.keys;
    const [publicHalf, id, secret] = [key.slice(0, 16), key.slice(8, 16), key.slice(17)];
    for (const pair of [
      [publicHalf, secret],
      [id, secret],
      [id, key],
    ] as const) {
      const headers = { authorization: basic(...pair) };
      expect((await api.call('/v1/me', { key: null, headers })).json).toMatchObject({ id, mode: 'test' });
      expect((await api.send(sendable, { key: null, headers })).status).toBe(202);
    }
    const lower = basic(id, secret).replace('Basic', 'bAsIc');
    expect((await withHeader(lower)).status).toBe(200);
  });

  test('refuses halves that do not belong together as any wrong key', async () => {
    const other = newKeyText('test').text;
    const { test: key, live } = api.keys;
    for (const [name, password] of [
      [other.slice(8, 16), key],
      [key.slice(8, 16), live.slice(17)],
      ['', key],
      [key, ''],
    ] as const) {
      expect((await withHeader(basic(name, password))).json).toMatchObject({ status: 401, code: 'AUTH_FAILED' });
    }
  });
});

describe('R040 R051: a flood of wrong keys', () => {
  test('is answered with 429 and Retry-After, while a right key of the same address goes on', async () => {
    await using flooded = await startApi();
    const wrong = newKeyText('test', flooded.keys.test.slice(8, 16)).text;
    const guess = () => flooded.call('/v1/me', { key: wrong });
    const statuses: number[] = [];
    for (let n = 0; n < 25; n += 1) statuses.push((await guess()).status);
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401));
    expect((await flooded.call('/v1/me')).status).toBe(200);
    // Malformed ones are one kind: nobody is looked up for them.
    for (let n = 0; n < 21; n += 1) statuses.push((await flooded.call('/v1/me', { key: 'nonsense' })).status);
    expect(statuses.at(-1)).toBe(429);
    const refused = await flooded.call('/v1/me', { key: 'nonsense' });
    expect(refused.json).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await flooded.call('/v1/me', { key: null })).status).toBe(401);
    expect(JSON.stringify(flooded.logged)).not.toContain(wrong);
  });
});

describe('R033: a key in the address', () => {
  test.each(['api_key', 'apikey', 'apiKey', 'api-key', 'key', 'token', 'access_token', 'anything'])(
    'as %s is refused with a hint, even beside a right one, and never logged',
    async (name) => {
      for (const key of [null, api.keys.test]) {
        const { status, json, text } = await api.call(`/v1/me?${name}=${api.keys.test}`, { key });
        expect(status).toBe(401);
        expect(json['code']).toBe('AUTH_FAILED');
        expect(json['action']).toContain('Authorization: Bearer');
        expect(text).not.toContain(api.keys.test);
      }
      expect(JSON.stringify(api.logged)).not.toContain(api.keys.test);
    },
  );

  test('is refused for sending too', async () => {
    const path = `/v1/messages/send?api_key=${api.keys.test}`;
    expect((await api.call(path, { method: 'POST', json: sendable })).status).toBe(401);
    expect(api.accepted).toEqual([]);
  });
});

test('R046: when and from where a key was used is told, a little later', async () => {
  const { key, text } = await api.keep.createKey({ mode: 'test', name: 'used' });
  await api.call('/v1/me', { key: text });
  await api.keyUses.duty.run();
  const { json } = await api.call(`/v1/api-keys/${key.id}`);
  expect(json).toMatchObject({ last_used_at: expect.any(String), last_used_ip: '127.0.0.1' });
});

describe('R022: scopes', () => {
  const scoped = keyRoutes.filter(({ access }) => access !== 'any');

  test.each(scoped.map((route) => [route.method, route.path, route.access] as const))(
    '%s %s needs %s and says so',
    async (method, path, access) => {
      const others = SCOPES.filter((scope) => scope !== access);
      const key = await api.keyWith('test', others);
      const answer = await api.call(path.replaceAll(/[{}]/g, ''), { key, method: method.toUpperCase() });
      expect(answer.status).toBe(403);
      expect(answer.json).toMatchObject({ code: 'FORBIDDEN', scope: access });
      expect(answer.json['detail']).toContain(access);
      expect(answer.headers.get('sms-mode')).toBe('test');
    },
  );

  test('a new key may send and read its texts, and nothing else', async () => {
    const { text: key } = await api.keep.createKey({ mode: 'test', name: 'a new key' });
    expect((await api.send(sendable, { key })).status).toBe(202);
    expect((await api.call('/v1/messages', { key })).status).toBe(200);
    expect((await api.call('/v1/webhook-secret', { key })).status).toBe(403);
    expect((await api.call('/v1/sandbox/phones', { key })).status).toBe(403);
  });

  test('bodies are hidden from a key without messages:content', async () => {
    const { id } = await api.store({ body: 'Your order has been shipped.' });
    const key = await api.keyWith('test', ['messages:read']);
    const seen = await api.call(`/v1/messages/${id}`, { key });
    expect(seen.json['body']).toBeNull();
    expect(seen.text).not.toContain('shipped');
    expect((await api.call('/v1/messages', { key })).text).not.toContain('shipped');
    expect((await api.call(`/v1/messages/${id}`)).json['body']).toBe('Your order has been shipped.');
  });
});
