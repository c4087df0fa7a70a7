import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../connectors/slack/testing/fake-slack/index.ts';
import { ANA, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const TWO_HOURS_MS = 7_200_000;

let count = 0;
const newContact = () => `+1415555${String(500 + ++count).padStart(4, '0')}`;
const write = (user: string, text: string, thread: string) => world.slack.people.write(user, SUPPORT, text, thread);
const messages = () => [...(world.slack.workspace.channels.get(SUPPORT)?.messages.values() ?? [])];
const stateOf = (ts: string, state: string, stepMs = 100) =>
  world.until(async () => (await world.reply(SUPPORT, ts))?.state === state, stepMs);
const times = (number: number, fault: Fault) => Array.from({ length: number }, () => fault);

const waiting = async (kind: string) =>
  (await world.storage.query('select 1 from tasks where kind = $1 and done_at is null', [kind])).length;

async function conversation() {
  const contact = newContact();
  await world.texts(contact, 'Hello');
  return { contact, root: (await world.root(contact)).ts };
}
const arrives = (contact: string, ...bodies: string[]) => world.arrives(contact, ...bodies);

describe('while Slack is out of reach', () => {
  test('for two hours, a card waits and is posted once; nothing is given up', async () => {
    const contact = newContact();
    // The pauses grow to a minute.
    world.slack.failNext('chat.postMessage', ...times(60, { status: 503 }), ...times(60, { reset: 'before' }));
    const before = world.clock.monotonic();
    await world.texts(contact, 'Is anybody there?');
    await world.until(() => messages().some(({ text }) => text.includes(contact)), 30_000);
    expect(world.clock.monotonic() - before).toBeGreaterThan(TWO_HOURS_MS * 0.9);
    await world.root(contact);
    expect(messages().filter(({ text }) => text.includes(contact))).toHaveLength(1);
    expect(await world.storage.query('select 1 from tasks where given_up')).toEqual([]);
  });

  test('an answer to a card is sent although Slack never said that the card was posted', async () => {
    // The next look at what was missed is an hour away: it is no help here.
    await world.restart();
    const contact = newContact();
    world.slack.failNext('chat.postMessage', { reset: 'after' });
    world.slack.failNext('conversations.history', ...times(3, { status: 503 }));
    await world.texts(contact, 'Hello');
    const root = await world.until(() => messages().find(({ text }) => text.includes(contact)));
    const ts = write(ANA, 'Hello to you.', root.ts);
    await stateOf(ts, 'sent');
    await arrives(contact, 'Hello to you.');
    expect(messages().filter(({ text }) => text.includes(contact))).toHaveLength(1);
  });

  test('a card and the texts below it are posted once, also where Slack does not keep the ids of blocks', async () => {
    const contact = newContact();
    world.slack.workspace.keepsBlockIds = false;
    try {
      world.slack.failNext('chat.postMessage', { reset: 'after' });
      await world.texts(contact, 'Is it <b>open</b> & free? 👍');
      const root = await world.root(contact);
      world.slack.failNext('chat.postMessage', { reset: 'after' });
      for (const body of ['Hello?', 'Hello?', 'Hello?']) await world.texts(contact, body);
      await world.until(async () => world.below(root.ts).length >= 3 && (await waiting('post')) === 0);
      expect(world.below(root.ts).map(({ text }) => text)).toEqual(['Hello?', 'Hello?', 'Hello?']);
      expect(messages().filter(({ text, thread_ts }) => text.includes(contact) && !thread_ts)).toHaveLength(1);
    } finally {
      world.slack.workspace.keepsBlockIds = true;
    }
  });

  test('who wrote an answer is asked until Slack says it, and how the app is called, too', async () => {
    const { contact, root } = await conversation();
    await world.restart();
    world.slack.failNext('auth.test', ...times(3, { status: 503 }), { error: 'internal_error' });
    world.slack.failNext('users.info', { retryAfterSeconds: 5 }, { status: 500 }, { reset: 'after' });
    const ts = write(ANA, 'It was not lost.', root);
    await stateOf(ts, 'sent');
    await arrives(contact, 'It was not lost.');
  });

  test('429 upon 429, for every kind of call, delays what is posted and neither loses nor repeats it', async () => {
    const { contact, root } = await conversation();
    for (const method of ['chat.postMessage', 'chat.update', 'reactions.add', 'chat.postEphemeral'] as const)
      world.slack.failNext(method, ...times(8, { retryAfterSeconds: 3 }));
    const bodies = Array.from({ length: 5 }, (_, index) => `text ${index}`);
    for (const body of bodies) await world.texts(contact, body);
    await world.until(() => world.below(root).length === bodies.length);
    expect(world.below(root).map(({ text }) => text)).toEqual(bodies);
    const ts = write(ANA, 'Thank you for your patience.', root);
    await stateOf(ts, 'sent');
    await world.until(() =>
      world
        .below(root)
        .find((one) => one.ts === ts)
        ?.reactions.has('white_check_mark'),
    );
    await arrives(contact, 'Thank you for your patience.');
    expect(await world.storage.query('select 1 from tasks where given_up')).toEqual([]);
  });

  test('its token is revoked in the middle of a queue: everything waits, and goes on in order when there is one', async () => {
    const { contact, root } = await conversation();
    world.slack.refuseToken('token_revoked');
    for (let index = 0; index < 5; index += 1) await world.texts(contact, `text ${index}`);
    await world.until(async () => (await waiting('post')) === 5);
    await world.until(() => world.connector.health().state === 'degraded');
    const ts = write(ANA, 'Written meanwhile.', root);
    await world.clock.advance(600_000);
    world.slack.refuseToken(null);
    await world.until(() => world.below(root).filter(({ bot }) => bot).length === 5, 1_000);
    expect(
      world
        .below(root)
        .filter(({ bot }) => bot)
        .map(({ text }) => text),
    ).toEqual(['text 0', 'text 1', 'text 2', 'text 3', 'text 4']);
    // Ten minutes late is not late enough to ask, but it was written without having read any of them.
    await stateOf(ts, 'held');
    expect(await world.reply(SUPPORT, ts)).toMatchObject({ reason: 'new_inbound' });
    expect(world.connector.health().state).toBe('up');
  });
});

describe('while we are out of reach', () => {
  test('for two hours, what was about to leave is held; it does not leave by itself when we are back', async () => {
    const { contact, root } = await conversation();
    const ts = write(ANA, 'I will call you in five minutes.', root);
    await stateOf(ts, 'pending');
    await world.connector.stop();
    await world.clock.advance(TWO_HOURS_MS);
    await world.restart();
    await stateOf(ts, 'held');
    expect(await world.reply(SUPPORT, ts)).toMatchObject({ reason: 'late' });
    const ask = await world.until(() =>
      world.slack.people.seenBy(ANA, SUPPORT).findLast(({ blocks }) => JSON.stringify(blocks).includes(ts)),
    );
    const [held] = await world.until(() => {
      const found = world.slack.people
        .seenBy(ANA, SUPPORT)
        .filter(({ blocks, thread_ts }) => thread_ts === root && JSON.stringify(blocks).includes('hold_send'));
      return found.length > 0 && found;
    });
    expect(await world.phone(contact)).toEqual([]);
    await world.slack.people.click(ANA, SUPPORT, (held ?? ask).ts, 'hold_send');
    await arrives(contact, 'I will call you in five minutes.');
  });

  test('what was written is found, also when the first thing we hear is newer, and is not sent for others', async () => {
    const { contact, root } = await conversation();
    world.slack.workspace.addUser('U000000OTHER', { team: 'T0000000002' });
    world.slack.workspace.channels.get(SUPPORT)?.members.add('U000000OTHER');
    // One that we hear, so that there is something to begin from.
    await stateOf(write(ANA, '// before', root), 'internal');
    await world.connector.stop();
    world.slack.events.hold();
    const early = write(ANA, 'In the first minute', root);
    const other = write('U000000OTHER', 'From another organisation', root);
    await world.clock.advance(TWO_HOURS_MS);
    const recent = write(ANA, 'In the last minute', root);
    world.slack.events.release(() => []);
    // The catch-up comes late, and what is said now does not.
    world.slack.failNext('conversations.replies', ...times(4, { retryAfterSeconds: 30 }));
    await world.restart();
    const now = write(ANA, '// we are back', root);
    await stateOf(now, 'internal');
    await stateOf(recent, 'sent', 1_000);
    await stateOf(early, 'held');
    expect(await world.reply(SUPPORT, early)).toMatchObject({ reason: 'late' });
    await stateOf(other, 'refused');
    await arrives(contact, 'In the last minute');
  });

  test('the server has taken a reply, and nobody heard: it is one text', async () => {
    const { contact, root } = await conversation();
    const reply = world.own.conversations.reply.bind(world.own.conversations);
    let isLost = 0;
    // As when the process dies between what it asked and what it writes down.
    world.own.conversations.reply = async (...given) => {
      const text = await reply(...given);
      if (isLost++ < 2) throw new Error('The process dies here.');
      return text;
    };
    const ts = write(ANA, 'Exactly once.', root);
    await stateOf(ts, 'sent');
    world.own.conversations.reply = reply;
    await arrives(contact, 'Exactly once.');
    expect(isLost).toBe(3);
  });
});
