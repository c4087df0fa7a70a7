import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../connectors/slack/testing/fake-slack/workspace.ts';
import { ANA, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

/** 500 take nine minutes of Slack's time. */
const BURST = Number(process.env['SLACK_BURST'] ?? 40);
const ABOVE = 8;
let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld({ undo_seconds: 0, digest_above: ABOVE });
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(300 + ++count).padStart(4, '0')}`;
const messages = () => [...(world.slack.workspace.channels.get(SUPPORT)?.messages.values() ?? [])];
const posts = () => world.slack.calls.filter(({ method }) => method === 'chat.postMessage');
const digests = () => messages().filter(({ text }) => text.startsWith('📥'));
const rootOf = (body: string) =>
  messages().find(({ bot, thread_ts, text }) => bot && thread_ts === null && text.endsWith(`: ${body}`));
const waiting = async () => {
  const rows = await world.storage.query<{ count: number }>(
    `select count(*)::int as count from tasks where kind = 'post' and payload ->> 'what' = 'root' and done_at is null`,
  );
  return rows[0]?.count ?? 0;
};

async function burst(name: string, length = 40): Promise<string[]> {
  const bodies = Array.from({ length }, (_, index) => `${name} ${index} <!channel>`);
  for (const body of bodies) await world.texts(newContact(), body);
  return bodies.map((body) => body.replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
}

describe('a burst of new conversations', () => {
  test('is listed in one message at once, and each gets its thread, in order, at the pace of Slack', async () => {
    const known = newContact();
    await world.texts(known, 'I am known');
    const thread = await world.root(known);
    const before = posts().length;
    const bodies = await burst('new', BURST);
    const digest: Message = await world.until(() => digests()[0], 20);
    expect(await waiting()).toBeGreaterThan(BURST / 2);
    expect(digest.text).toMatch(/^📥 \d+ new conversations wait for their thread\./);
    const shown = JSON.stringify(digest.blocks);
    expect(shown).toContain('+1415•••');
    expect(shown).toContain('new 3 &lt;!channel&gt;');
    expect(shown).not.toContain('<!channel>');

    // Who has a thread already does not stand behind those who have none.
    await world.texts(known, 'Me again');
    await world.until(() => world.below(thread.ts).some(({ text }) => text === 'Me again'), 50);
    expect(await waiting()).toBeGreaterThan(BURST / 2);

    // Nothing below the list is sent, and whoever tries is told.
    const misplaced = world.slack.people.write(ANA, SUPPORT, 'On its way!', digest.ts);
    await world.until(() =>
      world.slack.people.seenBy(ANA, SUPPORT).some(({ text }) => text.startsWith('Not sent: this')),
    );
    expect(await world.reply(SUPPORT, misplaced)).toBeNull();

    await world.until(async () => (await waiting()) < ABOVE, 500);
    await world.until(() => /^📥 \d new/.test(digest.text), 500);
    await world.until(() => digest.text.startsWith('📥 All'), 500);
    expect(digest.text).toBe(`📥 All ${BURST} new conversations have their thread.`);
    expect(JSON.stringify(digest.blocks)).not.toContain('1415');
    const bodyOf = ({ text }: Message) => text.replace(/^.*?: /, '');
    const all = messages().filter(({ thread_ts, text }) => thread_ts === null && text.includes(': new '));
    expect(all.map(bodyOf).toSorted()).toEqual(bodies.toSorted());
    const order = all.filter(({ ts }) => ts > digest.ts).map(bodyOf);
    expect(order).toEqual(bodies.filter((body) => order.includes(body)));
    expect(order.length).toBeGreaterThan(BURST / 2);
    expect(digests()).toHaveLength(1);
    expect(world.slack.calls.filter(({ outcome }) => outcome === 'ratelimited')).toEqual([]);
    const took = posts()
      .slice(before)
      .map(({ atMs }) => atMs);
    expect((took.at(-1) ?? 0) - (took[0] ?? 0)).toBeGreaterThanOrEqual((took.length - 1) * 1_000);
  });

  test('lets a click have one thread before all others, with everything that was written in it', async () => {
    await burst('other');
    const eager = newContact();
    await world.texts(eager, 'Please hurry');
    await world.texts(eager, 'Really');
    const digest = await world.until(() => digests().findLast(({ text }) => text.includes('wait')), 20);
    const [thread] = await world.until(async () => {
      const found = await world.storage.query<{ id: string }>('select id from threads where contact_number = $1', [
        eager,
      ]);
      return found.length > 0 && found;
    }, 5);
    // It is further down than the list shows; the button of the first one leads there as well as its own would.
    digest.blocks = digest.blocks.map((block) =>
      block['accessory'] ? { ...block, accessory: { ...block['accessory'], value: thread?.id } } : block,
    );
    const before = world.clock.monotonic();
    await world.slack.people.click(ANA, SUPPORT, digest.ts, 'digest_open');
    await world.slack.people.click(ANA, SUPPORT, digest.ts, 'digest_open').catch(() => undefined);
    const root = await world.until(() => rootOf('Please hurry'), 50);
    await world.until(() => world.below(root.ts).some(({ text }) => text === 'Really'), 50);
    expect(world.clock.monotonic() - before).toBeLessThan(5_000);
    expect(await waiting()).toBeGreaterThan(20);
    expect(world.slack.people.seenBy(ANA, SUPPORT).some(({ text }) => text.includes('next one'))).toBe(true);
    await world.until(async () => (await waiting()) === 0, 500);
    await world.until(() => digest.text.startsWith('📥 All'), 500);
    expect(await world.storage.query(`select 1 from threads where root_ts is null`)).toEqual([]);
  });

  test('goes on after the end of the process, and when its list was deleted', async () => {
    const bodies = await burst('last');
    const digest = await world.until(() => digests().findLast(({ text }) => text.includes('wait')), 20);
    world.slack.workspace.channels.get(SUPPORT)?.messages.delete(digest.ts);
    const patient = newContact();
    for (const body of ['Take your time', 'No hurry']) await world.texts(patient, body);
    // As an earlier version wrote it down: it does not stand back, its root does.
    const first = `update tasks set rank = 0 where payload ->> 'what' = 'text' and done_at is null returning key`;
    await world.until(async () => (await world.storage.query(first)).length === 1, 5);
    await world.restart();
    const root = await world.until(() => rootOf('Take your time'), 50);
    await world.until(() => world.below(root.ts).length === 1, 50);
    expect(await waiting()).toBeGreaterThan(10);
    await world.until(async () => (await waiting()) === 0, 500);
    await world.until(
      async () => (await world.storage.query('select 1 from digests where ended_at is null')).length === 0,
      1_000,
    );
    expect(bodies.filter((body) => !rootOf(body))).toEqual([]);
  });
});
