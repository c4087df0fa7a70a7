import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Mode } from '../../server/rules/message.ts';
import { insertReview } from '../../server/store/reviews.ts';
import { type HttpAnswer, newId, startApi, type TestApi } from '../support/http-api.ts';

const NUMBER = '+14155550123';
const PATH = '/v1/opt-outs/reviews';

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

beforeEach(async () => {
  for (const table of ['opt_out_reviews', 'opt_outs']) {
    await api.database.query({ text: `delete from ${table}`, values: [] });
  }
});

const dataOf = ({ json }: HttpAnswer) => json['data'] as Record<string, unknown>[];
const resolve = (id: string, decision: unknown, key = api.keys.test) =>
  api.call(`${PATH}/${id}/resolve`, { method: 'POST', json: { decision }, key });

async function review(number = NUMBER, mode: Mode = 'test') {
  const id = newId();
  const at = new Date('2026-11-20T12:00:00Z');
  const row = { id, mode, number, message_id: null, matched: 'wrong number', tier: 'review', created_at: at };
  await insertReview(api.database, { ...row, due_at: new Date(at.getTime() + 86_400_000) });
  return id;
}

describe('/v1/opt-outs/reviews', () => {
  test('lists what waits for a decision, the newest first, page by page, by state and number', async () => {
    const ids = [await review(), await review('+14155550124'), await review()];
    const list = await api.call(PATH);
    expect(dataOf(list).map(({ id }) => id)).toEqual(ids.toReversed());
    expect(dataOf(list)[0]).toMatchObject({ number: NUMBER, state: 'open', matched: 'wrong number', decision: null });
    const ofNumber = await api.call(`${PATH}?number=${encodeURIComponent(NUMBER)}&state=open&limit=1`);
    expect(dataOf(ofNumber).map(({ id }) => id)).toEqual([ids[2]]);
    const cursor = String(ofNumber.json['next_cursor']);
    const next = await api.call(`${PATH}?number=${encodeURIComponent(NUMBER)}&state=open&cursor=${cursor}`);
    expect(dataOf(next).map(({ id }) => id)).toEqual([ids[0]]);
    expect(dataOf(await api.call(`${PATH}?state=resolved`))).toEqual([]);
    expect(await api.call(`${PATH}?state=closed`)).toMatchObject({ status: 400, json: { param: 'state' } });
    expect(await api.call(`${PATH}?number=nobody`)).toMatchObject({ status: 400, json: { code: 'INVALID_NUMBER' } });
  });

  test('shows one, and only to its mode', async () => {
    const id = await review();
    const shown = await api.call(`${PATH}/${id}`);
    expect(shown.json).toMatchObject({ id, due_at: '2026-11-21T12:00:00.000Z' });
    expect((await api.call(`${PATH}/${id}`, { key: api.keys.live })).status).toBe(404);
    expect((await api.call(`${PATH}/${newId()}`)).status).toBe(404);
    expect((await api.call(`${PATH}/nothing`)).status).toBe(404);
  });

  test('takes a decision, tells who made it, and every open one of the number with it', async () => {
    const [first, second] = [await review(), await review()];
    const resolved = await resolve(first, 'opt_out');
    expect(resolved.status).toBe(200);
    expect(resolved.json).toMatchObject({ state: 'resolved', decision: 'opt_out', resolved_by: { type: 'api_key' } });
    expect((await api.call(`${PATH}/${second}`)).json).toMatchObject({ state: 'resolved' });
    const consent = await api.call(`/v1/consents/${encodeURIComponent(NUMBER)}`);
    expect(consent.json).toMatchObject({ status: 'opted_out' });
  });

  test('takes the same decision twice, and no other one afterwards', async () => {
    const id = await review();
    expect((await resolve(id, 'not_opt_out')).status).toBe(200);
    expect((await resolve(id, 'not_opt_out')).status).toBe(200);
    const other = await resolve(id, 'opt_out');
    expect(other).toMatchObject({ status: 409, json: { code: 'INVALID_REQUEST', param: 'decision' } });
    expect((await api.call(`/v1/consents/${encodeURIComponent(NUMBER)}`)).json['status']).not.toBe('opted_out');
  });

  test('refuses what is no decision, what is no review, and keys that may not decide', async () => {
    const id = await review();
    expect(await resolve(id, 'perhaps')).toMatchObject({ status: 400, json: { param: 'decision' } });
    expect((await resolve(newId(), 'opt_out')).status).toBe(404);
    expect((await resolve(id, 'opt_out', api.keys.live)).status).toBe(404);
    const reader = await api.keyWith('test', ['consents:read']);
    expect(await resolve(id, 'opt_out', reader)).toMatchObject({ status: 403, json: { scope: 'reviews:manage' } });
    expect((await api.call(PATH, { key: reader })).status).toBe(200);
    const manager = await api.keyWith('test', ['reviews:manage']);
    expect(await api.call(PATH, { key: manager })).toMatchObject({ status: 403, json: { scope: 'consents:read' } });
    expect((await resolve(id, 'opt_out', manager)).status).toBe(200);
  });
});
