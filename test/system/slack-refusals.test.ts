import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOT, type Fault } from '../../connectors/slack/testing/fake-slack/index.ts';
import { tellChannel } from '../../connectors/slack/workspaces/tell-operators.ts';
import { ANA, SALES, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

const ALERTS = 'C00000ALERTS';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld(
    { undo_seconds: 0 },
    {
      SLACK_ALERT_CHANNEL: ALERTS,
      SLACK_ROUTING: JSON.stringify({ rules: [{ channel: SALES, keyword: 'buy' }] }),
    },
  );
  world.slack.workspace.addChannel(ALERTS, { members: [BOT.userId] });
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(600 + ++count).padStart(4, '0')}`;
const times = (number: number, fault: Fault) => Array.from({ length: number }, () => fault);
/** The next posts into a channel. */
const refuse = (channel: string, ...errors: readonly string[]) =>
  world.slack.failNext('chat.postMessage', ...errors.map((error) => ({ error, about: channel })));
const messages = (channel: string) => [...(world.slack.workspace.channels.get(channel)?.messages.values() ?? [])];
const alerts = (words: string) => messages(ALERTS).filter(({ text }) => text.includes(words));
const alerted = (words: string) => world.until(() => alerts(words).length > 0, 1_000);
const isNamed = (words: string) => world.until(() => world.connector.health().detail?.includes(words), 1_000);
const isUp = () => world.until(() => world.connector.health().state === 'up', 1_000);
/** How many posts and alerts were. */
const givenUp = async () =>
  (await world.storage.query(`select 1 from tasks where given_up and kind in ('post', 'alert')`)).length;
const rootsOf = (contact: string, channel = SUPPORT) =>
  messages(channel).filter(({ text, thread_ts }) => thread_ts === null && text.includes(contact));
const postsSince = (from: number) =>
  world.slack.calls.slice(from).filter(({ method }) => method === 'chat.postMessage');

async function conversation(body: string, channel = SUPPORT) {
  const contact = newContact();
  await world.texts(contact, body);
  return { contact, root: await world.root(contact, channel) };
}
const posted = (contact: string, ms = 10_000) => world.until(() => rootsOf(contact)[0], ms);

describe('a text that Slack refuses', () => {
  test('because there are too many waits, and whoever can change that is told', async () => {
    const contact = newContact();
    refuse(SUPPORT, 'rate_limited', 'message_limit_exceeded', 'message_limit_exceeded');
    const from = world.slack.calls.length;
    await world.texts(contact, 'Too many of us');
    await isNamed(`chat.postMessage to ${SUPPORT}: message_limit_exceeded`);
    await posted(contact);
    const at = postsSince(from)
      .filter(({ given }) => given['channel'] === SUPPORT)
      .map(({ atMs }) => atMs);
    expect(at.slice(1).every((ms, index) => ms - (at[index] ?? 0) >= 30_000)).toBe(true);
    await alerted('message_limit_exceeded');
    await isUp();
  });

  test.each(['access_denied', 'no_permission'])(
    'with %s, of which nobody knows what it means, is tried until it is there, and named where one looks',
    async (error) => {
      const contact = newContact();
      refuse(SUPPORT, error, error, error, error, error);
      await world.texts(contact, 'First');
      await world.until(async () => (await world.storage.query('select 1 from tasks where reason = $1', [error]))[0]);
      await world.texts(contact, 'Second');
      await isNamed(`chat.postMessage to ${SUPPORT}: ${error}`);
      const root = await posted(contact);
      await world.until(() => world.below(root.ts).length === 1);
      expect(world.below(root.ts)[0]?.text).toBe('Second');
      await alerted(error);
      expect(alerts(error)).toHaveLength(1);
      await isUp();
    },
  );

  test('below a root that was locked begins another root', async () => {
    const { contact, root } = await conversation('Hello');
    refuse(SUPPORT, 'restricted_action_thread_locked');
    await world.texts(contact, 'Still there?');
    await world.until(() => rootsOf(contact).length === 2);
    expect(world.below(root.ts)).toEqual([]);
    expect(rootsOf(contact)[1]?.text).toContain('Still there?');
  });

  test.each(['ekm_access_denied', 'restricted_action_non_threadable_channel', 'restricted_action'])(
    'because of its channel (%s) goes elsewhere, which is told; an hour later the channel is tried again',
    async (error) => {
      refuse(SALES, error);
      const contact = newContact();
      await world.texts(contact, 'buy one');
      await world.root(contact, SUPPORT);
      await alerted(`*${SALES}* takes no posts of the app`);
      await world.clock.advance(3_700_000);
      await conversation('buy two', SALES);
    },
  );

  test('and its root as well, even as plain words, is told; the next text of the contact has a root again', async () => {
    const contact = newContact();
    refuse(SUPPORT, 'invalid_blocks', 'invalid_blocks');
    await world.texts(contact, 'Unspeakable');
    await alerted('not even as plain words');
    expect(rootsOf(contact)).toEqual([]);
    await world.texts(contact, 'And now?');
    const root = await posted(contact);
    expect(root.text).toContain('And now?');
    await world.texts(contact, 'Good.');
    await world.until(() => world.below(root.ts).some(({ text }) => text === 'Good.'));
  });

  test('for its blocks comes as words, all of them, at the pace of Slack, and its blocks are tried once', async () => {
    const { contact, root } = await conversation('Hello');
    const long = `It is <urgent> & long. ${'x'.repeat(400)}`;
    await world.clock.advance(10_000);
    const from = world.slack.calls.length;
    world.slack.failNext('chat.postMessage', { error: 'invalid_blocks' }, { retryAfterSeconds: 3 }, { status: 503 });
    await world.texts(contact, long);
    const [text] = await world.until(() => world.below(root.ts).length > 0 && world.below(root.ts));
    expect(JSON.stringify(text?.blocks)).toContain(`It is &lt;urgent&gt; &amp; long. ${'x'.repeat(400)}`);
    const posts = postsSince(from);
    expect(posts.map(({ outcome }) => outcome)).toEqual(['invalid_blocks', 'ratelimited', '503', 'ok']);
    expect(posts.filter(({ given }) => JSON.stringify(given['blocks']).includes('rich_text'))).toHaveLength(1);
    expect(posts.slice(1).every(({ atMs }, index) => atMs - (posts[index]?.atMs ?? 0) >= 1_000)).toBe(true);
  });
});

describe('a card whose answer was lost', () => {
  test('is posted once, however long Slack does not say whether it is there', async () => {
    const contact = newContact();
    const before = await givenUp();
    world.slack.failNext('chat.postMessage', { status: 503 });
    await world.texts(contact, 'Before the night');
    await world.until(async () => (await world.storage.query(`select 1 from tasks where reason = 'HTTP 503'`))[0], 10);
    world.slack.refuseToken('token_revoked');
    await world.until(() => world.connector.health().state === 'degraded');
    await world.clock.advance(6 * 3_600_000);
    world.slack.refuseToken(null);
    await posted(contact);
    expect(rootsOf(contact)).toHaveLength(1);
    expect(await givenUp()).toBe(before);
    await isUp();
  });

  test('is looked for where the app has to join first, and where a scope is missing it waits', async () => {
    const contact = newContact();
    world.slack.failNext('chat.postMessage', { reset: 'after' });
    world.slack.failNext('conversations.history', ...times(2, { error: 'missing_scope' }), { error: 'not_in_channel' });
    world.slack.failNext('conversations.join', { retryAfterSeconds: 5 }, { status: 503 });
    const from = world.slack.calls.length;
    await world.texts(contact, 'Twice?');
    await isNamed('conversations.history: missing_scope');
    await world.root(contact);
    expect(rootsOf(contact)).toHaveLength(1);
    const joins = world.slack.calls.slice(from).filter(({ method }) => method === 'conversations.join');
    expect(joins.length).toBeGreaterThan(0);
    await alerted('conversations.history');
    await isUp();
  });
});

describe('joining a channel', () => {
  test('is tried until Slack answers: what was to be told there is not given up, and its token is no fault of the channel', async () => {
    const { contact, root } = await conversation('Hello');
    for (const about of [ALERTS, SUPPORT]) {
      world.slack.workspace.channels.get(about)?.members.delete(BOT.userId);
      const faults = [{ retryAfterSeconds: 5 }, { status: 503 }, { error: 'token_revoked' }];
      world.slack.failNext('conversations.join', ...faults.map((fault) => ({ ...fault, about })));
    }
    const before = await givenUp();
    await world.texts(contact, 'Anybody?');
    const told = { key: 'told_once', text: 'The carrier is down.' };
    await tellChannel(world.storage, ALERTS, told, new Date(world.clock.now()));
    await alerted(told.text);
    await world.until(() => world.below(root.ts).length > 0, 1_000);
    expect(await world.storage.query('select 1 from channels where state <> $1', ['open'])).toEqual([]);
    expect(await givenUp()).toBe(before);
    await isUp();
  });
});

describe('without the scope to ask who people are', () => {
  test('answers wait for as long as that takes, health names it and operators are told', async () => {
    const { contact, root } = await conversation('Hello');
    await world.restart();
    world.slack.failNext('users.info', ...times(3, { error: 'missing_scope' }));
    const ts = world.slack.people.write(ANA, SUPPORT, 'Wait for me.', root.ts);
    await isNamed('users.info: missing_scope');
    // Texts are posted meanwhile, and say nothing about it.
    await world.texts(contact, 'Take your time.');
    await world.until(() => world.below(root.ts).some(({ text }) => text === 'Take your time.'));
    expect(world.connector.health().detail).toContain('users.info: missing_scope');
    await alerted('users.info');
    await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent', 1_000);
    await world.arrives(contact, 'Wait for me.');
    const [task] = await world.storage.query<{ tries: number }>(
      `select tries from tasks where kind = 'event' and payload -> 'event' ->> 'ts' = $1`,
      [ts],
    );
    // None but the last one counts: it is no matter of three days.
    expect(task).toEqual({ tries: 1 });
    expect(alerts('users.info')).toHaveLength(1);
    await isUp();
  });
});
