import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Endpoints, WebhookEndpoint } from '../../server/events/webhooks.ts';
import {
  EVENT_TYPES,
  newWebhookEndpointSchema,
  webhookEndpointListSchema,
} from '../../server/http/contract-webhooks.ts';
import { startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
let stored: WebhookEndpoint[] = [];

const healthy = { disabled_reason: null, failing_since: null };

const endpoints: Endpoints = {
  update: () => Promise.resolve({ ok: false, reason: 'unknown' }),
  rotate: () => Promise.resolve(null),
  test: () => Promise.resolve(null),
  create(mode, { url, event_types, description = null, filter = null }) {
    if (url.includes('internal')) return Promise.resolve({ ok: false, reason: 'address_not_allowed' });
    if (stored.length === 3) return Promise.resolve({ ok: false, reason: 'too_many_endpoints' });
    const id = `we_${stored.length}`;
    const created_at = new Date(Date.UTC(2026, 10, 20));
    const endpoint = {
      id,
      mode,
      url,
      event_types: [...event_types],
      description,
      filter,
      enabled: true,
      ...healthy,
      created_at,
    };
    stored.unshift(endpoint);
    return Promise.resolve({ ok: true, endpoint, secret: 'whsec_abc' });
  },
  list: (mode) => Promise.resolve(stored.filter((endpoint) => endpoint.mode === mode)),
  remove(mode, id) {
    const before = stored.length;
    stored = stored.filter((endpoint) => endpoint.mode !== mode || endpoint.id !== id);
    return Promise.resolve(stored.length < before);
  },
};

beforeAll(async () => {
  api = await startApi({ webhookEndpoints: endpoints });
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  stored = [];
});

const path = '/v1/webhook-endpoints';
const wanted = { url: 'https://app.example.com/hooks', event_types: ['message.*'] };
const create = (json: unknown, key = api.keys.test) => api.call(path, { method: 'POST', json, key });

describe('creating', () => {
  test('keeps which texts are wanted, and for how long they are gathered', async () => {
    const filter = { buffer_seconds: 5, to: ['+15005550100'], keyword: { starts_with: 'order' } };
    const { json } = await create({ ...wanted, filter });
    expect(newWebhookEndpointSchema.parse(json)).toMatchObject({ filter });
    expect(webhookEndpointListSchema.parse((await api.call(path)).json).data).toMatchObject([{ filter }]);
  });

  test('shows the secret once, and the list never does', async () => {
    const { status, json } = await create({ ...wanted, description: 'CRM' });
    expect(status).toBe(201);
    expect(newWebhookEndpointSchema.parse(json)).toMatchObject({ ...wanted, description: 'CRM', secret: 'whsec_abc' });
    const list = await api.call(path);
    expect(webhookEndpointListSchema.parse(list.json).data).toHaveLength(1);
    expect(list.text).not.toContain('whsec_');
    const one = await api.call(`${path}/${String(json['id'])}`);
    expect(one.json).toMatchObject(wanted);
    expect(one.text).not.toContain('whsec_');
  });

  test.each<string>(['*', 'message.*', ...EVENT_TYPES])('takes %s', async (type) => {
    expect((await create({ ...wanted, event_types: [type, type] })).json['event_types']).toEqual([type]);
  });

  test.each([
    ['event_types.0', { ...wanted, event_types: ['message.sending'] }],
    ['event_types.0', { ...wanted, event_types: ['contact.*'] }],
    ['event_types', { ...wanted, event_types: [] }],
    ['event_types', { url: wanted.url }],
    ['event_types', { ...wanted, event_types: 'message.sent' }],
    ['url', { event_types: ['*'] }],
    ['url', { ...wanted, url: `https://example.com/${'x'.repeat(2_100)}` }],
    ['url', { ...wanted, url: 'https://internal.example.com/' }],
    ['status', { ...wanted, filter: { status: 'sent' } }],
    ['filter.buffer_seconds', { ...wanted, filter: { buffer_seconds: 61 } }],
    ['filter.to', { ...wanted, filter: { to: [] } }],
    ['filter.keyword', { ...wanted, filter: { keyword: { contains: 'yes' } } }],
    ['description', { ...wanted, description: 'x'.repeat(201) }],
  ])('names %s when it is at fault', async (param, body) => {
    const { status, json } = await create(body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'INVALID_REQUEST', param });
    expect(stored).toEqual([]);
  });

  test('ends at the limit with a refusal', async () => {
    for (let made = 0; made < 3; made += 1) await create(wanted);
    const { status, json } = await create(wanted);
    expect(status).toBe(400);
    expect(json['detail']).toContain('delete an endpoint');
  });
});

describe('test and live', () => {
  test('have endpoints of their own', async () => {
    const { json } = await create(wanted, api.keys.live);
    const one = `${path}/${String(json['id'])}`;
    expect((await api.call(path)).json['data']).toEqual([]);
    expect((await api.call(one)).status).toBe(404);
    expect((await api.call(one, { method: 'DELETE' })).status).toBe(404);
    expect((await api.call(one, { key: api.keys.live })).json).toMatchObject({ mode: 'live' });
  });
});

describe('deleting', () => {
  test('answers 204 without a body, and 404 the second time', async () => {
    const { json } = await create(wanted);
    const one = `${path}/${String(json['id'])}`;
    const deleted = await api.call(one, { method: 'DELETE' });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect(deleted.headers.get('content-type')).toBeNull();
    expect((await api.call(one, { method: 'DELETE' })).status).toBe(404);
    expect((await api.call(`${path}/%00`, { method: 'DELETE' })).status).toBe(404);
  });
});

test("the organisation's secret is shown to keys that manage webhooks", async () => {
  const { status, json } = await api.call('/v1/webhook-secret');
  expect(status).toBe(200);
  expect(json).toEqual({ object: 'webhook_secret', secret: 'whsec_c2VjcmV0IG9mIHRoZSBvcmdhbmlzYXRpb24=' });
});
