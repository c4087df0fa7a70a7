import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dispatch } from '../../server/events/dispatch.ts';
import { keepRetention, type RetentionSettings } from '../../server/messages/retention.ts';
import { tell } from '../../server/messages/tell.ts';
import type { Message } from '../../server/rules/message.ts';
import { uuidv7 } from '../../server/rules/uuid.ts';
import { insertEvents } from '../../server/store/events.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { sampleInbound, sampleMessage } from '../support/sample-message.ts';
import { tracesOf } from '../support/traces.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const DAY = 86_400_000;
const SETTINGS: RetentionSettings = { bodyDays: 90, metadataDays: 396, webhookDays: 30 };

let database: FreshDatabase;
let clock: ReturnType<typeof virtualClock>;

beforeAll(async () => {
  database = await freshDatabase();
  return () => database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  clock = virtualClock();
  for (const table of [
    'messages',
    'segments',
    'events',
    'cursors',
    'webhook_deliveries',
    'reply_waits',
    'conversations',
    'retention_places',
    'retention_leftovers',
  ]) {
    await run(`delete from ${table}`);
  }
});

const run = <Row>(text: string, ...values: unknown[]) => database.query<Row>({ text, values });
const newId = () => uuidv7(clock.now(), randomBytes(10));
const keep = (settings: Partial<RetentionSettings> = {}, onRedacted?: (count: number) => void) =>
  keepRetention({ database, clock, settings: { ...SETTINGS, ...settings }, ...(onRedacted ? { onRedacted } : {}) });

async function store(changes: Partial<Message> = {}, sample = sampleMessage): Promise<string> {
  const at = new Date(clock.now());
  const text = sample({ id: newId(), mode: 'live', status: 'delivered', due_at: null, created_at: at, ...changes });
  await insertMessages(database, [{ ...text, api_key_id: null }]);
  await insertEvents(database, [tell(text, 'delivered', at)]);
  return text.id;
}

/** A transaction of any other test holds the newest events back for a moment. */
const dispatchAll = () => until(async () => (await dispatch(database, new Date(clock.now()))).more === 'end');
const bodies = async () =>
  (await run<{ body: string }>('select body from messages order by id')).map(({ body }) => body);

describe('bodies', () => {
  test('R150: are taken away when they are old enough, wherever they are, and not before', async () => {
    const id = await store({
      body: 'zebra',
      error: { code: 'X', class: 'fix', message: 'm', upstream: { raw: 'zebra' } },
    });
    await run(
      `insert into segments (message_id, part, attempt, smsc_id, state, receipt, created_at)
        values ($1, 1, 1, 'a', 'delivered', 'text:zebra', now())`,
      id,
    );
    await run(
      `insert into webhook_deliveries (id, mode, url, event_type, message_id, payload, state, next_attempt_at, created_at)
        values ($1, 'live', 'https://a.example', 'message.received', $1, '{"body":"zebra"}', 'delivered', now(), now())`,
      id,
    );
    await insertEvents(database, [
      {
        type: 'reply.matched',
        mode: 'live',
        message_id: id,
        sequence: 0,
        data: { body: 'zebra' },
        created_at: new Date(),
      },
    ]);
    await dispatchAll();
    clock.jump(90 * DAY - 1);
    await keep({ webhookDays: 365 });
    expect(await tracesOf(database, ['zebra'])).toEqual(['events', 'messages', 'segments', 'webhook_deliveries']);
    clock.jump(2);
    const counted: number[] = [];
    await keep({ webhookDays: 365 }, (count) => counted.push(count));
    expect(await tracesOf(database, ['zebra'])).toEqual([]);
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(1);
    const [text] = await run<{ redacted_at: Date }>(`select redacted_at from messages where status = 'delivered'`);
    expect(text?.redacted_at.getTime()).toBe(clock.now());
  });

  test('of a text that is still to be sent stay until it has left', async () => {
    const id = await store({ status: 'held', due_at: new Date('9999-12-31'), body: 'for later' });
    await dispatchAll();
    clock.jump(91 * DAY);
    await keep();
    await store({ body: 'newer' });
    await dispatchAll();
    clock.jump(91 * DAY);
    await keep();
    expect(await bodies()).toEqual(['for later', '']);
    await run(`update messages set status = 'sent', due_at = null where id = $1`, id);
    await keep();
    expect(await bodies()).toEqual(['', '']);
    expect(await run('select 1 from retention_leftovers')).toEqual([]);
  });

  test('with 0 days are taken away some minutes after the text, once everybody was told of it', async () => {
    await store({ body: 'zebra' }, sampleInbound);
    clock.jump(599_000);
    await keep({ bodyDays: 0 });
    expect(await bodies()).toEqual(['zebra']);
    clock.jump(2_000);
    await keep({ bodyDays: 0 });
    expect(await bodies(), 'its event is not dispatched').toEqual(['zebra']);
    await dispatchAll();
    await keep({ bodyDays: 0 });
    expect(await bodies()).toEqual(['']);
  });

  test('are taken away in batches that go on where the last one ended, in both modes', async () => {
    const texts = Array.from({ length: 1_201 }, (_, index) => {
      const mode = index % 2 === 0 ? ('test' as const) : ('live' as const);
      return { ...sampleMessage({ id: newId(), mode, status: 'sent', due_at: null }), api_key_id: null };
    });
    await insertMessages(database, texts);
    clock.jump(91 * DAY);
    let count = 0;
    await keep({}, (redacted) => (count += redacted));
    expect(count).toBe(1_201);
    await keep({}, (redacted) => (count += redacted));
    expect(count).toBe(1_201);
  });
});

describe('everything else', () => {
  test('about a text goes with its metadata, and what is open or newer stays', async () => {
    const old = await store();
    const open = await store({ status: 'held', due_at: new Date('9999-12-31') });
    await run(
      `insert into segments (message_id, part, attempt, smsc_id, state, created_at)
      values ($1, 1, 1, 'a', 'sent', now())`,
      old,
    );
    await conversation('+14155550123');
    await dispatchAll();
    clock.jump(300 * DAY);
    const newer = await store();
    await conversation('+14155550124');
    await dispatchAll();
    clock.jump(100 * DAY);
    await keep();
    expect((await run<{ id: string }>('select id from messages order by id')).map(({ id }) => id)).toEqual([
      open,
      newer,
    ]);
    expect(await run('select 1 from segments')).toEqual([]);
    expect(await run('select 1 from events where message_id = $1', old)).toEqual([]);
    expect(await run('select 1 from events where message_id = $1', newer)).toHaveLength(1);
    expect(await run('select contact from conversations')).toEqual([{ contact: '+14155550124' }]);
  });

  test('that was told to webhooks goes by its own age', async () => {
    await run(
      `insert into webhook_deliveries (id, mode, url, event_type, payload, next_attempt_at, created_at)
        values ($1, 'live', 'https://a.example', 'contact.opted_out', '{}', now(), now())`,
      newId(),
    );
    clock.jump(29 * DAY);
    await keep();
    expect(await run('select 1 from webhook_deliveries')).toHaveLength(1);
    clock.jump(2 * DAY);
    await keep();
    expect(await run('select 1 from webhook_deliveries')).toEqual([]);
  });

  test('that happened to no text goes after 30 days, when it was told to others', async () => {
    const at = new Date(clock.now());
    await insertEvents(database, [
      { type: 'smsc.down', mode: 'live', message_id: null, sequence: 0, data: {}, created_at: at },
    ]);
    clock.jump(31 * DAY);
    await keep();
    expect(await run('select 1 from events')).toHaveLength(1);
    await dispatchAll();
    await keep();
    expect(await run('select 1 from events')).toEqual([]);
  });
});

async function conversation(contact: string) {
  await run(
    `insert into conversations (id, mode, our_number, contact, status, last_message_at, created_at, updated_at)
      values ($1, 'live', '+15005550100', $2, 'closed', $3, $3, $3)`,
    newId(),
    contact,
    new Date(clock.now()),
  );
}
