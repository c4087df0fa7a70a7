import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Analytics, openAnalytics } from '../../server/events/rollups.ts';
import { breakdownSchema, seriesSchema, summarySchema } from '../../server/http/contract-analytics.ts';
import type { Message } from '../../server/rules/message.ts';
import { insertEvents, type NewEvent } from '../../server/store/events.ts';
import { secondsOfBucket } from '../../server/rules/rollup.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import { up as historiesOfAnySize } from '../../server/store/migrations/0035-histories-of-any-size.ts';
import { freshDatabase } from '../support/database.ts';
import { newId, startApi, type TestApi } from '../support/http-api.ts';
import { sampleMessage } from '../support/sample-message.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

let api: TestApi;
let analytics: Analytics;
const start = Date.UTC(2026, 10, 18, 9, 30);
beforeAll(async () => {
  api = await startApi();
  analytics = openAnalytics({ database: api.database, clock: virtualClock() });
  await history();
  await refresh();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Until everything that was written has been counted. */
async function refresh(): Promise<void> {
  await until(async () => {
    await analytics.refresh();
    const rows = await api.database.query({
      text: `select 1 from events where not exists (
        select 1 from cursors where name = 'rollups' and (events.txid, events.id) <= (cursors.txid, cursors.id))`,
      values: [],
    });
    return rows.length === 0;
  });
}

const texts: Message[] = [];
const at = (seconds: number) => new Date(start + seconds * 1_000);
const event = (message: Message, type: string, seconds: number, data: object = {}, sequence = 2): NewEvent => {
  const { mode, id: message_id } = message;
  return { type, mode, message_id, sequence, data: { ...data }, created_at: at(seconds) };
};

async function store(changes: Partial<Message>): Promise<Message> {
  const message = sampleMessage({ id: newId(), mode: 'live', created_at: at(0), ...changes });
  await insertMessages(api.database, [{ ...message, api_key_id: null }]);
  return message;
}

/** 40 texts: 36 delivered after 1 to 36 s, 2 with a wrong number, 1 blocked, 1 expired; 9 answers, of which 1 STOP. */
async function history(): Promise<void> {
  for (let n = 1; n <= 40; n += 1) {
    const sent_at = at(n <= 20 ? 1 : 2);
    const delivered_at = new Date(sent_at.getTime() + n * 1_000);
    const delivered = { sent_at: sent_at.toISOString(), delivered_at: delivered_at.toISOString() };
    const message = await store({
      from: n % 2 === 0 ? 'CartBoss' : '+15005550100',
      country: n <= 30 ? 'US' : 'GB',
      smsc_id: 'a',
      segments: 2,
      price: '0.015',
      currency: 'USD',
    });
    texts.push(message);
    const events = [
      event(message, 'message.queued', 0, {}, 1),
      event(message, 'message.sent', 1, { sent_at: sent_at.toISOString() }),
    ];
    if (n <= 36) events.push(event(message, 'message.delivered', 1 + n, delivered, 3));
    else if (n <= 38)
      events.push(
        event(message, 'message.undelivered', 9, { error: { code: 'INVALID_NUMBER', class: 'suppress' } }, 3),
      );
    else if (n === 39)
      events.push(event(message, 'message.failed', 9, { error: { code: 'FILTERED', class: 'review' } }, 3));
    else events.push(event(message, 'message.expired', 9, { error: { code: 'UNKNOWN_ERROR', class: 'retry' } }, 3));
    await insertEvents(api.database, events);
  }
  for (const [index, message] of texts.slice(0, 8).entries()) await answer(message, index === 0 ? 'STOP' : 'Yes');
  // A second answer to the same text is no second response.
  await answer(texts[1] ?? sampleMessage({}), 'Yes again');
}

async function answer(message: Message, body: string): Promise<void> {
  const reply = await store({ direction: 'inbound', status: 'received', body, in_reply_to: message.id });
  const told = [event(reply, 'message.received', 60, {}, 1)];
  if (body === 'STOP') told.push(event(reply, 'contact.opted_out', 60, {}, 0));
  await insertEvents(api.database, told);
}

const from = '2026-11-18T00:00:00Z';
const to = '2026-11-19T00:00:00Z';
const call = (path: string) =>
  api.call(`${path}${path.includes('?') ? '&' : '?'}from=${from}&to=${to}`, { key: api.keys.live });
const summary = async (more = '') => summarySchema.parse((await call(`/v1/analytics/summary${more}`)).json);

describe('the figures', () => {
  test('R190: the delivery rate is of the texts that are over, with its sample', async () => {
    const figures = await summary();
    expect(figures).toMatchObject({
      n: 40,
      messages: 40,
      sent: 40,
      delivered: 36,
      undelivered: 2,
      failed: 1,
      expired: 1,
    });
    expect(figures.delivery_rate).toBe(0.9);
    expect(figures.segments).toBe(80);
    expect(figures.cost).toBe('0.60');
    expect(figures.alerts).toContain('delivery_rate_low');
  });

  test('R191 R108: the speed of delivery is right to within a twentieth, and apart from our own part', async () => {
    const figures = await summary();
    const near = (value: number | null, expected: number) => {
      expect(Math.abs((value ?? 0) - expected) / expected).toBeLessThan(0.06);
    };
    near(figures.median_delivery_seconds, 18);
    near(figures.p95_delivery_seconds, 35);
    near(figures.p99_delivery_seconds, 36);
    near(figures.median_submit_seconds, 1);
    near(figures.p95_submit_seconds, 2);
  });

  test('R192: the response rate counts texts that were answered, however often', async () => {
    expect(await summary()).toMatchObject({ replies: 8, response_rate: 0.2222 });
  });

  test('R193: the opt-out rate raises an alert long before carriers ask', async () => {
    const figures = await summary();
    expect(figures).toMatchObject({ opt_outs: 1, opt_out_rate: 0.0278 });
    expect(figures.alerts).toContain('opt_out_rate_high');
  });

  test('R195: errors are counted by code, and wrong numbers as a rate', async () => {
    const figures = await summary();
    expect(figures.errors_by_code).toEqual({ INVALID_NUMBER: 2, FILTERED: 1, UNKNOWN_ERROR: 1 });
    expect(figures.invalid_number_rate).toBe(0.05);
    const { json } = await call('/v1/analytics/breakdown?by=error_code');
    expect(breakdownSchema.parse(json).data[0]).toEqual({
      value: 'INVALID_NUMBER',
      count: 2,
      share: null,
      delivery_rate: null,
    });
  });

  test('R200: errors are told by code for each carrier, sender and country, of any time', async () => {
    const errors = async (by: string) =>
      (await summary(`?group_by=${by}`)).groups?.map(({ value, errors_by_code }) => [value, errors_by_code]);
    expect(await errors('smsc')).toEqual([['a', { INVALID_NUMBER: 2, FILTERED: 1, UNKNOWN_ERROR: 1 }]]);
    expect(await errors('sender')).toEqual([
      ['+15005550100', { INVALID_NUMBER: 1, FILTERED: 1 }],
      ['CartBoss', { INVALID_NUMBER: 1, UNKNOWN_ERROR: 1 }],
    ]);
    expect(await errors('country')).toEqual([
      ['US', {}],
      ['GB', { INVALID_NUMBER: 2, FILTERED: 1, UNKNOWN_ERROR: 1 }],
    ]);
    const earlier = await api.call(
      '/v1/analytics/summary?group_by=smsc&from=2026-11-17T00:00:00Z&to=2026-11-18T00:00:00Z',
      { key: api.keys.live },
    );
    expect(summarySchema.parse(earlier.json).groups).toEqual([]);
  });

  test('R199: are told by group, and hide the rates of samples that say nothing', async () => {
    const { groups } = await summary('?group_by=country');
    expect(groups?.map(({ value, messages }) => [value, messages])).toEqual([
      ['US', 30],
      ['GB', 10],
    ]);
    expect(groups?.map(({ delivery_rate }) => delivery_rate)).toEqual([1, null]);
    const { data } = breakdownSchema.parse((await call('/v1/analytics/breakdown?by=sender')).json);
    expect(data.map(({ value, share }) => [value, share])).toEqual([
      ['+15005550100', 0.5],
      ['CartBoss', 0.5],
    ]);
  });

  test('of one group, or of those whose names begin alike, are asked for by themselves', async () => {
    const span = { from: new Date(from), to: new Date(to) };
    expect(await analytics.figures('live', span, { dimension: 'country', value: 'GB' })).toMatchObject({
      messages: 10,
    });
    const alike = await analytics.groups('live', span, 'sender', 'Cart');
    expect(alike.map(({ value, figures }) => [value, figures.messages])).toEqual([['CartBoss', 20]]);
  });

  test('come by the hour and by the day', async () => {
    const series = async (more: string) =>
      seriesSchema.parse((await call(`/v1/analytics/timeseries?${more}`)).json).points;
    expect(await series('metric=delivered')).toEqual([{ at: '2026-11-18T09:00:00.000Z', value: 36, n: 40 }]);
    expect(await series('interval=day')).toEqual([{ at: '2026-11-18T00:00:00.000Z', value: 0.9, n: 40 }]);
  });

  test('count nothing twice, however often and by however many they are brought up to date', async () => {
    const other = openAnalytics({ database: api.database, clock: virtualClock() });
    await Promise.all([analytics.refresh(), other.refresh(), analytics.refresh()]);
    expect((await summary()).messages).toBe(40);
  });

  test('correct what was expired and came after all', async () => {
    const message = await store({ created_at: new Date(start + 86_400_000), mode: 'test' });
    await insertEvents(api.database, [
      event(message, 'message.expired', 1),
      event(message, 'message.delivered', 2, { late: true }, 3),
    ]);
    await refresh();
    const span = { from: at(86_000), to: at(90_000) };
    expect(await analytics.figures('test', span)).toMatchObject({
      delivered: 1,
      expired: 0,
      n: 1,
      delivery_rate: null,
    });
  });

  test('want analytics:read, a time that has a beginning, and one mode', async () => {
    expect(
      (await api.call('/v1/analytics/summary', { key: await api.keyWith('live', ['messages:read']) })).status,
    ).toBe(403);
    for (const path of [
      'summary?from=2026-11-20T00:00:00Z&to=2026-11-19T00:00:00Z',
      'summary?group_by=total',
      'breakdown',
      'timeseries?metric=cost',
      'timeseries?from=2026-01-01T00:00:00Z',
    ]) {
      expect((await api.call(`/v1/analytics/${path}`)).status, path).toBe(400);
    }
    const { json } = await api.call(`/v1/analytics/summary?from=${from}&to=${to}`);
    expect(summarySchema.parse(json).messages).toBe(0);
  });

  test('of a year read the rows of months, and the days and hours at its ends', async () => {
    await api.database.query({
      text: `insert into rollups (mode, step, dimension, at, value, metric, count)
        select 'live', step, 'total', at, '', 'delivered', extract(epoch from at + width - at) / 3600
        from (values ('hour', interval '1 hour'), ('day', '1 day'), ('month', '1 month')) steps (step, width),
          generate_series('2025-01-01Z'::timestamptz, '2025-12-31T23:00Z', width) at`,
      values: [],
    });
    const count = async (begin: string, end: string) =>
      (await analytics.figures('live', { from: new Date(begin), to: new Date(end) })).delivered;
    expect(await count('2025-01-01T00:00Z', '2026-01-01T00:00Z')).toBe(8_760);
    expect(await count('2025-01-31T23:00Z', '2025-04-02T01:00Z')).toBe(59 * 24 + 26);
    expect(await count('2025-03-01T05:00Z', '2025-03-04T07:00Z')).toBe(74);
    expect(await count('2025-03-01T05:00Z', '2025-03-01T09:00Z')).toBe(4);
    expect(await count('2025-03-01T20:00Z', '2025-03-02T03:00Z')).toBe(7);
    const plan = await api.database.query<{ 'QUERY PLAN': string }>({
      text: `explain select count from rollups where mode = 'live' and step = 'day' and dimension = 'total' and at >= now() and at < now()`,
      values: [],
    });
    expect(plan.map((row) => row['QUERY PLAN']).join()).toContain('rollups_pkey');
  });
});

test('figures from before there were months are carried over', async () => {
  const database = await freshDatabase();
  const run = (text: string) => database.query({ text, values: [] });
  await run('drop table rollup_times');
  await run('drop index messages_with_error');
  await run(`insert into rollups (mode, step, dimension, at, value, metric, count)
    select 'live', step, 'total', at, '', metric, count from
      (values ('hour', '2026-10-30T07:00Z'::timestamptz), ('day', '2026-10-30Z'), ('hour', '2026-10-31T23:00Z'), ('day', '2026-10-31Z'))
        as times (step, at),
      (values ('messages', 30), ('delivered', 30), ('delivery:2', 10), ('delivery:30', 20), ('submit:0', 30)) as kept (metric, count)`);
  await historiesOfAnySize(database.kysely);
  const { figures } = openAnalytics({ database, clock: virtualClock() });
  const median = secondsOfBucket(30);
  for (const [begin, texts] of [
    ['2026-10-01T00:00Z', 60],
    ['2026-10-31T00:00Z', 30],
    ['2026-10-31T23:00Z', 30],
  ] as const) {
    const found = await figures('live', { from: new Date(begin), to: new Date('2026-11-01T00:00Z') });
    expect(found).toMatchObject({ messages: texts, delivered: texts, median_submit_seconds: secondsOfBucket(0) });
    expect(found.median_delivery_seconds).toBeCloseTo(median, 2);
  }
});
