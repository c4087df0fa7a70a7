import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANA, SALES, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

const TEXTS = 60;
let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld(
    { undo_seconds: 0 },
    { SLACK_ROUTING: JSON.stringify({ rules: [{ channel: SALES, keyword: 'sales' }] }) },
  );
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(200 + ++count).padStart(4, '0')}`;
const roots = (channel: string) =>
  [...(world.slack.workspace.channels.get(channel)?.messages.values() ?? [])].filter(
    ({ thread_ts }) => thread_ts === null,
  );
const failures = (error: string) => world.slack.calls.filter(({ outcome }) => outcome === error);

describe('storms and faults', () => {
  test('sixty texts at once come into their channel in order, at the pace of Slack, without one 429, and nobody waits for a dialog', async () => {
    const contact = newContact();
    await world.texts(contact, 'text 0');
    const root = await world.root(contact);
    // Slack dates what it hears by its own clock, and the server by the time of day.
    for (let index = 1; index <= TEXTS; index += 1) await world.texts(contact, `text ${index}`);
    const waiting = async () =>
      (await world.storage.query(`select 1 from tasks where kind = 'post' and done_at is null`)).length;
    await world.until(async () => (await waiting()) > TEXTS / 2, 1);
    const before = world.clock.monotonic();
    await world.slack.people.click(ANA, SUPPORT, root.ts, 'note');
    expect(world.slack.people.viewOf(ANA)).not.toBeNull();
    expect(world.clock.monotonic() - before).toBeLessThan(1_000);
    expect(await waiting()).toBeGreaterThan(0);
    await world.until(() => world.below(root.ts).length === TEXTS, 50);

    expect(world.below(root.ts).map(({ text }) => text)).toEqual(
      Array.from({ length: TEXTS }, (_, index) => `text ${index + 1}`),
    );
    expect(failures('ratelimited')).toEqual([]);
    const posts = world.slack.calls.filter(({ method }) => method === 'chat.postMessage').map(({ atMs }) => atMs);
    const took = (posts.at(-1) ?? 0) - (posts[1] ?? 0);
    // 1.05 s each; the clock of this test moves in steps.
    expect(took).toBeGreaterThanOrEqual((TEXTS - 1) * 1_000);
    expect(took).toBeLessThan(TEXTS * 1_250);
  });

  test('no card is posted twice when the answer of Slack is lost, and none is lost when nothing was done', async () => {
    const contact = newContact();
    world.slack.failNext('chat.postMessage', { reset: 'after' });
    await world.texts(contact, 'Lost answer');
    const root = await world.root(contact);
    world.slack.failNext('chat.postMessage', { status: 503 }, { reset: 'before' }, { reset: 'after' });
    await world.texts(contact, 'Lost again');
    await world.texts(contact, 'And then');
    await world.until(() => world.below(root.ts).some(({ text }) => text === 'And then'));
    expect(world.below(root.ts).map(({ text }) => text)).toEqual(['Lost again', 'And then']);
    expect(roots(SUPPORT).filter(({ text }) => text.includes('Lost answer'))).toHaveLength(1);
  });

  test('a conversation goes on elsewhere when its channel is archived, and waits when the token is revoked', async () => {
    const contact = newContact();
    await world.texts(contact, 'sales please');
    await world.root(contact, SALES);
    const channel = world.slack.workspace.channels.get(SALES);
    if (channel) channel.isArchived = true;
    await world.texts(contact, 'Is anybody there?');
    const root = await world.root(contact, SUPPORT);
    expect(root.text).toContain('Is anybody there?');

    world.slack.refuseToken('token_revoked');
    const other = newContact();
    await world.texts(other, 'Hello');
    await world.until(() => world.connector.health().state === 'degraded');
    expect(world.connector.health().detail).toContain('token_revoked');
    world.slack.refuseToken(null);
    await world.root(other);
    expect(world.connector.health().state).toBe('up');
  });

  test('an event that comes twice, or in another order, makes one text', async () => {
    const contact = newContact();
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    world.slack.events.hold();
    const all = Array.from({ length: 5 }, (_, index) =>
      world.slack.people.write(ANA, SUPPORT, `answer ${index}`, root.ts),
    );
    world.slack.events.release((items) => [...items.toReversed(), ...items]);
    for (const ts of all) await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent');
    const got = await world.until(async () => {
      const bodies = await world.phone(contact);
      return bodies.length >= all.length && bodies;
    });
    expect(got.toSorted()).toEqual(all.map((_, index) => `answer ${index}`));
  });

  test('what was written while nobody listened is found after the next start: what is old is held, what is new is sent', async () => {
    const contact = newContact();
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    await world.connector.stop();
    world.slack.events.hold();
    const early = world.slack.people.write(ANA, SUPPORT, 'Two hours ago', root.ts);
    await world.clock.advance(7_200_000);
    const recent = world.slack.people.write(ANA, SUPPORT, 'Just now', root.ts);
    world.slack.events.release(() => []);
    await world.restart();
    await world.until(async () => (await world.reply(SUPPORT, recent))?.state === 'sent');
    expect(await world.reply(SUPPORT, early)).toMatchObject({ state: 'held', reason: 'late' });
    await world.until(async () => (await world.phone(contact)).length > 0);
    expect(await world.phone(contact)).toEqual(['Just now']);
  });
});
