import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdAsk } from '../../connectors/slack/blocks/asks.ts';
import type { Ephemeral } from '../../connectors/slack/testing/fake-slack/workspace.ts';
import { ANA, BEN, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

/** The contacts are in California; their night begins within the hour. */
const hour = Number(
  new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', hour: '2-digit', hourCycle: 'h23' }).format(
    Date.now(),
  ),
);
const NIGHT = { quiet_from_hour: (hour + 1) % 24, quiet_to_hour: (hour + 3) % 24 };

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld(NIGHT);
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(800 + ++count).padStart(4, '0')}`;
const people = () => world.slack.people;
const write = (user: string, text: string, thread: string) => people().write(user, SUPPORT, text, thread);
const click = (user: string, ts: string, action: string) => people().click(user, SUPPORT, ts, action);
const stateOf = (ts: string, state: string) =>
  world.until(async () => (await world.reply(SUPPORT, ts))?.state === state);
const heldFor = (ts: string, reason: string) =>
  world.until(async () => {
    const reply = await world.reply(SUPPORT, ts);
    return reply?.state === 'held' && reply.reason === reason;
  });
/** The latest question about a message that says this. */
const asked = (user: string, ts: string, words: string) =>
  world.until(() =>
    people()
      .seenBy(user, SUPPORT)
      .findLast(({ blocks, text }) => JSON.stringify(blocks).includes(`${SUPPORT}:${ts}`) && text.includes(words)),
  );

async function conversation() {
  const contact = newContact();
  await world.texts(contact, 'Hello');
  const { ts: root } = await world.root(contact);
  return { contact, root };
}

describe('by day', () => {
  test('a reply that was written before a text of the customer was shown is held, however late that is shown', async () => {
    const { contact, root } = await conversation();
    world.slack.failNext('chat.postMessage', { retryAfterSeconds: 30 });
    await world.texts(contact, 'No, wait!');
    const queued = () =>
      world.storage.query(
        `select 1 from tasks where kind = 'post' and done_at is null and payload ->> 'what' = 'text'`,
      );
    await world.until(async () => (await queued()).length === 1);
    const early = write(ANA, 'I will cancel it.', root);
    await heldFor(early, 'new_inbound');
    // Shown after the reply was written, and before that was heard.
    world.slack.events.hold();
    const crossed = write(ANA, 'It is canceled.', root);
    await world.until(() => world.below(root).some(({ text }) => text === 'No, wait!'));
    await world.until(async () => (await queued()).length === 0);
    world.slack.events.release();
    await heldFor(crossed, 'new_inbound');
    const after = write(ANA, 'Nothing is canceled.', root);
    await stateOf(after, 'sent');
    await world.arrives(contact, 'Nothing is canceled.');
  });

  test('what is held for the same reason twice is asked about twice', async () => {
    const { contact, root } = await conversation();
    world.slack.failNext('chat.postMessage', { retryAfterSeconds: 30 });
    await world.texts(contact, 'One more thing');
    const early = write(ANA, 'I will look.', root);
    const questions = () =>
      people()
        .seenBy(ANA, SUPPORT)
        .map(({ blocks }) => JSON.stringify(blocks))
        .filter((said) => said.includes(`${SUPPORT}:${early}`) && said.includes('hold_keep')).length;
    await heldFor(early, 'new_inbound');
    await world.until(() => questions() === 1);
    // She has said that it may leave, and something else of the thread is before it.
    await world.storage.query(`update replies set state = 'pending', reason = 'confirmed:new_inbound' where ts = $1`, [
      early,
    ]);
    await world.texts(contact, 'And another');
    await world.until(() => questions() === 2);
    expect(await world.reply(SUPPORT, early)).toMatchObject({ state: 'held' });
  });

  test('who may be texted again is, in the thread that was resolved meanwhile, too', async () => {
    const { contact, root } = await conversation();
    await world.texts(contact, 'STOP');
    await world.until(() => world.below(root).some(({ text }) => text === 'STOP'));
    await stateOf(write(ANA, 'Are you sure?', root), 'refused');
    await click(ANA, root, 'resolve');
    const states = () =>
      world.storage.query<{ state: string; is_opted_out: boolean }>(
        'select state, is_opted_out from threads where root_ts = $1',
        [root],
      );
    await world.until(async () => (await states())[0]?.state === 'resolved');
    await world.texts(contact, 'START');
    await world.until(async () => (await world.sdk.optOuts.get(contact)).status !== 'opted_out');
    await world.until(async () => (await states())[0]?.is_opted_out === false);
    await stateOf(write(ANA, 'Welcome back.', root), 'sent');
  });

  test('what is kept internal is marked at the message of Slack, also when it was a correction', async () => {
    const { root } = await conversation();
    const ts = write(ANA, 'Your ordr is ready.', root);
    await stateOf(ts, 'sent');
    people().edit(SUPPORT, ts, 'Your order is ready.');
    await click(ANA, (await asked(ANA, ts, 'as a correction')).ts, 'correct');
    const [correction] = await world.until(async () => {
      const rows = await world.storage.query<{ ts: string; text: string }>(
        `select ts, text from replies where ts <> $1 and starts_with(ts, $1) and state = 'sent'`,
        [ts],
      );
      return rows.length > 0 && rows;
    });
    if (!correction) throw new Error('There is no correction.');
    // As after two hours in which it could not leave.
    await world.storage.query(`update replies set state = 'held', reason = 'late' where ts = $1`, [correction.ts]);
    const question: Pick<Ephemeral, 'text' | 'blocks'> = JSON.parse(
      JSON.stringify(holdAsk({ ...correction, channel: SUPPORT }, [{ key: 'late', says: 'It is late.' }])),
    );
    const shown = { ...question, user: ANA, thread_ts: root, ts: world.slack.workspace.nextTs(), isGone: false };
    world.slack.workspace.channels.get(SUPPORT)?.ephemerals.push(shown);
    await click(ANA, shown.ts, 'hold_keep');
    await stateOf(correction.ts, 'internal');
    const reactions = () => world.below(root).find((one) => one.ts === ts)?.reactions;
    await world.until(() => reactions()?.has('lock'));
  });

  test('what is new since the question is asked as well, and the night is new', async () => {
    const { contact, root } = await conversation();
    await stateOf(write(ANA, 'I am looking into it.', root), 'sent');
    const ts = write(BEN, 'Me too.', root);
    await heldFor(ts, 'claimed');
    const claimed = await asked(BEN, ts, 'answered');
    await world.clock.advance(3_660_000);
    await click(BEN, claimed.ts, 'hold_send');
    await heldFor(ts, 'claimed,quiet_hours');
    const night = await asked(BEN, ts, 'for the customer');
    expect(night.text).not.toContain('answered');
    expect(JSON.stringify(night.blocks)).toContain('hold_morning');
    await world.texts(contact, 'Anything new?');
    await world.until(() => world.below(root).some(({ text }) => text === 'Anything new?'));
    await click(BEN, night.ts, 'hold_send');
    await heldFor(ts, 'claimed,quiet_hours,new_inbound');
    await click(BEN, (await asked(BEN, ts, 'without having read')).ts, 'hold_send');
    await stateOf(ts, 'sent');
    await world.arrives(contact, 'I am looking into it.', 'Me too.');
  });
});

describe('at night', () => {
  test('all that is in doubt is said in one question, and one click decides about all of it', async () => {
    const { contact, root } = await conversation();
    await click(ANA, root, 'claim');
    await world.until(async () => JSON.stringify((await world.root(contact)).blocks).includes(`<@${ANA}>`));
    // They have gone to bed.
    await world.clock.advance(1_860_000);
    const ts = write(BEN, 'FYI she called, ask <@U0000000ANA>.', root);
    await heldFor(ts, 'claimed,mention,looks_internal,quiet_hours');
    const question = await asked(BEN, ts, 'Not sent yet');
    for (const words of ['has claimed', 'names a colleague', 'a note to a colleague', 'for the customer'])
      expect(question.text).toContain(words);
    expect(JSON.stringify(question.blocks)).toContain('hold_morning');
    await click(BEN, question.ts, 'hold_send');
    await world.until(async () => (await world.phone(contact)).some((body) => body.startsWith('FYI she called')));
    // What it is changed to afterwards is as doubtful.
    people().edit(SUPPORT, ts, 'FYI she did not call.');
    const correction = await asked(BEN, ts, 'as a correction');
    for (const words of ['a note to a colleague', 'for the customer']) expect(correction.text).toContain(words);
  });
});
