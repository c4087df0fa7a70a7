import { describe, expect, onTestFinished, test } from 'vitest';
import { createExplain } from '../../server/messages/explain.ts';
import { systemClock } from '../../server/clock.ts';
import { type HttpAnswer, startApi, type TestApi } from '../support/http-api.ts';
import { type World, world } from '../support/world.ts';

/** The API in front of the rules and senders of a world with two carriers of test texts. */
async function start(): Promise<{ api: TestApi; w: World }> {
  const w = await world({ mode: 'test', carriers: ['a', 'b'] });
  const settings = {
    numberValidation: { live: 'valid', test: 'possible' },
    defaultCountry: null,
    defaultSender: null,
    pools: w.sending.senders,
  } as const;
  const explain = createExplain({ ...w.sending, settings, clock: systemClock });
  const api = await startApi({ routing: w.sending.routing, senders: w.sending.senders, explain });
  onTestFinished(() => api[Symbol.asyncDispose]());
  return { api, w };
}

const post = (api: TestApi, path: string, json: unknown, key = api.keys.test) =>
  api.call(path, { method: 'POST', json, key });
const remove = (api: TestApi, path: string, key = api.keys.test) => api.call(path, { method: 'DELETE', key });
const dataOf = ({ json }: HttpAnswer) => json['data'] as Record<string, unknown>[];

describe('/v1/routes', () => {
  test('R094: adds, lists in the order of priority, and removes', async () => {
    const { api } = await start();
    const created = await post(api, '/v1/routes', { smsc_id: 'a', countries: ['GB'], cost: '0.0075' });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ object: 'route', mode: 'test', priority: 100, weight: 100, cost: '0.0075' });
    await post(api, '/v1/routes', { smsc_id: 'b', priority: 1 });
    const list = await api.call('/v1/routes');
    expect(dataOf(list).map(({ smsc_id }) => smsc_id)).toEqual(['b', 'a']);
    const path = `/v1/routes/${String(created.json['id'])}`;
    expect((await remove(api, path)).status).toBe(204);
    expect((await remove(api, path)).status).toBe(404);
    expect(dataOf(await api.call('/v1/routes'))).toHaveLength(1);
  });

  test('leads to carriers of the key’s own mode only, and shows only its rules', async () => {
    const { api } = await start();
    const { json } = await post(api, '/v1/routes', { smsc_id: 'a' });
    const refused = await post(api, '/v1/routes', { smsc_id: 'a' }, api.keys.live);
    expect(refused).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', param: 'smsc_id' } });
    expect(dataOf(await api.call('/v1/routes', { key: api.keys.live }))).toEqual([]);
    expect((await remove(api, `/v1/routes/${String(json['id'])}`, api.keys.live)).status).toBe(404);
  });

  test('names the field that is at fault', async () => {
    const { api } = await start();
    const faults: [string, object][] = [
      ['smsc_id', {}],
      ['smsc_id', { smsc_id: 'nobody' }],
      ['smsc_id', { smsc_id: 'A B' }],
      ['prefixes.0', { smsc_id: 'a', prefixes: ['44'] }],
      ['countries.0', { smsc_id: 'a', countries: ['gb'] }],
      ['networks.0', { smsc_id: 'a', networks: ['1'] }],
      ['cost', { smsc_id: 'a', cost: 0.0075 }],
      ['weight', { smsc_id: 'a', weight: 0 }],
      ['priority', { smsc_id: 'a', priority: 1.5 }],
      ['message_types.0', { smsc_id: 'a', message_types: ['marketing'] }],
      ['prefix', { smsc_id: 'a', prefix: '+44' }],
    ];
    for (const [param, body] of faults) {
      const fault = { status: 400, json: { code: 'INVALID_REQUEST', param } };
      expect(await post(api, '/v1/routes', body), param).toMatchObject(fault);
    }
  });

  test('is for keys with the scope routes:manage', async () => {
    const { api } = await start();
    const key = await api.keyWith('test', ['senders:read', 'senders:write']);
    for (const answer of [
      await api.call('/v1/routes', { key }),
      await post(api, '/v1/routes/explain', { to: '+447700900123' }, key),
    ]) {
      expect(answer).toMatchObject({ status: 403, json: { scope: 'routes:manage' } });
    }
  });
});

describe('/v1/routes/explain', () => {
  test('R094: shows the sender, the carriers in their order and why, and what was passed by', async () => {
    const { api, w } = await start();
    await post(api, '/v1/routes', { smsc_id: 'b', countries: ['US'] });
    await post(api, '/v1/senders', { value: 'Acme', smsc_ids: ['a'] });
    const asked = { to: '+1 (415) 555-0123', from: '+14155550100', type: 'otp' };
    const explained = await post(api, '/v1/routes/explain', asked);
    expect(explained.status).toBe(200);
    expect(explained.json).toMatchObject({ to: '+14155550123', country: 'US', message_type: 'otp', skipped: [] });
    expect(explained.json['routes']).toMatchObject([{ smsc_id: 'b', health: 'up' }]);
    const named = await post(api, '/v1/routes/explain', { to: '+14155550123', from: 'Acme' });
    expect(named.json['routes']).toEqual([]);
    expect(named.json['skipped']).toMatchObject([{ smsc_id: 'b', reason: 'The sender is not known to this carrier.' }]);
    expect(explained.json['reason']).toBe('It would go by b.');
    expect(named.json['reason']).toBe('It would be refused: every carrier was passed by.');
    const ask = async (json: object, key?: string) => (await post(api, '/v1/routes/explain', json, key)).json['reason'];
    w.carriers[1]?.setPaused(true);
    expect(await ask(asked)).toBe('It would wait for b: no carrier that may take it works now.');
    const live = { to: '+14155552671', from: '+14155550100' };
    expect(await ask(live, api.keys.live)).toContain('no carrier is configured');
    expect(await ask({ ...live, from: 'Acme' }, api.keys.live)).toContain('no sender may be used');
  });

  test('refuses what sending would refuse, in the same words', async () => {
    const { api } = await start();
    const bad = await post(api, '/v1/routes/explain', { to: '123', from: 'Acme' });
    expect(bad).toMatchObject({ status: 400, json: { code: 'INVALID_NUMBER', param: 'to' } });
    const missing = await post(api, '/v1/routes/explain', { to: '+447700900123' });
    expect(missing).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', param: 'from' } });
  });
});

describe('/v1/senders', () => {
  test('adds a sender with all that is known of it, lists it, and removes it', async () => {
    const { api } = await start();
    const body = {
      value: '+1 415 555 0100',
      countries: ['US'],
      purpose: ['otp'],
      mps: 0.5,
      registration: { scheme: '10dlc', ids: { brand_id: 'B1', campaign_id: 'C1' }, status: 'approved' },
      smsc_ids: ['a'],
      opt_out_managed_by: 'carrier',
      shared: true,
    };
    const created = await post(api, '/v1/senders', body);
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ ...body, value: '+14155550100', type: 'long_code', mode: 'test' });
    const list = await api.call('/v1/senders');
    expect(dataOf(list)).toEqual([created.json]);
    expect(await post(api, '/v1/senders', body)).toMatchObject({ status: 400, json: { param: 'value' } });
    expect(dataOf(await api.call('/v1/senders', { key: api.keys.live }))).toEqual([]);
    const path = `/v1/senders/${String(created.json['id'])}`;
    expect((await remove(api, path, api.keys.live)).status).toBe(404);
    expect((await remove(api, path)).status).toBe(204);
    expect((await remove(api, path)).status).toBe(404);
  });

  test('reads a toll-free number as one, unless it is told otherwise', async () => {
    const { api } = await start();
    expect((await post(api, '/v1/senders', { value: '+18335550100' })).json['type']).toBe('toll_free');
    expect((await post(api, '/v1/senders', { value: '+18335550101', type: 'long_code' })).json['type']).toBe(
      'long_code',
    );
    expect((await post(api, '/v1/senders', { value: '+14155550100' })).json['type']).toBe('long_code');
  });

  test('says anew what a sender may be used for, and its pools keep it', async () => {
    const { api, w } = await start();
    const pending = { scheme: '10dlc', ids: { campaign_id: 'C1' }, status: 'pending' };
    const { json } = await post(api, '/v1/senders', { value: '+14155550100', registration: pending, mps: 3 });
    const sender_ids = [String(json['id'])];
    await post(api, '/v1/sender-pools', { name: 'main', sender_ids, is_default: true });
    const path = `/v1/senders/${sender_ids[0]}`;
    const put = (body: object, key = api.keys.test) => api.call(path, { method: 'PUT', json: body, key });
    const updated = await put({ registration: { ...pending, status: 'approved' }, purpose: ['otp'] });
    expect(updated.json).toMatchObject({
      id: json['id'],
      value: '+14155550100',
      mps: null,
      purpose: ['otp'],
      registration: { status: 'approved' },
    });
    expect(dataOf(await api.call('/v1/senders'))).toEqual([updated.json]);
    expect(w.sending.senders.pools('test')[0]?.sender_ids).toEqual(sender_ids);
    const resolved = await api.call('/v1/senders/resolve?to=+14155550123&type=otp');
    expect(resolved.json).toMatchObject({ from: '+14155550100', warnings: [], sender: updated.json });
    expect(await put({ type: 'alphanumeric' })).toMatchObject({ status: 400, json: { param: 'type' } });
    expect(await put({ value: '+14155550101' })).toMatchObject({ status: 400, json: { param: 'value' } });
    expect((await put({}, api.keys.live)).status).toBe(404);
  });

  test('names the field that is at fault', async () => {
    const { api } = await start();
    const faults: [string, object][] = [
      ['value', { value: 'A name that is too long' }],
      ['value', {}],
      ['type', { value: 'Acme', type: 'long_code' }],
      ['type', { value: '+14155550100', type: 'alphanumeric' }],
      ['type', { value: '12345', type: 'toll_free' }],
      ['registration.scheme', { value: 'Acme', registration: { scheme: 'acma', ids: {}, status: 'approved' } }],
      ['mps', { value: 'Acme', mps: 0 }],
      ['rate', { value: 'Acme', rate: 3 }],
    ];
    for (const [param, body] of faults) {
      const fault = { status: 400, json: { code: 'INVALID_REQUEST', param } };
      expect(await post(api, '/v1/senders', body), param).toMatchObject(fault);
    }
  });
});

describe('/v1/sender-pools', () => {
  test('adds, lists and removes; its name is its own and its senders are there', async () => {
    const { api } = await start();
    const sender = await post(api, '/v1/senders', { value: '+18005550199', type: 'toll_free' });
    const sender_ids = [String(sender.json['id'])];
    const created = await post(api, '/v1/sender-pools', { name: 'support', sender_ids, is_default: true });
    expect(created.status).toBe(201);
    const list = await api.call('/v1/sender-pools');
    expect(dataOf(list)).toEqual([created.json]);
    const again = await post(api, '/v1/sender-pools', { name: 'support', sender_ids });
    expect(again).toMatchObject({ status: 400, json: { param: 'name' } });
    const unknown = await post(api, '/v1/sender-pools', { name: 'other', sender_ids: ['sender_0'] });
    expect(unknown).toMatchObject({ status: 400, json: { param: 'sender_ids' } });
    const path = `/v1/sender-pools/${String(created.json['id'])}`;
    expect((await remove(api, path)).status).toBe(204);
    expect((await remove(api, path)).status).toBe(404);
  });
});

describe('/v1/senders/resolve', () => {
  test('says which sender a text would get and why', async () => {
    const { api } = await start();
    const sender = await post(api, '/v1/senders', { value: '+18005550199', type: 'toll_free' });
    await post(api, '/v1/sender-pools', { name: 'main', sender_ids: [sender.json['id']], is_default: true });
    const resolved = await api.call('/v1/senders/resolve?to=%2B14155550123&type=promotional');
    expect(resolved.status).toBe(200);
    expect(resolved.json).toMatchObject({ from: '+18005550199', country: 'US', message_type: 'promotional' });
    expect(resolved.json['reason']).toBe('The number +18005550199 is the choice of the pool main for this recipient.');
    const named = await api.call('/v1/senders/resolve?to=%2B14155550123&from=Acme');
    expect(named.json).toMatchObject({ from: 'Acme', warnings: [{ code: 'SENDER_NOT_ALLOWED' }], sender: null });
  });

  test('says that a live text would be refused', async () => {
    const { api } = await start();
    const refused = await api.call('/v1/senders/resolve?to=%2B14155552671&from=Acme', { key: api.keys.live });
    expect(refused.json).toMatchObject({ from: null, warnings: [] });
    expect(refused.json['reason']).toContain('Names are not supported in the United States');
  });

  test('refuses what is no question', async () => {
    const { api } = await start();
    const wrong = ['?', '?to=', '?to=123', '?to=%2B14155550123&type=x', '?to=%2B14155550123&to=%2B14155550124'];
    for (const query of wrong) expect((await api.call(`/v1/senders/resolve${query}`)).status, query).toBe(400);
  });
});
