import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HttpAnswer, startApi, type TestApi } from '../support/http-api.ts';

const NUMBER = '+14155550123';
const AT = `/v1/contacts/${encodeURIComponent(NUMBER)}`;

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

beforeEach(() => api.database.query({ text: 'delete from contacts', values: [] }));

const put = (json: unknown, path = AT) => api.call(path, { method: 'PUT', json });
const patch = (json: unknown, path = AT) => api.call(path, { method: 'PATCH', json });
const dataOf = ({ json }: HttpAnswer) => json['data'] as Record<string, unknown>[];
const numbers = async (query: string) => dataOf(await api.call(`/v1/contacts?${query}`)).map(({ number }) => number);

const ANN = {
  name: 'Ann Smith',
  time_zone: 'America/Denver',
  state: 'CO',
  country: 'US',
  language: 'en-US',
  owner: 'hs:12345',
  attributes: { plan: 'gold' },
};

describe('a contact', () => {
  test('that nobody has stored is not found', async () => {
    expect(await api.call(AT)).toMatchObject({ status: 404 });
    expect(await patch({ name: 'Ann' })).toMatchObject({ status: 404 });
    expect(await api.call('/v1/contacts/nobody')).toMatchObject({ status: 400, json: { code: 'INVALID_NUMBER' } });
  });

  test('is stored as a whole: what is left out is forgotten, when it was first stored is not', async () => {
    const stored = await put(ANN);
    expect(stored.status).toBe(200);
    expect(stored.json).toMatchObject({ ...ANN, number: NUMBER, mode: 'test' });
    const again = await put({ name: 'Ann' }, '/v1/contacts/+1 415 555 0123');
    expect(again.json).toMatchObject({
      name: 'Ann',
      owner: null,
      attributes: {},
      created_at: stored.json['created_at'],
    });
    expect(again.json).toEqual((await api.call(AT)).json);
  });

  test('is changed field by field, and attribute by attribute', async () => {
    await put(ANN);
    const changed = await patch({ owner: null, attributes: { plan: null, seats: '3' } });
    expect(changed.json).toMatchObject({ ...ANN, owner: null, attributes: { seats: '3' } });
    expect((await patch({ attributes: { city: 'Denver' } })).json).toMatchObject({
      attributes: { seats: '3', city: 'Denver' },
    });
  });

  test('belongs to the mode of the key', async () => {
    await put(ANN);
    expect((await api.call(AT, { key: api.keys.live })).status).toBe(404);
  });

  test('is seen and changed by keys that may', async () => {
    const key = await api.keyWith('test', ['contacts:read']);
    expect((await api.call(AT, { key })).status).toBe(404);
    expect(await api.call(AT, { key, method: 'PUT', json: {} })).toMatchObject({ status: 403 });
    const blind = await api.keyWith('test', ['conversations:read']);
    expect(await api.call('/v1/contacts', { key: blind })).toMatchObject({ status: 403 });
  });

  test.each([
    ['a zone that there is not', { time_zone: 'America/Springfield' }, 'time_zone'],
    ['an offset for a zone', { time_zone: '+05:30' }, 'time_zone'],
    ['a country that is none', { country: 'UK' }, 'country'],
    ['a state by its name', { state: 'Colorado' }, 'state'],
    ['a language by its name', { language: 'Klingon!' }, 'language'],
    ['a long name', { name: 'x'.repeat(201) }, 'name'],
    ['a number in an attribute', { attributes: { seats: 3 } }, 'attributes.seats'],
    ['a field that there is not', { timezone: 'America/Denver' }, 'timezone'],
  ])('with %s is refused', async (_, json, param) => {
    expect(await put(json)).toMatchObject({ status: 400, json: { param } });
    expect((await api.call(AT)).status).toBe(404);
  });

  test('has at most 50 attributes, also when they come one by one', async () => {
    const many = (count: number, from = 0) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index + from}`, 'x']));
    expect(await put({ attributes: many(51) })).toMatchObject({ status: 400, json: { param: 'attributes' } });
    await put({ attributes: many(50) });
    expect(await patch({ attributes: many(1, 50) })).toMatchObject({ status: 400, json: { param: 'attributes' } });
    expect(await patch({ attributes: { ...many(1, 50), a0: null } })).toMatchObject({ status: 200 });
  });

  test('has no attribute that could change more than the contact', async () => {
    const raw = '{"attributes":{"__proto__":"x","plan":"gold"}}';
    expect(await api.call(AT, { method: 'PUT', raw })).toMatchObject({ status: 400, json: { param: 'attributes' } });
    await put({ attributes: { constructor: 'x' } });
    expect((await api.call(AT)).json).toMatchObject({ attributes: { constructor: 'x' } });
  });
});

describe('the list of contacts', () => {
  test('goes page by page, the newest first', async () => {
    const each = Array.from({ length: 5 }, (_, index) => `+1415555010${index}`);
    for (const number of each) await put({}, `/v1/contacts/${number}`);
    const first = await api.call('/v1/contacts?limit=3');
    const second = await api.call(`/v1/contacts?limit=3&cursor=${String(first.json['next_cursor'])}`);
    const found = [...dataOf(first), ...dataOf(second)].map(({ number }) => number);
    expect(new Set(found)).toEqual(new Set(each));
    expect(found).toHaveLength(5);
  });

  test('is narrowed by owner, number and name', async () => {
    await put(ANN);
    await put({ name: 'Bob', owner: 'ann' }, '/v1/contacts/+447700900123');
    expect(await numbers('owner=ann')).toEqual(['+447700900123']);
    expect(await numbers('q=smi')).toEqual([NUMBER]);
    expect(await numbers('q=44 7700')).toEqual(['+447700900123']);
    expect(await numbers('q=mith')).toEqual([]);
  });
});
