import { fc } from '@fast-check/vitest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dispatch } from '../../server/events/dispatch.ts';
import type { Message } from '../../server/rules/message.ts';
import type { WebhookFilter } from '../../server/rules/webhook-filter.ts';
import { insertEvents } from '../../server/store/events.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import { claimDeliveries } from '../../server/store/webhooks.ts';
import { insertEndpoint } from '../../server/store/webhook-endpoints.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { newId } from '../support/http-api.ts';
import { sampleInbound } from '../support/sample-message.ts';
import { until } from '../support/until.ts';

const START = Date.UTC(2026, 10, 20, 12);
const PHONE = '+14155550123';
const OTHER = '+14155550124';

let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(reset);

async function reset() {
  for (const table of ['webhook_deliveries', 'webhook_endpoints', 'messages', 'events', 'cursors']) {
    await database.query({ text: `delete from ${table}`, values: [] });
  }
}

const at = (seconds: number) => new Date(START + seconds * 1_000);

function endpoint(filter: WebhookFilter | null, id = 'we_1') {
  const url = `https://app.example/${id}`;
  const row = { id, mode: 'test', url, event_types: ['message.received'], description: null } as const;
  const secret = Buffer.from('secret');
  return insertEndpoint(database, {
    ...row,
    event_types: [...row.event_types],
    enabled: true,
    secret,
    filter,
    created_at: at(0),
  });
}

/** A text from a phone and its event. */
async function hears(body: string, seconds: number, changes: Partial<Message> = {}): Promise<string> {
  const from = changes.from ?? PHONE;
  const created_at = at(seconds);
  const text = sampleInbound({ contact: from, body, ...changes, id: newId(created_at.getTime()), created_at });
  const told = { type: 'message.received', mode: 'test', message_id: text.id, sequence: 1, created_at } as const;
  await database.transaction(async () => {
    await insertMessages(database, [{ ...text, api_key_id: null }]);
    await insertEvents(database, [{ ...told, data: { status: 'received', contact: { number: from, owner: 'ann' } } }]);
  });
  return text.id;
}

/** Turns every event into deliveries; what other tests do to the cluster may hide events for a moment. */
const dispatchAll = (seconds: number) =>
  until(async () => {
    const { more } = await dispatch(database, at(seconds));
    return more === 'end';
  });

interface Told {
  readonly endpoint: string | null;
  readonly body: string;
  readonly combined: readonly string[] | undefined;
  readonly data: Record<string, unknown>;
}

/** What is due by then, as it is sent; deliveries have no order among each other, here they are sorted by time. */
async function due(seconds: number): Promise<Told[]> {
  const claimed = await claimDeliveries(database, 1_000, at(seconds), at(seconds + 86_400));
  const told = claimed.map(({ endpoint_id, payload }) => {
    const { data } = JSON.parse(payload) as { data: Told['data'] };
    return { endpoint: endpoint_id, body: data['body'] as string, combined: data['combined'] as string[], data };
  });
  return told.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

const idOf = ({ data }: Told) => String(data['message_id']);

describe('texts that are written in a row', () => {
  test('come as one: the words of all, everything else of the last', async () => {
    await endpoint({ buffer_seconds: 5 });
    const ids = [await hears('Hi', 0), await hears('where is', 3), await hears('my order?', 6)];
    await dispatchAll(6);
    expect(await due(10.9)).toEqual([]);
    const [told, ...others] = await due(11);
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      body: 'Hi\nwhere is\nmy order?',
      combined: ids,
      data: { message_id: ids[2], from: PHONE, received_at: at(6).toISOString(), contact: { owner: 'ann' } },
    });
  });

  test('are gathered over rounds of the dispatcher, whichever server runs them', async () => {
    await endpoint({ buffer_seconds: 5 });
    const ids: string[] = [];
    for (const [index, seconds] of [0, 4, 8].entries()) {
      ids.push(await hears(`part ${index}`, seconds));
      await dispatchAll(seconds);
      expect(await due(seconds)).toEqual([]);
    }
    expect(await due(13)).toMatchObject([{ combined: ids, body: 'part 0\npart 1\npart 2' }]);
    expect(await due(50)).toEqual([]);
  });

  test('are apart by contact, by our number and by endpoint', async () => {
    await endpoint({ buffer_seconds: 5 });
    await endpoint(null, 'we_2');
    const ids = [
      await hears('a', 0),
      await hears('b', 0, { from: OTHER }),
      await hears('c', 0, { to: '+15005550101' }),
    ];
    await dispatchAll(0);
    const atOnce = await due(0);
    expect(atOnce.map(({ endpoint: id, combined }) => [id, combined])).toEqual(ids.map(() => ['we_2', undefined]));
    expect((await due(5)).map(({ combined }) => combined?.length)).toEqual([1, 1, 1]);
  });

  test('begin anew after a silence, and after the first attempt to hand them on', async () => {
    await endpoint({ buffer_seconds: 5 });
    const first = await hears('one', 0);
    await dispatchAll(0);
    expect(await due(5)).toMatchObject([{ combined: [first] }]);
    // In time by its own clock, but what it belongs to has left.
    const [second, third] = [await hears('two', 4), await hears('three', 20)];
    await dispatchAll(20);
    expect((await due(60)).map(({ combined }) => combined)).toEqual([[second], [third]]);
  });

  test('wait no longer than five times the silence', async () => {
    await endpoint({ buffer_seconds: 2 });
    for (let seconds = 0; seconds < 12; seconds += 1) await hears(String(seconds), seconds);
    await dispatchAll(12);
    expect((await due(10)).map(({ combined }) => combined?.length)).toEqual([10]);
    expect((await due(14)).map(({ combined }) => combined?.length)).toEqual([2]);
  });

  test('about consent are told at once, and are no part of the others', async () => {
    await endpoint({ buffer_seconds: 5 });
    const intent = { type: 'opt_out', tier: 'exact', matched: 'stop', language: 'en' } as const;
    await hears('well', 0);
    await hears('STOP', 1, { intent });
    await dispatchAll(1);
    expect(await due(1)).toMatchObject([{ body: 'STOP', combined: undefined }]);
    expect(await due(9)).toMatchObject([{ body: 'well' }]);
  });

  test('are dispatched once, also when the dispatcher begins anew', async () => {
    await endpoint({ buffer_seconds: 5 });
    const id = await hears('one', 0);
    await dispatchAll(0);
    await database.query({ text: 'delete from cursors', values: [] });
    await dispatchAll(1);
    expect(await due(9)).toMatchObject([{ combined: [id], body: 'one' }]);
    await database.query({ text: 'delete from cursors', values: [] });
    await dispatchAll(9);
    expect(await due(30)).toEqual([]);
  });

  test('are each handed on once, in the order in which they came, whenever who looks', async () => {
    const text = fc.record({
      gap: fc.constantFrom(0, 1, 4, 5, 6, 30),
      from: fc.constantFrom(PHONE, OTHER),
      dispatches: fc.boolean(),
      delivers: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 10 }), async (texts) => {
        await reset();
        await endpoint({ buffer_seconds: 5 });
        const [sent, told]: [Map<string, string[]>, Told[]] = [new Map(), []];
        let seconds = 0;
        for (const { gap, from, dispatches, delivers } of texts) {
          // Those of one millisecond have no order.
          seconds += gap + 0.001;
          sent.set(from, [...(sent.get(from) ?? []), await hears('x', seconds, { from })]);
          if (dispatches) await dispatchAll(seconds);
          if (delivers) told.push(...(await due(seconds)));
        }
        await dispatchAll(seconds);
        told.push(...(await due(seconds + 60)));
        for (const [from, ids] of sent) {
          const got = told.filter(({ data }) => data['from'] === from).flatMap(({ combined }) => combined ?? []);
          expect(got).toEqual(ids);
        }
        for (const { body, combined } of told) expect(body.split('\n')).toHaveLength(combined?.length ?? 0);
      }),
      { numRuns: 12 },
    );
  });
});

test('R177: an endpoint gets the texts that pass its filter', async () => {
  await endpoint({ to: ['+15005550100'], keyword: { starts_with: 'order' } });
  await hears('Order 17', 0);
  await hears('Order 18', 0, { to: '+15005550101' });
  await hears('My order?', 0);
  await dispatchAll(0);
  expect((await due(0)).map(({ body }) => body)).toEqual(['Order 17']);
});
