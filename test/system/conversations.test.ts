import { fc } from '@fast-check/vitest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createContactBook } from '../../server/contacts/contact-book.ts';
import { noteInbound, noteOutbound } from '../../server/contacts/conversation.ts';
import { type Conversations, createConversations } from '../../server/contacts/conversations.ts';
import { SUPPORT_HOURS } from '../../server/rules/conversation.ts';
import type { Message } from '../../server/rules/message.ts';
import { contactPlaces } from '../../server/store/contact-book.ts';
import { supportUntil } from '../../server/store/conversations.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { newId } from '../support/http-api.ts';
import { sampleInbound, sampleMessage } from '../support/sample-message.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

const OURS = '+15005550100';
const PHONE = '+14155550123';
const OTHER = '+14155550124';
const HOUR = 3_600_000;

let database: FreshDatabase;
let clock: VirtualClock;
let conversations: Conversations;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  clock = virtualClock();
  conversations = createConversations({ database, newId, clock, onEvents: () => undefined });
  for (const table of ['conversation_notes', 'conversations', 'contacts', 'messages', 'events']) {
    await database.query({ text: `delete from ${table}`, values: [] });
  }
});

const now = () => new Date(clock.now());

interface Heard {
  readonly contact?: string;
  readonly ourNumber?: string;
  readonly needsPerson?: boolean;
  readonly mode?: 'test' | 'live';
}

/** A text from a phone, as the inbound pipeline notes and stores it. */
function hears({ contact = PHONE, ourNumber = OURS, needsPerson = true, mode = 'test' }: Heard = {}): Promise<string> {
  return database.transaction(async () => {
    const id = await noteInbound(database, newId, { mode, ourNumber, contact, needsPerson, at: now() });
    const text = sampleInbound({ id: newId(), mode, from: contact, to: ourNumber, contact, conversation_id: id });
    await insertMessages(database, [{ ...text, api_key_id: null }]);
    return id ?? '';
  });
}

/** A text of ours, as accepting stores it. */
function writes(changes: Partial<Message> = {}): Promise<Message> {
  return database.transaction(async () => {
    const text = sampleMessage({ id: newId(), message_type: 'conversational', created_at: now(), ...changes });
    const [noted = text] = await noteOutbound(database, newId, [{ ...text, contact: text.to }]);
    await insertMessages(database, [{ ...noted, api_key_id: null }]);
    return noted;
  });
}

const all = () => database.kysely.selectFrom('conversations').selectAll().execute();
const close = (id: string) => conversations.change('test', id, { status: { type: 'close' } });

async function told() {
  const rows = await database.kysely.selectFrom('events').selectAll().orderBy('txid').orderBy('id').execute();
  return rows.map(({ type, data }) => [type, data['status'], data['assignee']]);
}

describe('a conversation', () => {
  test('R130: begins with the first text of a contact, and there is one for each of our numbers and in each mode', async () => {
    const first = await hears();
    expect(await hears()).toBe(first);
    const others = [
      await hears({ contact: OTHER }),
      await hears({ ourNumber: '+15005550101' }),
      await hears({ mode: 'live' }),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
    expect(await all()).toHaveLength(4);
    expect(await conversations.find('live', first)).toBeNull();
  });

  test('is told of with everything that routes it, before anything else happens to it', async () => {
    await createContactBook({ database, clock }).store('test', PHONE, { ...nobody, owner: 'hs:12345' });
    const id = await hears();
    const [event] = await database.kysely.selectFrom('events').selectAll().execute();
    expect(event).toMatchObject({
      type: 'conversation.created',
      mode: 'test',
      message_id: null,
      data: {
        conversation_id: id,
        contact: { number: PHONE, owner: 'hs:12345' },
        our_number: OURS,
        status: 'open',
        assignee: null,
        tags: [],
      },
    });
  });

  test('that the server answers by itself is a closed one, which the next text opens', async () => {
    const id = await hears({ needsPerson: false });
    expect(await conversations.find('test', id)).toMatchObject({ status: 'closed', closed_at: null });
    await hears();
    expect(await conversations.find('test', id)).toMatchObject({ status: 'open' });
  });

  test('is assigned, closed and opened again by a text, with an event for each but the last', async () => {
    const id = await hears();
    await conversations.change('test', id, { assignee: 'ann' });
    await conversations.change('test', id, { assignee: 'ann' });
    expect(await close(id)).toMatchObject({ status: 'closed', assignee: 'ann', closed_at: now() });
    await hears();
    expect(await conversations.find('test', id)).toMatchObject({ status: 'open', assignee: 'ann', closed_at: null });
    expect(await told()).toEqual([
      ['conversation.created', 'open', null],
      ['conversation.assigned', 'open', 'ann'],
      ['conversation.closed', 'closed', 'ann'],
    ]);
  });

  test('takes tags without an event, and shows when it was last changed', async () => {
    const id = await hears();
    await clock.advance(1_000);
    expect(await conversations.change('test', id, { tags: ['vip', 'order'] })).toMatchObject({
      tags: ['vip', 'order'],
      updated_at: now(),
    });
    expect(await told()).toHaveLength(1);
  });

  test('of another mode, or none at all, is not changed', async () => {
    const id = await hears();
    expect(await conversations.change('live', id, { assignee: 'eve' })).toBeNull();
    expect(await conversations.change('test', newId(), { assignee: 'eve' })).toBeNull();
    expect(await conversations.find('test', id)).toMatchObject({ assignee: null });
  });

  test('that is snoozed wakes when its time is over, and earlier when the contact writes', async () => {
    const [late, early] = [await hears(), await hears({ contact: OTHER })];
    const until = new Date(clock.now() + HOUR);
    for (const id of [late, early]) await conversations.change('test', id, { status: { type: 'snooze', until } });
    await hears({ contact: OTHER });
    expect(await conversations.find('test', early)).toMatchObject({ status: 'open', snoozed_until: null });
    await clock.advance(HOUR - 1);
    expect(await conversations.wakeSnoozed()).toBe(0);
    expect(await conversations.find('test', late)).toMatchObject({ status: 'snoozed' });
    await clock.advance(1);
    expect(await conversations.wakeSnoozed()).toBe(1);
    expect(await conversations.find('test', late)).toMatchObject({ status: 'open', snoozed_until: null });
    expect(await conversations.wakeSnoozed()).toBe(0);
  });

  test('stays one, whatever happens to it at the same time', async () => {
    const step = fc.constantFrom('inbound', 'outbound', 'assign', 'close', 'snooze', 'wake');
    const contacts = [PHONE, OTHER];
    const run = async (what: string, contact: string) => {
      if (what === 'inbound') return void (await hears({ contact }));
      if (what === 'outbound') return void (await writes({ to: contact }));
      if (what === 'wake') return void (await conversations.wakeSnoozed());
      const [row] = (await all()).filter((each) => each.contact === contact);
      if (!row) return;
      const until = new Date(clock.now() + HOUR);
      if (what === 'assign') await conversations.change('test', row.id, { assignee: 'ann' });
      if (what === 'close') await close(row.id);
      if (what === 'snooze') await conversations.change('test', row.id, { status: { type: 'snooze', until } });
    };
    const steps = fc.array(fc.tuple(step, fc.constantFrom(...contacts)), { minLength: 4, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, async (each) => {
        for (const table of ['conversations', 'messages', 'events'])
          await database.query({ text: `delete from ${table}`, values: [] });
        await Promise.all(each.map(([what, contact]) => run(what, contact)));
        const rows = await all();
        const written = each.filter(([what]) => what === 'inbound' || what === 'outbound');
        expect(rows.map(({ contact }) => contact).sort()).toEqual([...new Set(written.map(([, to]) => to))].sort());
        const created = (await told()).filter(([type]) => type === 'conversation.created');
        expect(created).toHaveLength(rows.length);
        const texts = await database.kysely.selectFrom('messages').select(['contact', 'conversation_id']).execute();
        for (const text of texts) {
          expect(text.conversation_id).toBe(rows.find(({ contact }) => contact === text.contact)?.id);
        }
        for (const row of rows) {
          expect(row.snoozed_until === null).toBe(row.status !== 'snoozed');
          expect(row.closed_at === null).toBe(row.status !== 'closed');
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('an outbound text', () => {
  test('that a person wrote begins a conversation or opens it, and knows it', async () => {
    const first = await writes();
    expect(await conversations.find('test', first.conversation_id ?? '')).toMatchObject({
      status: 'open',
      our_number: OURS,
      contact: PHONE,
      last_outbound_at: now(),
    });
    await close(first.conversation_id ?? '');
    const second = await writes({ conversation_id: first.conversation_id });
    expect(second.conversation_id).toBe(first.conversation_id);
    expect(await conversations.find('test', first.conversation_id ?? '')).toMatchObject({ status: 'open' });
  });

  test.each([
    ['a system sent', { message_type: 'transactional' }],
    ['was refused', { status: 'rejected' }],
    ['comes from a name, which cannot be replied to', { from: 'CartBoss' }],
    ['the server made by itself', { purpose: 'opt_in_answer' }],
  ] as const)('that %s begins none', async (_, changes) => {
    expect((await writes(changes)).conversation_id).toBeNull();
    expect(await all()).toEqual([]);
  });

  test('of a system is shown among the texts of the conversation that there is', async () => {
    const id = await hears();
    const system = await writes({ message_type: 'transactional' });
    const reply = await writes({ conversation_id: id });
    await writes({ to: OTHER });
    await writes({ from: '+15005550101' });
    await hears({ mode: 'live' });
    const conversation = await conversations.find('test', id);
    if (!conversation) throw new Error('It is gone.');
    const texts = await conversations.texts(conversation, null, 10);
    expect(texts.map((text) => text.id).slice(0, 2)).toEqual([reply.id, system.id]);
    expect(texts.map(({ direction }) => direction)).toEqual(['outbound', 'outbound', 'inbound']);
    const below = await conversations.texts(conversation, system.id, 10);
    expect(below.map(({ direction }) => direction)).toEqual(['inbound']);
  });
});

describe('closing a conversation', () => {
  const held = { status: 'held', message_type: 'promotional', due_at: new Date('9000-01-01T00:00:00Z') } as const;
  const hold = async (hold_reason: string, to = PHONE) => {
    const { id } = await writes({ ...held, to });
    await database.query({ text: 'update messages set hold_reason = $2 where id = $1', values: [id, hold_reason] });
    return id;
  };
  const dueAt = async (id: string) =>
    (await database.kysely.selectFrom('messages').select('due_at').where('id', '=', id).executeTakeFirst())?.due_at;

  test('makes what waited for it due at once, and nothing else', async () => {
    const conversation = await hears();
    const [waiting, night, others] = [
      await hold('conversation'),
      await hold('quiet_hours'),
      await hold('conversation', OTHER),
    ];
    await conversations.change('test', conversation, { assignee: 'ann' });
    expect(await dueAt(waiting)).toEqual(held.due_at);
    await close(conversation);
    expect(await dueAt(waiting)).toEqual(now());
    expect(await dueAt(night)).toEqual(held.due_at);
    expect(await dueAt(others)).toEqual(held.due_at);
  });
});

describe('what enforcement asks', () => {
  test('is until when somebody may be waiting for help: of many contacts at once, the longest of each', async () => {
    await hears();
    await clock.advance(HOUR);
    await hears({ ourNumber: '+15005550101' });
    await close(await hears({ contact: OTHER }));
    const untils = await supportUntil(database, 'test', [PHONE, OTHER, '+14155550125'], now());
    expect(untils).toEqual(new Map([[PHONE, new Date(clock.now() + SUPPORT_HOURS * HOUR)]]));
    expect(await supportUntil(database, 'live', [PHONE], now())).toEqual(new Map());
    await clock.advance(SUPPORT_HOURS * HOUR);
    expect((await supportUntil(database, 'test', [PHONE], now())).get(PHONE) ?? null).toBeNull();
  });

  test('is where contacts are, as far as that is known', async () => {
    const book = createContactBook({ database, clock });
    await book.store('test', PHONE, { ...nobody, time_zone: 'America/Denver', state: 'CO', language: 'es' });
    await book.store('live', OTHER, { ...nobody, country: 'US' });
    const place = { time_zone: 'America/Denver', state: 'CO', country: null, language: 'es' };
    expect(await contactPlaces(database, 'test', [PHONE, OTHER])).toEqual(new Map([[PHONE, place]]));
  });
});

const nobody = {
  name: null,
  time_zone: null,
  state: null,
  country: null,
  language: null,
  owner: null,
  attributes: {},
};
