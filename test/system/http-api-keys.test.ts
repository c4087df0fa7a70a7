import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SCOPES, SEND_ONLY } from '../../server/access/scopes.ts';
import { type CallOptions, sendable, startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  api.accepted.length = 0;
});

const post = (path: string, json: unknown, options: CallOptions = {}) =>
  api.call(path, { method: 'POST', json, ...options });
const make = (json: object, key = api.keys.live) => post('/v1/api-keys', { name: 'a key', ...json }, { key });
const patch = (id: unknown, json: object, key = api.keys.live) =>
  api.call(`/v1/api-keys/${String(id)}`, { method: 'PATCH', json, key });

async function made(json: object, key = api.keys.live): Promise<{ id: string; key: string }> {
  const { status, json: body } = await make(json, key);
  expect(status).toBe(201);
  return { id: String(body['id']), key: String(body['key']) };
}

const sends = (key: string, text: object = {}) => api.send({ ...sendable, ...text }, { key });

describe('a key that is made', () => {
  test('R044 R045 R048: may send and read only, is named, and is shown once, in a form that scanners find', async () => {
    const { status, json } = await make({ name: 'Shop', mode: 'test' });
    expect(status).toBe(201);
    const { key, ...shown } = json;
    expect(key).toMatch(/^sk_test_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
    expect(shown).toMatchObject({
      name: 'Shop',
      mode: 'test',
      scopes: [...SEND_ONLY],
      rate_limit: 300,
      daily_cap: null,
    });
    expect(shown).toMatchObject({ created_by: api.keys.live.slice(8, 16), last_used_at: null, expires_at: null });
    expect((await sends(String(key))).status).toBe(202);
    const read = await api.call(`/v1/api-keys/${String(json['id'])}`, { key: api.keys.live });
    expect(read.json).toEqual(shown);
    const list = await api.call('/v1/api-keys', { key: api.keys.live });
    expect((list.json['data'] as unknown[])[0]).toEqual(shown);
    expect(list.text).not.toContain(String(key));
  });

  test.each([
    ['send_only', 'messages:send', 'keys:manage'],
    ['n8n', 'webhooks:write', 'keys:manage'],
    ['hubspot', 'contacts:write', 'contacts:export'],
    ['slack', 'conversations:write', 'audit:read'],
    ['read_only', 'messages:read', 'messages:send'],
    ['admin', 'keys:manage', null],
  ])('R044: with the preset %s has %s and not %s', async (preset, has, hasNot) => {
    const { json } = await make({ preset });
    expect(json['scopes']).toContain(has);
    expect(json['scopes']).not.toContain(hasNot);
  });

  test.each([
    [{ name: '' }, 'name'],
    [{ preset: 'everything' }, 'preset'],
    [{ preset: 'admin', scopes: ['admin'] }, 'preset'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['messages:everything'] }, 'scopes.0'],
    [{ allowed_ips: ['203.0.113.0/33'] }, 'allowed_ips.0'],
    [{ allowed_ips: ['localhost'] }, 'allowed_ips.0'],
    [{ allowed_countries: ['UK'] }, 'allowed_countries.0'],
    [{ rate_limit: 0 }, 'rate_limit'],
    [{ daily_cap: 1.5 }, 'daily_cap'],
    [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ owner: 'me' }, 'owner'],
  ])('is not made of %j', async (json, param) => {
    const answer = await make(json);
    expect(answer.json).toMatchObject({ status: 400, code: 'INVALID_REQUEST', param });
  });

  test('R056: is in the audit log without itself', async () => {
    const { id, key } = await made({ name: 'Audited' });
    await patch(id, { name: 'Audited twice' });
    await post(`/v1/api-keys/${id}/rotate`, {}, { key: api.keys.live });
    await api.call(`/v1/api-keys/${id}`, { method: 'DELETE', key: api.keys.live });
    const { text, json } = await api.call('/v1/audit-log', { key: api.keys.live });
    const entries = json['data'] as { action: string; target: string }[];
    const about = entries.filter(({ target }) => target === id).map(({ action }) => action);
    expect(about).toEqual(['key.revoke', 'key.rotate', 'key.change', 'key.create']);
    expect(text).not.toContain(key.slice(17, 40));
  });
});

describe('R051: one leaked key cannot make itself more', () => {
  test('scopes that it has not are refused, by name', async () => {
    const weak = await made({ scopes: ['keys:manage', 'messages:send'], mode: 'test' });
    const refused = await make({ preset: 'send_only' }, weak.key);
    expect(refused.json).toMatchObject({ status: 403, code: 'FORBIDDEN', param: 'scopes', scope: 'messages:read' });
    expect((await make({ scopes: ['messages:send'] }, weak.key)).status).toBe(201);
  });

  test('R050: a live key may make test keys, a test key never live ones, and never sees them', async () => {
    expect((await make({ mode: 'test' }, api.keys.live)).status).toBe(201);
    const refused = await make({ mode: 'live' }, api.keys.test);
    expect(refused.json).toMatchObject({ status: 403, param: 'mode' });
    const live = await made({ mode: 'live' });
    for (const call of [
      api.call(`/v1/api-keys/${live.id}`),
      patch(live.id, { name: 'mine' }, api.keys.test),
      post(`/v1/api-keys/${live.id}/rotate`, {}),
      api.call(`/v1/api-keys/${live.id}`, { method: 'DELETE' }),
    ]) {
      expect((await call).status).toBe(404);
    }
    const { json } = await api.call('/v1/api-keys');
    expect(new Set((json['data'] as { mode: string }[]).map(({ mode }) => mode))).toEqual(new Set(['test']));
  });

  test('it can neither change nor take over a key that may do more', async () => {
    const weak = await made({ scopes: ['keys:manage'], mode: 'test' });
    const strong = await made({ preset: 'admin', mode: 'test' });
    expect((await patch(strong.id, { allowed_ips: [] }, weak.key)).status).toBe(403);
    expect((await post(`/v1/api-keys/${strong.id}/rotate`, {}, { key: weak.key })).status).toBe(403);
    expect((await sends(strong.key)).status).toBe(202);
  });

  test('its limits hold for what it makes, and it cannot lift its own', async () => {
    const limits = { allowed_countries: ['US'], daily_cap: 10, rate_limit: 50, sender_ids: ['ACME'] };
    const limited = await made({ preset: 'admin', mode: 'test', ...limits });
    expect((await make({}, limited.key)).json).toMatchObject(limits);
    for (const more of [
      { allowed_countries: ['US', 'CA'] },
      { allowed_countries: [] },
      { daily_cap: 11 },
      { daily_cap: null },
      { rate_limit: null },
      { sender_ids: ['OTHER'] },
    ]) {
      expect((await make(more, limited.key)).json).toMatchObject({ status: 403, param: Object.keys(more)[0] });
      expect((await patch(limited.id, more, limited.key)).status).toBe(403);
    }
    expect((await make({ daily_cap: 9, allowed_countries: ['US'] }, limited.key)).status).toBe(201);
  });
});

describe('R046: rotation', () => {
  test('leaves both secrets good for the overlap, and keeps id, name and limits', async () => {
    const { id, key } = await made({ name: 'Shop', daily_cap: 5 });
    const rotated = await post(`/v1/api-keys/${id}/rotate`, { overlap_seconds: 3_600 }, { key: api.keys.live });
    expect(rotated.status).toBe(200);
    expect(rotated.json).toMatchObject({ id, name: 'Shop', daily_cap: 5, previous_expires_at: expect.any(String) });
    const fresh = String(rotated.json['key']);
    expect(fresh).not.toBe(key);
    for (const one of [key, fresh]) expect((await api.call('/v1/me', { key: one })).json['id']).toBe(id);
  });

  test('without overlap ends the secret before at once', async () => {
    const { id, key } = await made({});
    const rotated = await post(`/v1/api-keys/${id}/rotate`, { overlap_seconds: 0 }, { key: api.keys.live });
    expect((await api.call('/v1/me', { key })).status).toBe(401);
    expect((await api.call('/v1/me', { key: String(rotated.json['key']) })).status).toBe(200);
  });
});

describe('R047: an end', () => {
  test('comes when the key expires', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { json } = await make({ expires_at: expiresAt });
    expect(json['expires_at']).toBe(expiresAt);
    await api.database.kysely
      .updateTable('api_keys')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('id', '=', String(json['id']))
      .execute();
    expect((await api.call('/v1/me', { key: String(json['key']) })).status).toBe(401);
  });

  test('comes at once when it is revoked, and cannot be taken back', async () => {
    const { id, key } = await made({});
    expect((await sends(key)).status).toBe(202);
    expect((await api.call(`/v1/api-keys/${id}`, { method: 'DELETE', key: api.keys.live })).status).toBe(204);
    expect((await sends(key)).status).toBe(401);
    expect((await patch(id, { name: 'again' })).status).toBe(404);
    expect((await api.call(`/v1/api-keys/${id}`, { method: 'DELETE', key: api.keys.live })).status).toBe(404);
    const { json } = await api.call(`/v1/api-keys/${id}`, { key: api.keys.live });
    expect(json['revoked_at']).toEqual(expect.any(String));
  });
});

describe('R051: limits of a key', () => {
  test('addresses: elsewhere it is 403, on every route', async () => {
    const elsewhere = await made({ allowed_ips: ['203.0.113.0/24'] });
    const { json } = await api.call('/v1/me', { key: elsewhere.key });
    expect(json).toMatchObject({ status: 403, code: 'FORBIDDEN', param: 'allowed_ips' });
    const here = await made({ allowed_ips: ['203.0.113.0/24', '127.0.0.0/8'] });
    expect((await api.call('/v1/me', { key: here.key })).status).toBe(200);
  });

  test('countries: a text elsewhere is refused before anything is stored', async () => {
    const { key } = await made({ allowed_countries: ['GB', 'US'], mode: 'test' });
    expect((await sends(key)).status).toBe(202);
    expect((await sends(key, { to: '+447700900123' })).status).toBe(202);
    const refused = await sends(key, { to: '+33612345678' });
    expect(refused.json).toMatchObject({ status: 403, code: 'FORBIDDEN', param: 'to' });
    expect((await sends(key, { to: '+33612345678', dry_run: true })).status).toBe(403);
    expect(api.accepted).toHaveLength(2);
  });

  test('senders: another one is refused, and one that is not named is the first', async () => {
    const { key } = await made({ sender_ids: ['ACME', '+15005550100'], mode: 'test' });
    expect((await sends(key, { from: '+1 500 555 0100' })).status).toBe(202);
    expect((await sends(key, { from: 'BANK' })).json).toMatchObject({ status: 403, param: 'from' });
    const { from: _from, ...unnamed } = sendable;
    expect((await api.send(unnamed, { key })).status).toBe(202);
    expect(api.accepted.at(-1)?.request.from).toBe('ACME');
  });

  test('R023 R057: texts per minute: 429 with Retry-After, and the header fields say how much is left', async () => {
    const { key } = await made({ rate_limit: 3 });
    const [first] = [await sends(key), await sends(key), await sends(key)];
    expect(first?.headers.get('ratelimit-policy')).toBe('"key";q=3;w=60');
    expect(first?.headers.get('ratelimit')).toBe('"key";r=2;t=20');
    const refused = await sends(key);
    expect(refused.json).toMatchObject({ status: 429, code: 'RATE_LIMITED', retryable: true, limit: 'key' });
    expect(refused.headers.get('retry-after')).toBe('20');
    expect(refused.headers.get('ratelimit')).toBe('"key";r=0;t=60');
    expect(api.accepted).toHaveLength(3);
    // Neither reading nor asking what would happen is sending.
    expect((await api.call('/v1/messages', { key })).status).toBe(200);
    expect((await sends(key, { dry_run: true })).status).not.toBe(429);
    expect((await post('/v1/messages/preview', sendable, { key })).status).not.toBe(429);
  });

  test('a text that is refused does not count', async () => {
    const { key } = await made({ rate_limit: 2, daily_cap: 1 });
    for (let n = 0; n < 5; n += 1) expect((await sends(key, { body: '' })).status).toBe(400);
    expect((await sends(key)).status).toBe(202);
  });

  test('texts per day: counted in the database, also for requests that arrive together', async () => {
    const { id, key } = await made({ rate_limit: null, daily_cap: 7 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => sends(key)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(7);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.json).toMatchObject({ code: 'RATE_LIMITED', limit: 'day' });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    const [row] = await api.database.kysely
      .selectFrom('api_key_days')
      .selectAll()
      .where('api_key_id', '=', id)
      .execute();
    expect(row?.texts).toBe(7);
    await patch(id, { daily_cap: 8 });
    expect((await sends(key)).status).toBe(202);
  });
});

test('R051: a key that is paused may ask but not send, until it is no more', async () => {
  const { id, key } = await made({ mode: 'test' });
  expect((await patch(id, { paused: true })).json).toMatchObject({
    pause_reason: 'requested',
    paused_at: expect.any(String),
  });
  expect((await sends(key)).json).toMatchObject({ status: 403, code: 'FORBIDDEN', pause_reason: 'requested' });
  expect((await api.call('/v1/messages', { key })).status).toBe(200);
  expect((await patch(id, { paused: false })).json).toMatchObject({ paused_at: null });
  expect((await sends(key)).status).toBe(202);
});

test('lists go on where they ended', async () => {
  for (let n = 0; n < 3; n += 1) await made({ name: `page ${n}` });
  const first = await api.call('/v1/api-keys?limit=2', { key: api.keys.live });
  expect(first.json['has_more']).toBe(true);
  const next = await api.call(`/v1/api-keys?limit=200&cursor=${String(first.json['next_cursor'])}`, {
    key: api.keys.live,
  });
  const ids = [first, next].flatMap(({ json }) => (json['data'] as { id: string }[]).map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength((await api.database.kysely.selectFrom('api_keys').select('id').execute()).length);
});

test('the first keys have no limits, so nothing is said about them', async () => {
  const { headers, json } = await api.call('/v1/me');
  expect(headers.get('ratelimit-policy')).toBeNull();
  expect(json['scopes']).toEqual([...SCOPES]);
});
