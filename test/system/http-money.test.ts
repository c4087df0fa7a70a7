import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMoney } from '../../server/messages/money.ts';
import { balanceSchema, priceSchema, transactionSchema } from '../../server/http/contract-money.ts';
import { listOf } from '../../server/http/contract-shared.ts';
import { systemClock } from '../../server/clock.ts';
import { type CallOptions, startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const put = (prices: unknown, options: CallOptions = {}) =>
  api.call('/v1/prices', { method: 'PUT', json: { prices }, ...options });
const topUp = (json: unknown, options: CallOptions = {}) =>
  api.call('/v1/balance/top-ups', { method: 'POST', json, ...options });
const dataOf = ({ json }: { readonly json: Record<string, unknown> }) => json['data'];

describe('R220: the price list', () => {
  test('holds what a segment costs by prefix or country, and each mode has its own', async () => {
    const shipped = await api.call('/v1/prices');
    expect(listOf(priceSchema).parse(shipped.json).data).toEqual([
      { object: 'price', mode: 'test', prefix: '+', country: null, price: '0.0075', currency: 'USD' },
    ]);
    expect(dataOf(await api.call('/v1/prices', { key: api.keys.live }))).toEqual([]);
    const wanted = [
      { prefix: '+', price: '0.05' },
      { prefix: '+1', price: '0.0075' },
      { country: 'GB', price: '0.040000' },
    ];
    const stored = await put(wanted, { key: api.keys.live });
    expect(stored.status).toBe(200);
    const rows = listOf(priceSchema).parse(stored.json).data;
    expect(rows.map(({ prefix, country, price }) => [prefix ?? country, price])).toEqual([
      ['+', '0.05'],
      ['+1', '0.0075'],
      ['GB', '0.04'],
    ]);
    expect(dataOf(await api.call('/v1/prices'))).toEqual(dataOf(shipped));
    expect(dataOf(await put([], { key: api.keys.live }))).toEqual([]);
  });

  test.each([
    [[{ prefix: '+1', price: 0.0075 }]],
    [[{ prefix: '+1', price: '-1' }]],
    [[{ prefix: '+1', price: '1e3' }]],
    [[{ prefix: '+1', price: '0.0000001' }]],
    [[{ prefix: '1', price: '1' }]],
    [[{ country: 'UK', price: '1' }]],
    [[{ prefix: '+1', country: 'US', price: '1' }]],
    [
      [
        { prefix: '+1', price: '1' },
        { prefix: '+1', price: '2' },
      ],
    ],
  ])('refuses %j', async (prices) => {
    expect(await put(prices)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  });
});

describe('R221, R214: the balance', () => {
  test('of test mode is play money, and there is none for live texts until one is kept', async () => {
    const played = await api.call('/v1/balance');
    expect(balanceSchema.parse(played.json)).toEqual({
      object: 'balance',
      mode: 'test',
      remaining_balance: '20.00',
      currency: 'USD',
      reserved: '0.00',
    });
    const live = await api.call('/v1/balance', { key: api.keys.live });
    expect(balanceSchema.parse(live.json)).toMatchObject({ remaining_balance: null, reserved: null });
    expect(await topUp({ amount: '5' }, { key: api.keys.live })).toMatchObject({ status: 400 });
  });

  test('is topped up once for each Idempotency-Key, and the audit log says by whom', async () => {
    const headers = { 'Idempotency-Key': 'invoice-17' };
    const wanted = { amount: '5.5', reference: 'invoice 17' };
    const answers = await Promise.all([topUp(wanted, { headers }), topUp(wanted, { headers })]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[0]?.json).toEqual(answers[1]?.json);
    const entry = transactionSchema.parse(answers[0]?.json);
    expect(entry).toMatchObject({ type: 'top_up', amount: '5.50', reserved: '0.00', reference: 'invoice 17' });
    expect((await api.call('/v1/balance')).json).toMatchObject({ remaining_balance: '25.50' });
    const other = await topUp({ amount: '6' }, { headers });
    expect(other).toMatchObject({ status: 422, json: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    const { data } = (await api.call('/v1/audit-log')).json as { data: { action: string }[] };
    expect(data.filter(({ action }) => action === 'top_up.create')).toHaveLength(2);
  });

  test.each([{ amount: '0' }, { amount: '0.00' }, { amount: 5 }, { amount: '-5' }, { amount: '1234567890' }, {}])(
    'is not topped up by %j',
    async (wanted) => {
      expect(await topUp(wanted)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
    },
  );

  test('lists what has changed it, page by page, newest first', async () => {
    await topUp({ amount: '1' });
    const ids: string[] = [];
    let path: string | null = '/v1/balance/transactions?limit=1';
    for (let pages = 0; path !== null && pages < 10; pages += 1) {
      const page = listOf(transactionSchema).parse((await api.call(path)).json);
      ids.push(...page.data.map(({ id }) => id));
      path = page.next_cursor === null ? null : `/v1/balance/transactions?limit=1&cursor=${page.next_cursor}`;
    }
    expect(ids).toEqual(ids.toSorted((a, b) => Number(b) - Number(a)));
    expect(new Set(ids).size).toBe(3);
    expect(dataOf(await api.call('/v1/balance/transactions', { key: api.keys.live }))).toEqual([]);
  });

  test('R015: is told with every text as decimals in strings', async () => {
    const { id } = await api.store({ price: '0.0075', currency: 'USD' });
    const told = { remaining_balance: '26.50', message_price: '0.0075', currency: 'USD' };
    expect((await api.call(`/v1/messages/${id}`)).json).toMatchObject(told);
    expect(dataOf(await api.call('/v1/messages'))).toMatchObject([told]);
  });

  test('is seen, changed and priced only by keys with the scope for it', async () => {
    const key = await api.keyWith('test', ['balance:read', 'prices:read']);
    expect((await api.call('/v1/balance', { key })).status).toBe(200);
    expect((await api.call('/v1/prices', { key })).status).toBe(200);
    expect((await topUp({ amount: '1' }, { key })).status).toBe(403);
    expect((await put([], { key })).status).toBe(403);
    const sender = await api.keyWith('test', ['messages:send']);
    expect((await api.call('/v1/balance', { key: sender })).status).toBe(403);
    expect((await api.call('/v1/balance/transactions', { key: sender })).status).toBe(403);
  });

  test('prices that another server has stored reach this one', async () => {
    const { database } = api;
    const other = await openMoney({
      database,
      clock: systemClock,
      isPrepaid: false,
      currency: 'USD',
      lowBelow: null,
      onEvents: () => undefined,
    });
    await put([{ prefix: '+', price: '0.01' }]);
    await other.prices.refresh();
    expect(other.prices.list('test')).toEqual([{ mode: 'test', destination: '+', price: '0.010000' }]);
  });
});
