import { beforeAll, beforeEach, expect, test } from 'vitest';
import { startApi, type TestApi } from '../support/http-api.ts';

const NUMBER = '+14155550123';
const PATH = '/v1/consents/double-opt-in';

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
  return () => api[Symbol.asyncDispose]();
});
beforeEach(() => void api.accepted.splice(0));

const ask = (json: object, headers = {}) => api.call(PATH, { method: 'POST', json, headers });

test('asks by a text like any other, in the words of the operator', async () => {
  const answer = await ask({ number: NUMBER, from: '+14155550100', topic: 'news', text: 'Acme news, 4 a month.' });
  expect(answer).toMatchObject({ status: 202, json: { object: 'message', to: NUMBER } });
  expect(api.accepted[0]?.request).toMatchObject({
    to: NUMBER,
    from: '+14155550100',
    body: 'Acme news, 4 a month. Reply Y to confirm or STOP to opt out.',
    message_type: 'transactional',
    topic: 'news',
    asks_opt_in: { topic: 'news', language: null },
  });
});

test('asks in the language of the recipient, for everything, once for one Idempotency-Key', async () => {
  await ask({ number: NUMBER, topic: '*', language: 'de' }, { 'idempotency-key': 'k1' });
  expect(api.accepted[0]).toMatchObject({
    request: { body: expect.stringContaining('Acme: Sie möchten'), topic: null, asks_opt_in: { topic: '*' } },
    idempotency: { key: 'k1', path: PATH },
  });
});

test.each([
  [{ topic: 'news' }, 'number'],
  [{ number: NUMBER }, 'topic'],
  [{ number: '12', topic: 'news' }, 'number'],
  [{ number: NUMBER, topic: 'news', text: '' }, 'text'],
  [{ number: NUMBER, topic: 'news', language: 'German!' }, 'language'],
  [{ number: NUMBER, topic: 'news', body: 'x' }, 'body'],
])('refuses %j', async (json, param) => {
  const answer = await ask(json);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.text).toContain(param);
  expect(api.accepted).toEqual([]);
});

test('takes the right to write consents', async () => {
  const key = await api.keyWith('test', ['consents:read', 'messages:send']);
  expect(await api.call(PATH, { method: 'POST', json: { number: NUMBER, topic: 'news' }, key })).toMatchObject({
    status: 403,
  });
});
