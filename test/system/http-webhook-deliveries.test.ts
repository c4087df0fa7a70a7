import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretBox } from '../../server/access/secrets.ts';
import { openEndpoints } from '../../server/events/endpoints.ts';
import { deliveryDetailSchema, deliverySchema } from '../../server/http/contract-deliveries.ts';
import { rotatedSecretSchema, webhookEndpointSchema } from '../../server/http/contract-webhooks.ts';
import type { Ports } from '../../server/http/ports.ts';
import { systemClock } from '../../server/clock.ts';
import { insertDeliveries } from '../../server/store/webhooks.ts';
import { startApi, newId, type TestApi } from '../support/http-api.ts';

let api: TestApi;
let pokes = 0;
beforeAll(async () => {
  // The database is made with the API, so its endpoints come after.
  const late: { endpoints?: Ports['webhookEndpoints'] } = {};
  const endpoints = new Proxy({} as Ports['webhookEndpoints'], {
    get: (_target, name: keyof Ports['webhookEndpoints']) => late.endpoints?.[name],
  });
  api = await startApi({ webhookEndpoints: endpoints });
  const secrets = secretBox([Buffer.alloc(32, 7).toString('base64')]);
  const safeFetch = {
    check: (url: string) => ({ ok: !url.includes('internal'), reason: 'address_not_allowed' }) as never,
  };
  const options = { database: api.database, safeFetch, secrets, clock: systemClock };
  late.endpoints = openEndpoints(options, () => (pokes += 1));
});
afterAll(() => api[Symbol.asyncDispose]());

const base = '/v1/webhook-endpoints';
const post = (path: string, json?: unknown, key = api.keys.test) =>
  api.call(path, { method: 'POST', key, ...(json === undefined ? {} : { json }) });

async function make(): Promise<string> {
  const { json } = await post(base, { url: 'https://app.example.com/hooks', event_types: ['*'] });
  return String(json['id']);
}

async function deliver(endpoint_id: string, count = 1): Promise<string[]> {
  const payload = JSON.stringify({
    type: 'message.received',
    timestamp: 'x',
    data: { body: 'YES', to: '+15005550100' },
  });
  const rows = Array.from({ length: count }, () => ({
    id: newId(),
    endpoint_id,
    mode: 'test' as const,
    url: 'https://app.example.com/hooks',
    event_type: 'message.received',
    message_id: null,
    payload,
    attempts: 0,
    next_attempt_at: new Date(),
  }));
  await insertDeliveries(api.database, rows, new Date());
  return rows.map(({ id }) => id);
}

describe('R121: a webhook endpoint', () => {
  test('is changed field by field, and turned off and on', async () => {
    const id = await make();
    const patch = (json: unknown, key = api.keys.test) => api.call(`${base}/${id}`, { method: 'PATCH', json, key });
    const off = await patch({ enabled: false, filter: { to: ['+15005550100'] } });
    expect(webhookEndpointSchema.parse(off.json)).toMatchObject({ enabled: false, event_types: ['*'] });
    expect((await patch({ filter: null, event_types: ['message.sent', 'message.sent'] })).json).toMatchObject({
      enabled: false,
      filter: null,
      event_types: ['message.sent'],
    });
    expect((await post(`${base}/${id}/test`)).status).toBe(409);
    expect((await patch({ enabled: true })).json).toMatchObject({ enabled: true });
    expect((await patch({})).status).toBe(200);
    expect((await patch({ url: 'https://internal/' })).json).toMatchObject({ code: 'INVALID_REQUEST', param: 'url' });
    expect((await patch({ secret: 'x' })).status).toBe(400);
    expect((await patch({}, api.keys.live)).status).toBe(404);
  });

  test('gets a new secret, shown once, and keeps the old one for the time that is asked for', async () => {
    const id = await make();
    const { json } = await post(`${base}/${id}/rotate-secret`, { overlap_seconds: 0 });
    expect(rotatedSecretSchema.parse(json).previous_secret_until).toBeNull();
    const day = rotatedSecretSchema.parse((await post(`${base}/${id}/rotate-secret`, {})).json);
    expect(Date.parse(day.previous_secret_until ?? '') - Date.now()).toBeGreaterThan(86_000_000);
    expect(day.secret).not.toBe(json['secret']);
    expect((await post(`${base}/${id}/rotate-secret`, { overlap_seconds: 700_000 })).status).toBe(400);
    expect((await post(`${base}/we_0/rotate-secret`, {})).status).toBe(404);
  });

  test('is tested by a delivery like any other', async () => {
    const id = await make();
    const before = pokes;
    const { status, json } = await post(`${base}/${id}/test`);
    expect(status).toBe(202);
    expect(deliverySchema.parse(json)).toMatchObject({ event_type: 'webhook_endpoint.test', status: 'pending' });
    expect(pokes).toBe(before + 1);
    expect((await post(`${base}/${id}/test`, undefined, api.keys.live)).status).toBe(404);
  });
});

describe('R121: deliveries', () => {
  test('are listed page by page and by status', async () => {
    const id = await make();
    const ids = await deliver(id, 3);
    const first = await api.call(`${base}/${id}/deliveries?limit=2`);
    expect((first.json['data'] as { id: string }[]).map((row) => deliverySchema.parse(row).id)).toEqual([
      ids[2],
      ids[1],
    ]);
    const second = await api.call(`${base}/${id}/deliveries?limit=2&cursor=${String(first.json['next_cursor'])}`);
    expect(second.json['data']).toHaveLength(1);
    expect((await api.call(`${base}/${id}/deliveries?status=failed`)).json['data']).toEqual([]);
    expect((await api.call(`${base}/${id}/deliveries?status=gone`)).status).toBe(400);
    expect((await api.call(`${base}/${id}/deliveries`, { key: api.keys.live })).status).toBe(404);
    expect((await api.call(`${base}/we_0/deliveries`)).status).toBe(404);
  });

  test('show what was sent and answered, the words of people only to keys that may see them', async () => {
    const [id = ''] = await deliver(await make());
    await api.database.kysely
      .updateTable('webhook_deliveries')
      .set({ last_status: 500, last_response: 'not YES', last_duration_ms: 12, last_attempt_at: new Date() })
      .where('id', '=', id)
      .execute();
    const show = async (...scopes: Parameters<TestApi['keyWith']>[1]) => {
      const { json } = await api.call(`/v1/webhook-deliveries/${id}`, { key: await api.keyWith('test', scopes) });
      return deliveryDetailSchema.parse(json);
    };
    const whole = await show('webhooks:read', 'messages:content');
    expect(whole).toMatchObject({ duration_ms: 12, response: { status: 500, body: 'not YES' } });
    expect(whole.request.body).toContain('YES');
    const masked = await show('webhooks:read');
    expect(JSON.stringify(masked)).not.toContain('YES');
    expect(masked.request.body).toContain('+15005550100');
    expect((await api.call(`/v1/webhook-deliveries/${randomUUID()}`)).status).toBe(404);
    expect((await api.call('/v1/webhook-deliveries/1')).status).toBe(404);
  });

  test('are sent again, unless what they said is gone', async () => {
    const [id = ''] = await deliver(await make());
    const set = (row: { state?: 'failed'; payload?: string }) =>
      api.database.kysely.updateTable('webhook_deliveries').set(row).where('id', '=', id).execute();
    await set({ state: 'failed' });
    const { status, json } = await post(`/v1/webhook-deliveries/${id}/resend`);
    expect([status, deliverySchema.parse(json).status]).toEqual([202, 'pending']);
    await set({ payload: '{}' });
    expect((await post(`/v1/webhook-deliveries/${id}/resend`)).status).toBe(409);
    expect((await post(`/v1/webhook-deliveries/${randomUUID()}/resend`)).status).toBe(404);
  });

  test('of a time are recovered in one call', async () => {
    const id = await make();
    await deliver(id, 2);
    await api.database.kysely
      .updateTable('webhook_deliveries')
      .set({ state: 'failed' })
      .where('endpoint_id', '=', id)
      .execute();
    const since = new Date(Date.now() - 60_000).toISOString();
    const { status, json } = await post(`${base}/${id}/recover`, { since });
    expect([status, json['deliveries'], json['complete']]).toEqual([202, 2, true]);
    expect((await post(`${base}/${id}/recover`, { since, until: since })).status).toBe(400);
    expect((await post(`${base}/we_0/recover`, { since })).status).toBe(404);
  });
});
