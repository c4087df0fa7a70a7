import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../server/http/contract.ts';
import { startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

let keys = 0;
const newKey = () => `key-${++keys}`;
const post = (path: string, json: unknown, idempotencyKey: string, key = api.keys.test) =>
  api.call(path, { method: 'POST', json, key, headers: { 'idempotency-key': idempotencyKey } });
const template = (name = newKey()) => ({ name, body: 'Hello {{name}}' });

describe('a POST that creates something, with an Idempotency-Key', () => {
  test('is carried out once, however many come together, and all get the same answer', async () => {
    const [key, body] = [newKey(), template()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('/v1/templates', body, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(19);
    const { json } = await api.call('/v1/templates');
    expect((json['data'] as { name: string }[]).filter(({ name }) => name === body.name)).toHaveLength(1);
    const { json: log } = await api.call('/v1/audit-log?action=template.create');
    const id = answers[0]?.json['id'];
    expect((log['data'] as { target: string }[]).filter(({ target }) => target === id)).toHaveLength(1);
  });

  test('is 422 with another body, the order of whose fields does not matter', async () => {
    const [key, body] = [newKey(), template()];
    const first = await post('/v1/templates', body, key);
    expect((await post('/v1/templates', { body: body.body, name: body.name }, key)).text).toBe(first.text);
    const other = await post('/v1/templates', { ...body, body: 'Bye' }, key);
    expect(other).toMatchObject({ status: 422, json: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  test('leaves the key free when it was refused', async () => {
    const [key, body] = [newKey(), template()];
    await post('/v1/templates', body, newKey());
    expect(await post('/v1/templates', body, key)).toMatchObject({ status: 400, json: { param: 'name' } });
    expect(await post('/v1/templates', { name: 7 }, key)).toMatchObject({ status: 400 });
    expect(await post('/v1/templates', template(), key)).toMatchObject({ status: 201 });
  });

  test('has a key of its own for each API key and each address', async () => {
    const key = newKey();
    const note = { number: '+14155550123', action: 'opt_out', topic: 'news', source: 'api' };
    expect((await post('/v1/templates', template(), key)).status).toBe(201);
    expect((await post('/v1/templates', template(), key, api.keys.live)).status).toBe(201);
    expect((await post('/v1/consents', note, key)).status).toBe(201);
    expect((await post('/v1/consents', note, ' ')).status).toBe(400);
  });

  test('shows the secret of an API key again, and stores it sealed', async () => {
    const [idempotencyKey, body] = [newKey(), { name: 'a key', scopes: ['messages:read'] }];
    const made = await post('/v1/api-keys', body, idempotencyKey);
    const again = await post('/v1/api-keys', body, idempotencyKey);
    expect(again.json['key']).toBe(made.json['key']);
    expect((await api.call('/v1/messages', { key: String(again.json['key']) })).status).toBe(200);
    const rows = await api.database.query<{ verdict: unknown }>({
      text: 'select verdict from idempotency_keys',
      values: [],
    });
    expect(JSON.stringify(rows)).not.toContain(String(made.json['key']).slice(-20));
    const path = `/v1/api-keys/${String(made.json['id'])}/rotate`;
    const rotations = await Promise.all([1, 2, 3].map(() => post(path, { overlap_seconds: 0 }, idempotencyKey)));
    expect(new Set(rotations.map(({ json }) => json['key'])).size).toBe(1);
    expect((await api.call('/v1/messages', { key: String(rotations[0]?.json['key']) })).status).toBe(200);
  });

  test('is still carried out only once when its answer has been erased', async () => {
    const [key, body] = [newKey(), template()];
    await post('/v1/templates', body, key);
    await post('/v1/privacy/erase', { number: '+14155550199' }, newKey());
    await api.contacts.privacy.runDue();
    expect(await post('/v1/templates', body, key)).toMatchObject({ status: 422 });
  });

  test('is every one that answers 201, but for what has an id of the client', () => {
    const without = routes.filter(({ method, status, once, headers }) => {
      return method === 'post' && status === 201 && once !== true && headers === undefined;
    });
    expect(without.map(({ operation }) => operation)).toEqual(['createCarrier']);
  });
});
