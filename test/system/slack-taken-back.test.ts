import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../connectors/slack/testing/fake-slack/index.ts';
import { ANA, BEN, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(700 + ++count).padStart(4, '0')}`;
const write = (user: string, text: string, thread: string) => world.slack.people.write(user, SUPPORT, text, thread);
const remove = (ts: string) => world.slack.people.remove(SUPPORT, ts);
const edit = (ts: string, text: string) => world.slack.people.edit(SUPPORT, ts, text);
const stateOf = (ts: string, state: string, stepMs = 100) =>
  world.until(async () => (await world.reply(SUPPORT, ts))?.state === state, stepMs);
const times = (number: number, fault: Fault) => Array.from({ length: number }, () => fault);
const stored = async (subtype: string, ts: string) => {
  await world.until(
    async () =>
      (
        await world.storage.query(
          `select 1 from tasks where kind = 'event' and payload #>> '{event,subtype}' = $1
             and coalesce(payload #>> '{event,deleted_ts}', payload #>> '{event,message,ts}') = $2`,
          [subtype, ts],
        )
      ).length > 0,
    1,
  );
};

async function conversation() {
  const contact = newContact();
  await world.texts(contact, 'Hello');
  const root = (await world.root(contact)).ts;
  // From here on it is known who Ana is.
  await stateOf(write(ANA, '// mine', root), 'internal');
  return { contact, root };
}

async function pending(text: string, root: string) {
  const ts = write(ANA, text, root);
  await stateOf(ts, 'pending', 10);
  return ts;
}

describe('what its author takes back in time does not leave', () => {
  test('while something else that was written in the thread cannot be judged', async () => {
    const { contact, root } = await conversation();
    const gone = await pending('Wrong window', root);
    const noted = await pending('Too late for that', root);
    // Who Ben is, Slack does not say for a while.
    world.slack.failNext('users.info', ...times(5, { status: 503 }));
    const other = write(BEN, '// Who is that?', root);
    await world.until(
      async () =>
        (await world.storage.query(`select 1 from tasks where kind = 'event' and done_at is null and tries > 0`))
          .length > 0,
      10,
    );
    remove(gone);
    edit(noted, '// Too late for that');
    await stored('message_deleted', gone);
    await stored('message_changed', noted);
    await world.clock.advance(7_000);
    await stateOf(gone, 'canceled');
    expect(await world.reply(SUPPORT, other)).toBeNull();
    await stateOf(other, 'internal', 1_000);
    await stateOf(noted, 'internal');
    expect(await world.phone(contact)).toEqual([]);
  });

  test('while nobody of us listens, and Slack tells of it later or never', async () => {
    const { contact, root } = await conversation();
    const gone = await pending('Wrong window', root);
    const noted = await pending('Too late for that', root);
    const changed = await pending('It is redy', root);
    const same = await pending('It is the same', root);
    await world.connector.stop();
    world.slack.events.hold();
    remove(gone);
    edit(noted, '// Too late for that');
    edit(changed, 'It is ready');
    world.slack.events.release(() => []);
    await world.clock.advance(8_000);
    const before = world.slack.calls.length;
    await world.restart();
    await stateOf(gone, 'canceled');
    await stateOf(noted, 'internal');
    await world.arrives(contact, 'It is ready', 'It is the same');
    await stateOf(same, 'sent');
    // One look for each that has changed, and none for what was seen beside them.
    const looks = world.slack.calls.slice(before).filter(({ given }) => given['inclusive'] !== undefined);
    expect(looks).toHaveLength(3);
  });

  test('after it was looked at for another one of its thread: it leaves as it is by then', async () => {
    const { contact, root } = await conversation();
    const first = await pending('Good morning.', root);
    await world.clock.advance(3_500);
    const second = await pending('See you in June.', root);
    await world.restart();
    await stateOf(first, 'sent');
    expect(await world.reply(SUPPORT, second)).toMatchObject({ state: 'pending' });
    edit(second, 'See you in July.');
    await world.arrives(contact, 'Good morning.', 'See you in July.');
  });

  test('while Slack refuses the token', async () => {
    const { contact, root } = await conversation();
    const gone = await pending('Wrong window', root);
    const noted = await pending('Too late for that', root);
    world.slack.refuseToken('token_revoked');
    await world.texts(newContact(), 'Hello');
    await world.until(() => world.connector.health().state === 'degraded', 10);
    remove(gone);
    edit(noted, '// Too late for that');
    await stored('message_deleted', gone);
    await stored('message_changed', noted);
    await stateOf(gone, 'canceled');
    await world.clock.advance(7_000);
    expect(await world.reply(SUPPORT, noted)).toMatchObject({ state: 'pending' });
    world.slack.refuseToken(null);
    await stateOf(noted, 'internal');
    expect(await world.phone(contact)).toEqual([]);
  });

  test('while Slack cannot be asked: it waits, and is held when that takes too long', async () => {
    const { contact, root } = await conversation();
    const ts = await pending('I will call you in five minutes.', root);
    await world.connector.stop();
    world.slack.failNext('conversations.replies', ...times(1_000, { status: 503 }));
    await world.clock.advance(60_000);
    await world.restart();
    await world.clock.advance(600_000);
    expect(await world.reply(SUPPORT, ts)).toMatchObject({ state: 'pending' });
    await stateOf(ts, 'held', 5_000);
    expect(await world.reply(SUPPORT, ts)).toMatchObject({ reason: 'late' });
    expect(await world.phone(contact)).toEqual([]);
  });
});
