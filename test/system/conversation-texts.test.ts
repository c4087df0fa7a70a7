import { describe, expect, test } from 'vitest';
import { createConversations } from '../../server/contacts/conversations.ts';
import { payload } from '../../server/events/payload.ts';
import { newId } from '../support/http-api.ts';
import { RECIPIENT, world } from '../support/world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const OURS = '+14155550100';

describe('a text from a contact', () => {
  test('is told after its conversation, knows it, and says who looks after the contact', async () => {
    const { database, inbound, messages } = await world();
    await database.query({
      text: `insert into contacts (mode, number, owner, created_at, updated_at) values ('live', $1, 'ann', now(), now())`,
      values: [RECIPIENT],
    });
    await inbound('Where is my order?');
    const [text] = await messages();
    const events = await database.kysely.selectFrom('events').selectAll().orderBy('txid').orderBy('id').execute();
    expect(events.map(({ type }) => type)).toEqual(['conversation.created', 'message.received']);
    const [created, received] = events;
    if (!text || !created || !received) throw new Error('Something is missing.');
    expect(created.data).toMatchObject({ conversation_id: text.conversation_id, contact: { owner: 'ann' } });
    const { data } = JSON.parse(payload(received, text) ?? '') as { data: unknown };
    expect(data).toMatchObject({
      conversation_id: text.conversation_id,
      contact: { number: RECIPIENT, owner: 'ann' },
    });
  });

  test('that says STOP opens nothing for people', async () => {
    const { database, inbound } = await world();
    await inbound('STOP');
    const conversations = await database.kysely.selectFrom('conversations').selectAll().execute();
    expect(conversations).toMatchObject([{ status: 'closed', closed_at: null }]);
  });
});

describe('a reply', () => {
  test('is sent like every text, with its conversation and the one who wrote it', async () => {
    const { send, inbound, messages, message, reaches, startWorking } = await world();
    startWorking();
    await inbound('Hello?');
    const conversation_id = (await messages())[0]?.conversation_id ?? '';
    const id = await send({ from: OURS, message_type: 'conversational', conversation_id, sent_by: 'ann' });
    await reaches(id, 'sent');
    expect(await message(id)).toMatchObject({ conversation_id, sent_by: 'ann', from: OURS });
  });

  test('to somebody who has opted out is refused, and opens nothing', async () => {
    const { accept, inbound, messages, database } = await world();
    await inbound('STOP');
    const conversation_id = (await messages()).find(({ direction }) => direction === 'inbound')?.conversation_id ?? '';
    const { verdict } = await accept({ from: OURS, message_type: 'conversational', conversation_id });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT' } });
    expect(await database.kysely.selectFrom('conversations').selectAll().execute()).toMatchObject([
      { status: 'closed', last_outbound_at: null },
    ]);
  });

  test('without a conversation finds its own, once for one Idempotency-Key', async () => {
    const { accept, messages, database } = await world();
    const key = { key: 'k', path: '/v1/messages/send', fingerprint: Buffer.from('f') };
    const request = { from: OURS, message_type: 'conversational' } as const;
    const answers = await Promise.all([accept(request, key), accept(request, key), accept(request)]);
    expect(answers.every(({ verdict }) => verdict.ok)).toBe(true);
    const conversations = await database.kysely.selectFrom('conversations').selectAll().execute();
    expect(conversations).toHaveLength(1);
    expect((await messages()).map((each) => each.conversation_id)).toEqual([
      conversations[0]?.id,
      conversations[0]?.id,
    ]);
    await accept({ ...request, message_type: 'transactional', to: '+14155550199' });
    expect(await database.kysely.selectFrom('conversations').selectAll().execute()).toHaveLength(1);
  });
});

test('R169: a promotion waits while somebody may be waiting for help, and goes when the conversation is closed', async () => {
  const clock = virtualClock(Date.UTC(2026, 10, 20, 18));
  const { database, inbound, send, message, messages, sweep } = await world({ clock });
  const conversations = createConversations({ database, newId, clock, onEvents: () => undefined });
  await inbound('It does not work');
  const id = await send({ from: OURS, message_type: 'promotional' });
  expect(await message(id)).toMatchObject({ status: 'held', hold_reason: 'conversation' });
  await sweep();
  expect(await message(id)).toMatchObject({ status: 'held' });
  const text = (await messages()).find(({ direction }) => direction === 'inbound');
  await conversations.change('live', text?.conversation_id ?? '', { status: { type: 'close' } });
  await sweep();
  expect(await message(id)).toMatchObject({ status: 'queued', hold_reason: null });
});
