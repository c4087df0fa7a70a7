import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HttpAnswer, startApi, type TestApi } from '../support/http-api.ts';

const NUMBER = '+14155550123';
const AT = `/v1/consents/${encodeURIComponent(NUMBER)}`;
const FORM = { text: 'I agree to texts', url: 'https://shop.example/signup' };

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

beforeEach(async () => {
  for (const table of ['opt_outs', 'opt_ins', 'suppressions', 'consent_events', 'consent_chains', 'events']) {
    await api.database.query({ text: `delete from ${table}`, values: [] });
  }
});

const post = (path: string, json: unknown, key = api.keys.test) => api.call(path, { method: 'POST', json, key });
const remove = (path: string, json?: unknown) =>
  api.call(path, { method: 'DELETE', ...(json === undefined ? {} : { json }) });
const statusOf = async (key = api.keys.test) => (await api.call(AT, { key })).json;
const dataOf = ({ json }: HttpAnswer) => json['data'] as Record<string, unknown>[];
const optIn = (more: object = {}) =>
  post('/v1/consents', { number: NUMBER, action: 'opt_in', source: 'web_form', evidence: FORM, ...more });

describe('consent', () => {
  test('of a number that nobody has spoken of is unknown', async () => {
    const answer = await api.call(AT);
    expect(answer.json).toMatchObject({ status: 'unknown', topics: {}, updated_at: null, number: NUMBER });
  });

  test('that is recorded is the state from then on, with everything that proves it', async () => {
    const recorded = await optIn({ topic: 'sale', disclosure: 'Up to 4 texts a month', language: 'en' });
    expect(recorded.status).toBe(201);
    expect(recorded.json).toMatchObject({ changed: true });
    expect(await statusOf()).toMatchObject({ status: 'unknown', topics: { sale: 'opted_in' } });
    const events = await api.call(`${AT}/events`);
    expect(dataOf(events)).toMatchObject([
      {
        id: recorded.json['id'],
        action: 'opt_in',
        topic: 'sale',
        source: 'web_form',
        evidence: { ...FORM, disclosure: 'Up to 4 texts a month' },
        actor: { type: 'api_key' },
        sequence: 1,
      },
    ]);
  });

  test('that says nothing new is recorded all the same', async () => {
    await optIn();
    expect((await optIn()).json).toMatchObject({ changed: false });
    expect(await api.call(`${AT}/events`).then(dataOf)).toHaveLength(2);
  });

  test('without evidence is refused, and one from the future too', async () => {
    expect(await optIn({ evidence: {} })).toMatchObject({ status: 400, json: { param: 'evidence' } });
    expect(await optIn({ evidence: undefined })).toMatchObject({ status: 400, json: { param: 'evidence' } });
    expect(await optIn({ occurred_at: '2126-01-01T00:00:00Z' })).toMatchObject({ json: { param: 'occurred_at' } });
    expect(await api.call(`${AT}/events`).then(dataOf)).toEqual([]);
  });

  test('that was given before an opt-out does not take it back, however late it is recorded', async () => {
    await post('/v1/opt-outs', { number: NUMBER });
    expect((await optIn({ occurred_at: '2020-01-01T00:00:00Z' })).json).toMatchObject({ changed: false });
    expect(await statusOf()).toMatchObject({ status: 'opted_out', topics: { '*': 'opted_out' } });
    expect(await api.call(`${AT}/events`).then(dataOf)).toHaveLength(2);
  });

  test('that has an end counts until then', async () => {
    await optIn({ occurred_at: '2020-01-01T00:00:00Z', expires_at: '2021-01-01T00:00:00Z' });
    expect(await statusOf()).toMatchObject({ status: 'unknown', topics: {} });
  });

  test('belongs to the mode of the key', async () => {
    await optIn();
    expect(await statusOf()).toMatchObject({ status: 'opted_in' });
    expect(await statusOf(api.keys.live)).toMatchObject({ status: 'unknown' });
  });

  test('to everything ends with an opt-out of everything, whatever had been agreed to', async () => {
    await optIn();
    await optIn({ topic: 'sale' });
    await post('/v1/opt-outs', { number: NUMBER });
    expect(await statusOf()).toMatchObject({ status: 'opted_out', topics: { '*': 'opted_out' } });
    await optIn();
    expect(await statusOf()).toMatchObject({ status: 'opted_in', topics: { '*': 'opted_in' } });
  });

  test('pages through everything that was recorded', async () => {
    for (let count = 0; count < 5; count++) await optIn({ topic: `t${count}` });
    const first = await api.call(`${AT}/events?limit=3`);
    const next = await api.call(`${AT}/events?limit=3&cursor=${String(first.json['next_cursor'])}`);
    expect([...dataOf(first), ...dataOf(next)].map(({ topic }) => topic)).toEqual(['t0', 't1', 't2', 't3', 't4']);
    expect(next.json['has_more']).toBe(false);
  });
});

describe('an opt-out by the API', () => {
  test('stands at once, is told, and a second one is recorded but changes nothing', async () => {
    const first = await post('/v1/opt-outs', {
      number: '1 415 555 0123'.replace('1', '+1'),
      reason: 'said so on the phone',
      source: 'verbal',
    });
    expect(first.json).toMatchObject({ number: NUMBER, action: 'opt_out', changed: true });
    expect((await post('/v1/opt-outs', { number: NUMBER })).json).toMatchObject({ changed: false });
    const list = await api.call('/v1/opt-outs');
    expect(dataOf(list)).toMatchObject([{ number: NUMBER, source: 'verbal', event_id: first.json['id'] }]);
    const told = await api.database.query<{ type: string }>({ text: 'select type from events', values: [] });
    expect(told.map(({ type }) => type)).toEqual(['contact.opted_out']);
  });

  test('cancels what has not left, in the same moment', async () => {
    const { id } = await api.store({ status: 'queued', due_at: new Date(Date.now() + 60_000) });
    await post('/v1/opt-outs', { number: NUMBER });
    expect((await api.call(`/v1/messages/${id}`)).json).toMatchObject({
      status: 'canceled',
      error: { code: 'OPTED_OUT' },
    });
  });

  test('R141: of a topic cancels the texts of that topic alone', async () => {
    const due = { status: 'queued', due_at: new Date(Date.now() + 60_000) } as const;
    const [sale, order] = [await api.store({ ...due, topic: 'sale' }), await api.store({ ...due, topic: 'order' })];
    await post('/v1/opt-outs', { number: NUMBER, topic: 'sale' });
    expect((await api.call(`/v1/messages/${sale.id}`)).json).toMatchObject({ status: 'canceled' });
    expect((await api.call(`/v1/messages/${order.id}`)).json).toMatchObject({ status: 'queued' });
  });

  test('of many numbers names those that are none, and can be run again', async () => {
    const numbers = ['+14155550101', '+14155550102', 'nobody', '+14155550101'];
    const imported = await post('/v1/opt-outs/import', { numbers });
    expect(imported.json).toMatchObject({ received: 4, added: 2, known: 0, invalid: [{ index: 2 }] });
    expect((await post('/v1/opt-outs/import', { numbers })).json).toMatchObject({ added: 0, known: 2 });
  });

  test('is listed page by page, the newest first, by source and topic', async () => {
    const numbers = Array.from({ length: 5 }, (_, index) => `+1415555010${index}`);
    await post('/v1/opt-outs/import', { numbers });
    await post('/v1/opt-outs', { number: NUMBER, topic: 'sale' });
    const first = await api.call('/v1/opt-outs?source=import&limit=3');
    const next = await api.call(`/v1/opt-outs?source=import&limit=3&cursor=${String(first.json['next_cursor'])}`);
    const listed = [...dataOf(first), ...dataOf(next)].map(({ number }) => number);
    expect(new Set(listed)).toEqual(new Set(numbers));
    expect(listed).toHaveLength(numbers.length);
    expect(dataOf(await api.call('/v1/opt-outs?topic=sale'))).toHaveLength(1);
    const elsewhere = await api.call(`/v1/opt-outs?limit=3&cursor=${String(first.json['next_cursor'])}`);
    expect(elsewhere).toMatchObject({ status: 400, json: { param: 'cursor' } });
  });
});

describe('taking an opt-out back', () => {
  const path = `/v1/opt-outs/${encodeURIComponent(NUMBER)}`;
  const evidence = { text: 'asked for it by mail' };

  test('needs evidence, and an opt-out', async () => {
    expect(await remove(path, { evidence })).toMatchObject({ status: 404 });
    await post('/v1/opt-outs', { number: NUMBER });
    expect(await remove(path, { evidence: {} })).toMatchObject({ status: 400, json: { param: 'evidence' } });
    const done = await remove(path, { evidence });
    expect(done).toMatchObject({ status: 200, json: { action: 'opt_in', changed: true } });
    expect(await statusOf()).toMatchObject({ status: 'opted_in' });
  });

  test('of somebody who texted STOP is refused by every route, unless it is their request', async () => {
    await api.database.query({
      text: `insert into opt_outs (mode, number, opted_out_at, source, keyword) values ('test', $1, now(), 'keyword', 'stop')`,
      values: [NUMBER],
    });
    expect(await remove(path, { evidence })).toMatchObject({ status: 403, json: { code: 'OPTED_OUT' } });
    expect(await optIn()).toMatchObject({ status: 403, json: { code: 'OPTED_OUT', param: 'override' } });
    expect(await optIn({ topic: 'sale' })).toMatchObject({ status: 403 });
    expect(await statusOf()).toMatchObject({ status: 'opted_out' });
    expect(await remove(path, { evidence, override: 'recipient_request' })).toMatchObject({ status: 200 });
    expect(await statusOf()).toMatchObject({ status: 'opted_in' });
  });
});

describe('suppressions', () => {
  test('are added, listed, and taken off one list or all', async () => {
    const added = await post('/v1/suppressions', { numbers: [NUMBER, 'x'], list: 'dnc_import', reason: 'registry' });
    expect(added.json).toMatchObject({ added: 1, known: 0, invalid: [{ index: 1 }] });
    await post('/v1/suppressions', { numbers: [NUMBER], list: 'manual' });
    expect((await post('/v1/suppressions', { numbers: [NUMBER], list: 'manual' })).json).toMatchObject({ known: 1 });
    const list = await api.call(`/v1/suppressions?number=${encodeURIComponent(NUMBER)}`);
    expect(dataOf(list).map(({ list: name }) => name)).toEqual(['manual', 'dnc_import']);
    const path = `/v1/suppressions/${encodeURIComponent(NUMBER)}`;
    expect((await remove(`${path}?list=manual`)).status).toBe(204);
    expect((await remove(`${path}?list=manual`)).status).toBe(404);
    expect((await remove(path)).status).toBe(204);
    expect(dataOf(await api.call('/v1/suppressions'))).toEqual([]);
  });

  test('end when they said that they would, and may be made anew then', async () => {
    const expired = { numbers: [NUMBER], list: 'invalid', expires_at: '2020-01-01T00:00:00Z' };
    await post('/v1/suppressions', expired);
    expect(dataOf(await api.call('/v1/suppressions'))).toEqual([]);
    expect((await post('/v1/suppressions', { numbers: [NUMBER], list: 'invalid' })).json).toMatchObject({ added: 1 });
  });
});
