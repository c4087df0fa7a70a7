import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messageDetailSchema, messageListSchema } from '../../server/http/contract-messages.ts';
import { insertSegments, writeReceipts } from '../../server/store/segments.ts';
import type { Message } from '../../server/rules/message.ts';
import { insertEvents } from '../../server/store/events.ts';
import { newId, startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  await api.database.kysely.deleteFrom('messages').execute();
});

const ours = '+15005550100';
const phone = '+14155550123';
const other = '+14155550124';

/** Texts made one second apart, the last one newest. */
async function store(...changes: Partial<Message>[]): Promise<Message[]> {
  const start = Date.UTC(2026, 10, 20, 12);
  const stored: Message[] = [];
  for (const [index, change] of changes.entries()) {
    const created_at = new Date(start + index * 1_000);
    stored.push(await api.store({ id: newId(created_at.getTime()), created_at, ...change }));
  }
  return stored;
}

interface Page {
  readonly ids: string[];
  readonly next: string | null;
  readonly link: string | null;
}

async function page(search: string, key = api.keys.test): Promise<Page> {
  const { status, json, headers } = await api.call(`/v1/messages${search}`, { key });
  expect(status).toBe(200);
  const { data, has_more, next_cursor } = messageListSchema.parse(json);
  expect(has_more).toBe(next_cursor !== null);
  return { ids: data.map(({ message_id }) => message_id), next: next_cursor, link: headers.get('link') };
}

const ROK = { command_status: '0x00000000', command_status_name: 'ESME_ROK' };
const THROTTLED = { command_status: '0x00000058', command_status_name: 'ESME_RTHROTTLED' };

describe('one text', () => {
  test('R002: is shown in full, by the contract', async () => {
    const [message] = await store({ status: 'queued', client_ref: 'order-1', metadata: { order: '1' } });
    const { status, json } = await api.call(`/v1/messages/${message?.id}`);
    expect(status).toBe(200);
    expect(messageDetailSchema.parse(json)).toMatchObject({
      status: 'queued',
      message_id: message?.id,
      body: message?.body,
      client_ref: 'order-1',
      metadata: { order: '1' },
      ambiguous: false,
      latency_ms: { queue: null, submit: null, network: null },
      parts: [],
    });
  });

  test('shows what the carrier said about each part, and its quotes of the text only to who may see texts', async () => {
    const [message] = await store({});
    const id = message?.id ?? '';
    const common = { message_id: id, smsc_id: 'one', receipt_due_at: null, in_doubt_of: null, created_at: new Date(0) };
    await insertSegments(api.database, [
      { ...common, ...ROK, part: 1, attempt: 1, carrier_id: '7', state: 'sent' },
      { ...common, ...THROTTLED, part: 2, attempt: 1, carrier_id: null, state: 'refused' },
    ]);
    await writeReceipts(api.database, [
      {
        message_id: id,
        part: 1,
        attempt: 1,
        state: 'delivered',
        receipt: 'id:7 stat:DELIVRD text:secret',
        receipt_state: 'delivered',
        receipt_tlvs: { message_state: 2 },
        receipt_at: new Date(0),
      },
    ]);
    const { json } = await api.call(`/v1/messages/${id}`);
    expect(messageDetailSchema.parse(json).parts).toMatchObject([
      {
        part: 1,
        status: 'delivered',
        carrier_message_id: '7',
        command_status: '0x00000000',
        receipt: { state: 'delivered', raw: 'id:7 stat:DELIVRD text:secret', tlvs: { message_state: 2 } },
      },
      { part: 2, status: 'refused', command_status: '0x00000058', receipt: null },
    ]);
    const key = await api.keyWith('test', ['messages:read']);
    const masked = await api.call(`/v1/messages/${id}`, { key });
    expect(masked.text).not.toContain('secret');
    expect(messageDetailSchema.parse(masked.json).parts).toHaveLength(2);
  });

  test('shows how long each step took once it is measured', async () => {
    const [message] = await store({});
    const at = (ms: number) => new Date(Date.UTC(2026, 10, 20, 12) + ms);
    await api.database.kysely
      .updateTable('messages')
      .set({ claimed_at: at(20), sent_at: at(50), delivered_at: at(1_050) })
      .execute();
    const { json } = await api.call(`/v1/messages/${message?.id}`);
    expect(json['latency_ms']).toEqual({ queue: 20, submit: 30, network: 1_000 });
  });

  test('is found by its id in capitals too', async () => {
    const [message] = await store({});
    expect((await api.call(`/v1/messages/${message?.id.toUpperCase()}`)).status).toBe(200);
  });
});

describe('test and live', () => {
  test('never see each other: not in lists, not by id, not in the events', async () => {
    const [inTest, inLive] = await store({ mode: 'test' }, { mode: 'live' });
    const { test, live } = api.keys;
    expect((await page('', test)).ids).toEqual([inTest?.id]);
    expect((await page('', live)).ids).toEqual([inLive?.id]);
    expect((await page(`?to=${encodeURIComponent(phone)}`, live)).ids).toEqual([inLive?.id]);
    for (const [key, id] of [
      [test, inLive?.id],
      [live, inTest?.id],
    ] as const) {
      expect((await api.call(`/v1/messages/${id}`, { key })).status).toBe(404);
      expect((await api.call(`/v1/messages/${id}/events`, { key })).status).toBe(404);
    }
  });

  test('cannot use the cursor of each other', async () => {
    await store({ mode: 'test' }, { mode: 'test' });
    const { next } = await page('?limit=1');
    const answer = await api.call(`/v1/messages?limit=1&cursor=${next}`, { key: api.keys.live });
    expect(answer.status).toBe(400);
    expect(answer.json['param']).toBe('cursor');
  });
});

describe('the filters', () => {
  const all = async () =>
    store(
      { to: phone, contact: phone },
      { to: other, contact: other, status: 'sent' },
      { direction: 'inbound', status: 'received', from: phone, to: ours, contact: phone },
      { to: phone, contact: phone, status: 'delivered', client_ref: 'order-1' },
    );

  test.each([
    ['', [3, 2, 1, 0]],
    [`?to=${encodeURIComponent(phone)}`, [3, 0]],
    [`?to=${phone}`, [3, 0]],
    [`?from=${encodeURIComponent(phone)}`, [2]],
    [`?from=${encodeURIComponent(ours)}`, [3, 1, 0]],
    [`?to=${encodeURIComponent(ours)}`, [2]],
    [`?to=${encodeURIComponent(phone)}&direction=outbound`, [3, 0]],
    [`?to=${encodeURIComponent(phone)}&direction=inbound`, []],
    [`?to=${encodeURIComponent(phone)}&from=${encodeURIComponent(ours)}`, [3, 0]],
    [`?to=${encodeURIComponent(phone)}&from=${encodeURIComponent(other)}`, []],
    ['?direction=inbound', [2]],
    ['?status=delivered', [3]],
    ['?status=accepted', [0]],
    ['?status=queued', [0]],
    ['?client_ref=order-1', [3]],
    ['?created_after=2026-11-20T12:00:01Z', [3, 2, 1]],
    ['?created_before=2026-11-20T12:00:01Z', [0]],
    ['?created_after=2026-11-20T13:00:01%2B01:00&created_before=2026-11-20T12:00:03Z', [2, 1]],
    ['?created_after=1969-01-01T00:00:00Z', [3, 2, 1, 0]],
    ['?created_after=9999-12-31T23:59:59Z', []],
  ])('%s finds the right texts, newest first', async (search, expected) => {
    const stored = await all();
    expect((await page(search)).ids).toEqual(expected.map((index) => stored[index]?.id));
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['status=lost', 'status'],
    ['direction=up', 'direction'],
    ['created_after=yesterday', 'created_after'],
    ['created_after=2026-11-20', 'created_after'],
    ['to=1&to=2', 'to'],
    ['client_ref=%00', 'client_ref'],
    ['cursor=forged', 'cursor'],
    ['tag=', 'tag'],
    ['error_code=LOST', 'error_code'],
    ['created_afer=2026-11-20T12:00:00Z', 'created_afer'],
    ['__proto__=1', '__proto__'],
  ])('%s is refused, not ignored', async (search, param) => {
    const { status, json } = await api.call(`/v1/messages?${search}`);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'INVALID_REQUEST', param });
  });
});

describe('pages', () => {
  async function walk(search: string, between: () => Promise<unknown> = () => Promise.resolve()): Promise<string[][]> {
    const pages: string[][] = [];
    let next: string | null = null;
    do {
      const found = await page(`?${search}${next === null ? '' : `&cursor=${next}`}`);
      pages.push(found.ids);
      next = found.next;
      await between();
    } while (next !== null);
    return pages;
  }

  test('hold 50 texts when no limit is given, and the last one says so', async () => {
    await store(...Array.from({ length: 51 }, () => ({})));
    expect((await walk('')).map(({ length }) => length)).toEqual([50, 1]);
  });

  test('are all full when the number fits, without an empty one at the end', async () => {
    await store({}, {}, {}, {});
    expect((await walk('limit=2')).map(({ length }) => length)).toEqual([2, 2]);
  });

  test('point to the next one in a Link header with the same filters', async () => {
    await store({}, {}, { status: 'sent' }, {});
    const first = await page('?limit=2&status=queued');
    const [, address = ''] = /^<(\/v1\/messages\?[^>]+)>; rel="next"$/.exec(first.link ?? '') ?? [];
    const second = await page(address.replace('/v1/messages', ''));
    expect(second.ids).toHaveLength(1);
    expect(second.link).toBeNull();
  });

  test('refuse the cursor of a list with other filters', async () => {
    await store({}, {});
    const { next } = await page('?limit=1');
    expect((await api.call(`/v1/messages?limit=1&status=queued&cursor=${next}`)).status).toBe(400);
    expect((await api.call(`/v1/messages?limit=2&cursor=${next}`)).status).toBe(200);
  });

  test('R003: neither repeat nor skip a text while others arrive, by any filter and page size', async () => {
    const numbers = fc.constantFrom(phone, other);
    const later = Date.UTC(2026, 10, 20, 13);
    const texts = fc.array(fc.record({ number: numbers, inbound: fc.boolean() }), { minLength: 1, maxLength: 12 });
    const property = fc.asyncProperty(
      texts,
      fc.integer({ min: 1, max: 5 }),
      numbers,
      fc.boolean(),
      async (wanted, limit, number, byNumber) => {
        await api.database.kysely.deleteFrom('messages').execute();
        const stored = await store(...wanted.map((text) => textWith(text.number, text.inbound)));
        const search = byNumber ? `to=${encodeURIComponent(number)}&limit=${limit}` : `limit=${limit}`;
        const seen = (await walk(search, () => api.store({ id: newId(later), ...textWith(number, false) }))).flat();
        const fits = stored.filter(({ to }) => !byNumber || to === number).map(({ id }) => id);
        expect(seen).toEqual(fits.reverse());
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  function textWith(number: string, inbound: boolean): Partial<Message> {
    if (!inbound) return { to: number, contact: number };
    return { direction: 'inbound', status: 'received', from: number, to: ours, contact: number };
  }
});

describe('the events of a text', () => {
  test('R038: are listed in the order they happened, and only its own', async () => {
    const [message, neighbour] = await store({}, {});
    const event = (id: string | undefined, type: string, sequence: number, data = {}) => ({
      type,
      mode: 'test' as const,
      message_id: id ?? null,
      sequence,
      data,
      created_at: new Date(Date.UTC(2026, 10, 20, 12, 0, sequence)),
    });
    await insertEvents(api.database, [
      event(message?.id, 'message.queued', 1),
      event(neighbour?.id, 'message.queued', 1),
    ]);
    await insertEvents(api.database, [event(message?.id, 'message.sent', 2, { smsc_id: 'simulator', body: 'a text' })]);
    const { status, json } = await api.call(`/v1/messages/${message?.id}/events`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      has_more: false,
      next_cursor: null,
      data: [
        { object: 'event', type: 'message.queued', sequence: 1, message_id: message?.id, mode: 'test' },
        { type: 'message.sent', sequence: 2, created_at: '2026-11-20T12:00:02.000Z', data: { smsc_id: 'simulator' } },
      ],
    });
    const key = await api.keyWith('test', ['messages:read']);
    const seen = await api.call(`/v1/messages/${message?.id}/events`, { key });
    expect(seen.text).not.toContain('a text');
  });
});
