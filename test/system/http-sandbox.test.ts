import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyRoutes } from '../../server/http/contract.ts';
import { phoneListSchema, phoneMessageListSchema, sandboxStateSchema } from '../../server/http/contract-sandbox.ts';
import { noFaults } from '../../server/rules/simulator-faults.ts';
import { startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
let off: TestApi;
beforeAll(async () => {
  api = await startApi();
  off = await startApi({ sandbox: null });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await off[Symbol.asyncDispose]();
});

const routes = keyRoutes.filter(({ path }) => path.startsWith('/v1/sandbox/'));
const post = (path: string, json: unknown) => api.call(path, { method: 'POST', json });

test.each(routes.map(({ method, path }) => [method.toUpperCase(), path]))(
  '%s %s is for test keys only, and 404 while the simulated carrier is off',
  async (method, path) => {
    const address = path.replace('{number}', '+14155550123');
    const json = method === 'GET' ? undefined : {};
    const live = await api.call(address, { method, json, key: api.keys.live });
    expect(live.status).toBe(403);
    expect(live.json).toMatchObject({ code: 'FORBIDDEN', detail: 'The sandbox is for test keys only.' });
    const without = await off.call(address, { method, json });
    expect(without.status).toBe(404);
    expect(without.json['detail']).toBe('The simulated carrier is off.');
  },
);

test('the phones and their texts are listed', async () => {
  const { data } = phoneListSchema.parse((await api.call('/v1/sandbox/phones')).json);
  expect(data).toEqual([{ object: 'phone', number: '+14155550123', messages: 1, last_at: '2026-11-20T00:00:00.000Z' }]);
  for (const number of ['+14155550123', '%2B14155550123', '14155550123']) {
    const texts = phoneMessageListSchema.parse((await api.call(`/v1/sandbox/phones/${number}/messages`)).json);
    expect(texts.data).toMatchObject([{ direction: 'to_phone', to: '+14155550123', at: '2026-11-20T00:00:00.000Z' }]);
  }
  expect((await api.call('/v1/sandbox/phones/nobody/messages')).status).toBe(404);
});

test('an answer goes to the phone and says whether it was delivered', async () => {
  const answer = { from: '+14155550123', to: '+15005550100', body: 'STOP', segments_out_of_order: true };
  const { status, json } = await post('/v1/sandbox/inbound', answer);
  expect([status, json]).toEqual([202, { delivered: true }]);
  expect(api.phones.answers).toEqual([answer]);
});

test.each([
  ['from', { to: '+15005550100', body: 'YES' }],
  ['from', { from: 'nobody', to: '+15005550100', body: 'YES' }],
  ['body', { from: '+14155550123', to: '+15005550100', body: '' }],
  ['body', { from: '+14155550123', to: '+15005550100', body: '\ud800' }],
  ['segments_out_of_order', { from: '+14155550123', to: '+15005550100', body: 'YES', segments_out_of_order: 1 }],
])('an answer with a bad %s is refused', async (param, body) => {
  const { status, json } = await post('/v1/sandbox/inbound', body);
  expect(status).toBe(400);
  expect(json['param']).toBe(param);
});

test('faults are set, checked and reset', async () => {
  const faults = { throttle_per_second: 5, receipt_delay_ms: 100, id_format: 'hex' };
  const unknown = await api.call('/v1/sandbox/faults', { method: 'PUT', json: { dlr_delay_ms: 1 } });
  expect([unknown.status, unknown.json['param']]).toEqual([400, 'dlr_delay_ms']);
  const set = await api.call('/v1/sandbox/faults', { method: 'PUT', json: faults });
  expect([set.status, set.json]).toEqual([200, faults]);
  const wrong = await api.call('/v1/sandbox/faults', { method: 'PUT', json: { throttle_per_second: -1 } });
  expect([wrong.status, wrong.json['param']]).toEqual([400, 'throttle_per_second']);
  expect((await post('/v1/sandbox/reset', undefined)).status).toBe(204);
  expect(api.phones.changes).toEqual([faults, 'reset']);
});

test('a scenario is played by its name or as one of your own, and stands alone', async () => {
  const own = {
    about: 'Ten seconds without a receipt.',
    ends_at_ms: 10_000,
    steps: [{ at_ms: 0, faults: { receipts: false } }],
    load: { texts: 1, every_ms: 0 },
    expect: {},
  };
  const put = (json: unknown) => api.call('/v1/sandbox/faults', { method: 'PUT', json });
  expect((await put({ scenario: 'flapping' })).status).toBe(200);
  expect((await put({ scenario: own })).status).toBe(200);
  expect(api.phones.changes.slice(-2)).toEqual([{ scenario: 'flapping' }, { scenario: own }]);
  const [unknown, mixed] = [await put({ scenario: 'earthquake' }), await put({ scenario: 'flapping', receipts: true })];
  expect([unknown.status, unknown.json['param']]).toEqual([400, 'scenario']);
  expect([mixed.status, mixed.json['param']]).toEqual([400, 'scenario']);
});

test('the faults that are on and the counts are shown', async () => {
  const { status, json } = await api.call('/v1/sandbox/faults');
  expect(status).toBe(200);
  expect(sandboxStateSchema.parse(json)).toMatchObject({ faults: noFaults, counts: { submits: 0, dropped: 0 } });
});
