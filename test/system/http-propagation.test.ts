import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPropagation } from '../../server/contacts/propagation.ts';
import { confirmByDelivery } from '../../server/store/propagation.ts';
import { type HttpAnswer, startApi, type TestApi } from '../support/http-api.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const NUMBER = '+14155550123';
const AT = `/v1/opt-outs/${encodeURIComponent(NUMBER)}/propagation`;
const HOUR_MS = 3_600_000;

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

beforeEach(async () => {
  for (const table of ['opt_outs', 'opt_out_propagations', 'connected_systems', 'webhook_endpoints']) {
    await api.database.query({ text: `delete from ${table}`, values: [] });
  }
});

const put = (id: string, name = 'CRM', key = api.keys.test) =>
  api.call(`/v1/connected-systems/${id}`, { method: 'PUT', json: { name }, key });
const optOut = (number = NUMBER) => api.call('/v1/opt-outs', { method: 'POST', json: { number } });
const confirm = (json: object, key = api.keys.test) => api.call(AT, { method: 'POST', json, key });
const systemsOf = ({ json }: HttpAnswer) => json['systems'] as Record<string, unknown>[];
const dataOf = ({ json }: HttpAnswer) => json['data'] as Record<string, unknown>[];
const age = (ms: number) =>
  api.database.query({
    text: `update opt_out_propagations set opted_out_at = opted_out_at - make_interval(secs => $1)`,
    values: [ms / 1_000],
  });

async function endpoint(id: string, eventTypes: string[], enabled = true) {
  await api.database.query({
    text: `insert into webhook_endpoints (id, mode, url, event_types, secret, enabled, created_at)
      values ($1, 'test', 'https://crm.example/hook', $2, '\\x00', $3, now())`,
    values: [id, eventTypes, enabled],
  });
}

describe('/v1/connected-systems', () => {
  test('names systems, lists them, and forgets them', async () => {
    const created = await put('crm');
    expect(created.json).toMatchObject({ id: 'crm', name: 'CRM', mode: 'test' });
    expect((await put('crm', 'The CRM')).json).toMatchObject({
      name: 'The CRM',
      created_at: created.json['created_at'],
    });
    const list = await api.call('/v1/connected-systems');
    expect(dataOf(list)).toHaveLength(1);
    expect(dataOf(await api.call('/v1/connected-systems', { key: api.keys.live }))).toEqual([]);
    const remove = (key = api.keys.test) => api.call('/v1/connected-systems/crm', { method: 'DELETE', key });
    expect((await remove(api.keys.live)).status).toBe(404);
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
  });

  test('takes no id that could be mistaken for an endpoint, and not without end', async () => {
    expect(await put(encodeURIComponent('webhook:we_1'))).toMatchObject({ status: 400, json: { param: 'system_id' } });
    for (let count = 0; count < 100; count++) await put(`s${count}`);
    expect(await put('one-more')).toMatchObject({ status: 400, json: { param: 'system_id' } });
    expect((await put('s7', 'still changes')).status).toBe(200);
  });

  test('needs a key that may opt people out', async () => {
    const reader = await api.keyWith('test', ['consents:read']);
    expect(await put('crm', 'CRM', reader)).toMatchObject({ status: 403, json: { scope: 'optouts:write' } });
    expect((await api.call('/v1/connected-systems', { key: reader })).status).toBe(200);
  });
});

describe('an opt-out', () => {
  test('R144: waits for each system that is there by then, with its legal limit', async () => {
    await put('crm');
    await put('shop');
    const { json } = await optOut();
    await put('later');
    const answer = await api.call(AT);
    expect(systemsOf(answer)).toMatchObject([
      { system: 'crm', state: 'waiting', confirmed_at: null, event_id: json['id'] },
      { system: 'shop', state: 'waiting' },
    ]);
    const [{ opted_out_at: at, deadline } = {}] = systemsOf(answer);
    expect(Date.parse(String(deadline)) - Date.parse(String(at))).toBe(14 * 24 * HOUR_MS);
    expect(systemsOf(await api.call(AT, { key: api.keys.live }))).toEqual([]);
  });

  test('is confirmed by each for itself, and the first confirmation counts', async () => {
    await put('crm');
    await put('shop');
    await optOut();
    await age(90_000);
    const confirmed = await confirm({ system: 'crm' });
    const [crm, shop] = systemsOf(confirmed);
    expect(crm).toMatchObject({ state: 'confirmed' });
    expect(Number(crm?.['lag_seconds'])).toBeGreaterThanOrEqual(90);
    expect(shop).toMatchObject({ state: 'waiting', confirmed_at: null });
    expect(systemsOf(await confirm({ system: 'crm' }))[0]).toEqual(crm);
  });

  test('can be confirmed alone by its event', async () => {
    await put('crm');
    const first = await optOut();
    await api.database.query({ text: 'delete from opt_outs', values: [] });
    await age(60_000);
    await optOut();
    await confirm({ system: 'crm', event_id: first.json['id'] });
    expect(systemsOf(await api.call(AT)).map(({ state }) => state)).toEqual(['waiting', 'confirmed']);
  });

  test('is not confirmed by somebody of whom nothing is expected', async () => {
    await put('crm');
    expect((await confirm({ system: 'crm' })).status).toBe(404);
    await optOut();
    expect((await confirm({ system: 'shop' })).status).toBe(404);
    expect((await confirm({ system: 'crm' }, api.keys.live)).status).toBe(404);
    expect(await confirm({})).toMatchObject({ status: 400, json: { param: 'system' } });
  });

  test('waits for the endpoints that asked for it, and a delivery is their confirmation', async () => {
    await endpoint('we_all', ['*']);
    await endpoint('we_contacts', ['contact.*']);
    await endpoint('we_texts', ['message.*']);
    await endpoint('we_off', ['*'], false);
    const { json } = await optOut();
    const waiting = systemsOf(await api.call(AT));
    expect(waiting.map(({ system }) => system)).toEqual(['webhook:we_all', 'webhook:we_contacts']);
    const payload = JSON.stringify({ type: 'contact.opted_out', data: { event_id: json['id'] } });
    await confirmByDelivery(api.database, { endpointId: 'we_all', payload, at: new Date() });
    const after = systemsOf(await api.call(AT));
    expect(after.map(({ state }) => state)).toEqual(['confirmed', 'waiting']);
  });

  test('no longer waits for a system that was removed', async () => {
    await put('crm');
    await optOut();
    await api.call('/v1/connected-systems/crm', { method: 'DELETE' });
    expect(systemsOf(await api.call(AT))).toEqual([]);
  });
});

describe('the clock of propagation', () => {
  async function clockwork() {
    const clock = virtualClock(Date.now());
    const warned: unknown[] = [];
    const log = { warn: (line: object) => void warned.push(line) };
    return { clock, warned, propagation: createPropagation({ database: api.database, clock, log }) };
  }

  test('warns once after an hour and once after a day, names no number, and stops with the confirmation', async () => {
    await put('crm');
    await put('shop');
    await optOut();
    const { clock, warned, propagation } = await clockwork();
    await propagation.warn();
    expect(warned).toEqual([]);
    clock.jump(HOUR_MS + 1_000);
    await propagation.warn();
    await propagation.warn();
    expect(warned).toMatchObject([
      { system: 'crm', mode: 'test', opt_outs: 1 },
      { system: 'shop', opt_outs: 1 },
    ]);
    expect((await propagation.of('test', NUMBER)).map(({ state }) => state)).toEqual(['late', 'late']);
    await confirm({ system: 'crm' });
    clock.jump(23 * HOUR_MS);
    await propagation.warn();
    await propagation.warn();
    expect(warned).toHaveLength(3);
    expect(JSON.stringify(warned)).not.toContain(NUMBER.slice(2));
  });

  test('tells how many wait and since when', async () => {
    const { clock, propagation } = await clockwork();
    expect(await propagation.waiting()).toEqual({ count: 0, oldestSeconds: 0 });
    await put('crm');
    await optOut();
    await optOut('+14155550124');
    clock.jump(660_000);
    const { count, oldestSeconds } = await propagation.waiting();
    expect(count).toBe(2);
    expect(oldestSeconds).toBeGreaterThanOrEqual(600);
  });

  test('does not wait for an endpoint that was deleted', async () => {
    await endpoint('we_gone', ['*']);
    await optOut();
    await api.database.query({ text: 'delete from webhook_endpoints', values: [] });
    const { propagation } = await clockwork();
    await propagation.warn();
    expect(await propagation.waiting()).toMatchObject({ count: 0 });
  });
});
