import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OTHER_PHONE, OURS, PHONE } from '../support/inbox.ts';
import { replyDesk } from '../support/reply-waits.ts';

const APPROVAL = { type: 'approval' } as const;
const FREE_TEXT = { type: 'free_text' } as const;

let desk: Awaited<ReturnType<typeof replyDesk>>;

beforeAll(async () => {
  desk = await replyDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.reset());

/** What the event of an inbound text says about a wait, newest text last. */
async function expectedReplies() {
  const events = await desk.events();
  return events.filter(({ type }) => type === 'message.received').map(({ data }) => data['expected_reply']);
}

describe('a reply', () => {
  test('R129: that answers an open wait is taken in the transaction that stores it, and told', async () => {
    const id = await desk.wait();
    await desk.take({ body: 'yes please' });
    const [text] = await desk.texts();
    expect(await desk.find(id)).toMatchObject({
      state: 'matched',
      reply_id: text?.id,
      value: 'YES',
      attempts: 0,
      finished_at: null,
      next_attempt_at: new Date(desk.clock.now()),
    });
    expect(await expectedReplies()).toEqual([{ wait_id: id, value: 'YES' }]);
    expect(await desk.replyEvents()).toMatchObject([
      {
        type: 'reply.matched',
        mode: 'live',
        message_id: text?.id,
        data: {
          wait_id: id,
          from: PHONE,
          body: 'yes please',
          value: 'YES',
          received_at: text?.created_at.toISOString(),
        },
      },
    ]);
  });

  test('ends a wait at once where nobody has to be told', async () => {
    const id = await desk.wait({ callbackUrl: null });
    await desk.take({ body: 'NO' });
    expect(await desk.find(id)).toMatchObject({ state: 'matched', value: 'NO', next_attempt_at: null });
    expect((await desk.find(id)).finished_at).not.toBeNull();
  });

  test('that is unclear leaves the wait open for the next one', async () => {
    const id = await desk.wait();
    await desk.take({ body: 'what time was it again?' });
    expect(await desk.find(id)).toMatchObject({ state: 'waiting', reply_id: null });
    await desk.take({ body: 'Yes' });
    expect(await desk.find(id)).toMatchObject({ state: 'matched', value: 'YES' });
    expect(await expectedReplies()).toEqual([
      { wait_id: id, value: null },
      { wait_id: id, value: 'YES' },
    ]);
  });

  test('that is unclear is answered with the reminder of the wait, and a person can see both', async () => {
    const reminder = 'Please answer YES or NO.';
    const id = await desk.wait({ match: { ...APPROVAL, reminder } });
    await desk.take({ body: 'maybe' });
    const outbound = () =>
      desk.database.kysely.selectFrom('messages').selectAll().where('direction', '=', 'outbound').execute();
    const [text] = await desk.texts();
    expect(await outbound()).toMatchObject([
      { body: reminder, contact: PHONE, from: OURS, purpose: 'auto_reply', in_reply_to: text?.id },
    ]);
    expect(await expectedReplies()).toEqual([{ wait_id: id, value: null }]);
    // A machine that sends our own words back gets no second reminder.
    await desk.take({ body: reminder });
    expect(await outbound()).toHaveLength(1);
    await desk.take({ body: 'yes' });
    expect(await outbound()).toHaveLength(1);
    expect(await desk.find(id)).toMatchObject({ state: 'matched', value: 'yes' });
  });

  test('is taken once: the second YES is an ordinary text', async () => {
    await desk.wait();
    await desk.take({ body: 'YES' });
    await desk.take({ body: 'Yes' });
    expect(await desk.replyEvents()).toHaveLength(1);
    expect((await expectedReplies())[1]).toBeUndefined();
  });

  test('of somebody else, to another number, or in the other mode is nobody that is waited for', async () => {
    const id = await desk.wait();
    await desk.take({ body: 'YES', from: OTHER_PHONE });
    await desk.take({ body: 'YES', to: '+14155550199' });
    await desk.take({ body: 'YES', mode: 'test' });
    expect(await desk.find(id)).toMatchObject({ state: 'waiting' });
    expect(await expectedReplies()).toEqual([undefined, undefined, undefined]);
  });

  test('goes to the youngest of several waits, unless what they ask tells them apart', async () => {
    const coming = await desk.wait({ match: APPROVAL });
    const size = await desk.wait({ match: { type: 'choice', choices: ['Small', 'Large'] } });
    const older = await desk.wait({ match: FREE_TEXT });
    const anything = await desk.wait({ match: FREE_TEXT });
    await desk.take({ body: 'large' });
    await desk.take({ body: 'Yes' });
    await desk.take({ body: 'The blue one' });
    expect(await desk.find(size)).toMatchObject({ state: 'matched', value: 'Large' });
    expect(await desk.find(coming)).toMatchObject({ state: 'matched', value: 'yes' });
    expect(await desk.find(anything)).toMatchObject({ state: 'matched', value: 'The blue one' });
    expect(await desk.find(older)).toMatchObject({ state: 'waiting' });
  });

  test('that could be meant for two waits of the same moment is left to a person', async () => {
    const [one, two] = [await desk.wait(), await desk.wait()];
    await desk.database.query({ text: 'update reply_waits set created_at = now()', values: [] });
    await desk.take({ body: 'YES' });
    expect([await desk.find(one), await desk.find(two)].map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    expect(await expectedReplies()).toEqual([undefined]);
  });

  test('goes to exactly one of many waits when many come at once', async () => {
    const ids = [];
    for (let count = 0; count < 4; count++) ids.push(await desk.wait());
    await Promise.all(Array.from({ length: 6 }, (_, index) => desk.take({ body: index % 2 ? 'YES' : 'yes' })));
    const waits = await Promise.all(ids.map((id) => desk.find(id)));
    expect(waits.map(({ state }) => state)).toEqual(['matched', 'matched', 'matched', 'matched']);
    expect(new Set(waits.map(({ reply_id }) => reply_id)).size).toBe(4);
    expect(await desk.replyEvents()).toHaveLength(4);
  });
});

describe('an opt-out', () => {
  test('is never an answer, and ends every wait of the contact in its own transaction', async () => {
    const [told, silent] = [await desk.wait({ match: FREE_TEXT }), await desk.wait({ callbackUrl: null })];
    const other = await desk.wait({ contact: OTHER_PHONE });
    await desk.take({ body: 'STOP' });
    expect(await desk.optOuts()).toEqual([PHONE]);
    expect(await desk.find(told)).toMatchObject({ state: 'canceled', reason: 'opted_out', reply_id: null });
    expect((await desk.find(told)).next_attempt_at).not.toBeNull();
    expect(await desk.find(silent)).toMatchObject({ state: 'canceled', next_attempt_at: null });
    expect(await desk.find(other)).toMatchObject({ state: 'waiting' });
    expect(await desk.replyEvents()).toEqual([]);
  });
});

describe('time', () => {
  test('ends a wait: it is told once, and a late reply is an ordinary text', async () => {
    const id = await desk.wait({ timeoutSeconds: 60 });
    await desk.clock.advance(59_000);
    expect(await desk.waits.expire()).toBe(0);
    await desk.clock.advance(1_000);
    expect(await Promise.all([desk.waits.expire(), desk.waits.expire()]).then(([a, b]) => a + b)).toBe(1);
    expect(await desk.find(id)).toMatchObject({ state: 'timed_out', reply_id: null });
    await desk.take({ body: 'YES' });
    expect(await expectedReplies()).toEqual([undefined]);
    expect(await desk.replyEvents()).toMatchObject([
      { type: 'reply.timed_out', data: { wait_id: id, from: PHONE, value: null } },
    ]);
  });

  test('counts until the reply arrives: one after the end is late although nobody has noted the end yet', async () => {
    const id = await desk.wait({ timeoutSeconds: 60 });
    await desk.clock.advance(60_000);
    await desk.take({ body: 'YES' });
    expect(await desk.find(id)).toMatchObject({ state: 'waiting', reply_id: null });
    expect(await desk.waits.expire()).toBe(1);
  });
});

describe('a wait that is made after its text', () => {
  /** A text of ours to the phone, as it was accepted. */
  async function textOfOurs(): Promise<string> {
    const id = crypto.randomUUID();
    await desk.database.query({
      text: `insert into messages (id, mode, direction, status, "from", "to", contact, body, message_type, encoding,
          segments, created_at, status_updated_at)
        values ($1, 'live', 'outbound', 'sent', $2, $3, $3, 'Coming?', 'transactional', 'GSM-7', 1, $4, $4)`,
      values: [id, OURS, PHONE, new Date(desk.clock.now())],
    });
    await desk.clock.advance(10);
    return id;
  }

  test('takes the first reply that came in between and answers it', async () => {
    await desk.take({ body: 'YES' });
    await desk.clock.advance(10);
    const messageId = await textOfOurs();
    for (const body of ['who is this?', 'help', 'No.', 'YES']) {
      await desk.take({ body });
      await desk.clock.advance(10);
    }
    const id = await desk.wait({ messageId, contact: null, ourNumber: null });
    const wait = await desk.find(id);
    expect(wait).toMatchObject({ state: 'matched', value: 'NO', contact: PHONE, our_number: OURS });
    expect((await desk.texts()).find((text) => text.id === wait.reply_id)).toMatchObject({ body: 'No.' });
    expect(await desk.replyEvents()).toMatchObject([{ data: { wait_id: id, in_reply_to: messageId } }]);
  });

  test('does not take a reply that another wait has, nor one from before without its text', async () => {
    const messageId = await textOfOurs();
    const first = await desk.wait({ messageId });
    await desk.take({ body: 'YES' });
    await desk.clock.advance(10);
    const [second, third] = [await desk.wait({ messageId }), await desk.wait()];
    expect(await desk.find(first)).toMatchObject({ state: 'matched' });
    expect([await desk.find(second), await desk.find(third)].map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  });

  test('misses no reply that is stored at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const messageId = await textOfOurs();
      const [id] = await Promise.all([desk.wait({ messageId }), desk.take({ body: 'YES' })]);
      expect(await desk.find(id)).toMatchObject({ state: 'matched', value: 'YES' });
    }
  });

  test('has to fit its text', async () => {
    const messageId = await textOfOurs();
    await expect(desk.wait({ messageId: crypto.randomUUID() })).rejects.toThrow('no_text');
    await expect(desk.wait({ messageId, mode: 'test' })).rejects.toThrow('no_text');
    await expect(desk.wait({ messageId, contact: OTHER_PHONE })).rejects.toThrow('other_contact');
    await expect(desk.wait({ messageId, ourNumber: '+14155550199' })).rejects.toThrow('other_sender');
    await expect(desk.wait({ contact: null })).rejects.toThrow('no_ends');
    await expect(desk.wait({ ourNumber: 'CartBoss' })).rejects.toThrow('no_replies');
  });
});
