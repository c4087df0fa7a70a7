import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANA, BEN, SUPPORT, type SlackWorld, slackWorld } from '../support/slack-world.ts';

const DAY_MS = 86_400_000;

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld({ retention_days: 1 });
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(400 + ++count).padStart(4, '0')}`;
const shown = () => [...(world.slack.workspace.channels.get(SUPPORT)?.messages.values() ?? [])];

async function conversation(first: string) {
  const contact = newContact();
  await world.texts(contact, first);
  return { contact, root: await world.root(contact) };
}

/** The conversation goes on: the server's clock is not moved. */
const keepAlive = () =>
  world.storage.query('update threads set last_inbound_at = $1', [new Date(world.clock.now() + DAY_MS)]);

describe('what is kept', () => {
  test('is taken out of Slack after its time, also where the conversation goes on, and deleted where it cannot be changed', async () => {
    const { contact, root } = await conversation('First secret');
    for (const [index, body] of ['Second secret', 'Third secret'].entries()) {
      await world.texts(contact, body);
      await world.until(() => world.below(root.ts).length === index + 1);
    }
    const ts = world.slack.people.write(ANA, SUPPORT, 'Answered secret', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent');
    await keepAlive();
    await world.clock.advance(DAY_MS - 3_600_000);
    expect(shown().filter(({ text }) => text.includes('expired'))).toEqual([]);
    const [closed] = world.below(root.ts);
    world.slack.failNext('chat.update', { error: 'edit_window_closed', about: closed?.ts ?? '' });
    await world.clock.advance(2 * 3_600_000);
    await world.until(() => shown().filter(({ bot, text }) => bot && text.includes('secret')).length === 0);
    const left = shown().filter(({ bot, thread_ts }) => bot && thread_ts === root.ts);
    expect(left.map(({ text }) => text)).toEqual(['[expired]']);
    expect(JSON.stringify(shown().filter(({ bot }) => bot))).not.toContain('secret');
    const words = await world.storage.query<{ text: string }>(
      'select text from replies union select first_text from threads',
    );
    expect(words).toEqual([{ text: '[expired]' }]);
    // It can still be answered.
    const next = world.slack.people.write(ANA, SUPPORT, 'Still here.', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, next))?.state === 'sent');
  });

  test('of what Slack told, is nothing two days after it was dealt with', async () => {
    const { root } = await conversation('Hello');
    world.slack.people.write(ANA, SUPPORT, '// a note that nobody may keep', root.ts);
    const kept = () =>
      world.storage.query<{ done_at: Date | null }>(
        `select done_at from tasks where kind = 'event' and payload::text like '%nobody may keep%'`,
      );
    await world.until(async () => (await kept())[0]?.done_at);
    await world.clock.advance(DAY_MS);
    expect(await kept()).toHaveLength(1);
    await world.clock.advance(DAY_MS + 3_600_000);
    await world.until(async () => (await kept()).length === 0);
  });
});

describe('the audit', () => {
  test('says who decided what and when, with the hash of the words and never the words', async () => {
    const { contact, root } = await conversation('Question');
    const first = world.slack.people.write(ANA, SUPPORT, 'An answer.', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, first))?.state === 'sent');
    const held = world.slack.people.write(BEN, SUPPORT, 'Another answer.', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, held))?.state === 'held');
    const ask = await world.until(() =>
      world.slack.people.seenBy(BEN, SUPPORT).find(({ blocks }) => JSON.stringify(blocks).includes('hold_send')),
    );
    await world.slack.people.click(BEN, SUPPORT, ask.ts, 'hold_send');
    await world.until(async () => (await world.reply(SUPPORT, held))?.state === 'sent');
    const gone = world.slack.people.write(ANA, SUPPORT, 'Not this.', root.ts);
    await world.until(() => world.reply(SUPPORT, gone));
    world.slack.people.remove(SUPPORT, gone);
    await world.until(async () => (await world.reply(SUPPORT, gone))?.state === 'canceled');
    await world.slack.people.click(ANA, SUPPORT, root.ts, 'resolve');
    const rows = await world.storage.query<{
      actor: string;
      action: string;
      reason: string | null;
      text_sha256: string | null;
    }>(
      `select a.actor, a.action, a.reason, a.text_sha256 from audit a join threads t on t.id = a.thread_id
       where t.contact_number = $1 order by a.id`,
      [contact],
    );
    const told = rows.map(({ actor, action, reason }) => [actor, action, reason].join(' ').trim());
    for (const line of [
      `${ANA} pending`,
      `${ANA} sent`,
      `${BEN} held claimed`,
      `${BEN} hold_send claimed`,
      `${BEN} sent`,
      `${ANA} deleted`,
      `${ANA} resolve`,
    ])
      expect(told, told.join(', ')).toContain(line);
    expect(
      rows
        .filter(({ text_sha256 }) => text_sha256 !== null)
        .every(({ text_sha256 }) => /^[0-9a-f]{64}$/.test(text_sha256 ?? '')),
    ).toBe(true);
    expect(JSON.stringify(rows)).not.toContain('answer');
  });
});
