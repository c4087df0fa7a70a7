import { fc } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEAM } from '../../connectors/slack/testing/fake-slack/index.ts';
import { answers, doubts, notes, plain, type Said } from '../support/slack-desk.ts';
import { ANA, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

/** Each is judged by the rules some 10,000 times in `unit/slack-notes`; here fewer go all the way to a phone. */
const RUNS = Math.min(1_000, Number(process.env['SLACK_NOTES'] ?? 300));
const THREADS = 5;

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
async function conversation() {
  const contact = `+1415555${String(700 + ++count).padStart(4, '0')}`;
  await world.texts(contact, 'Hello');
  return { contact, root: (await world.root(contact)).ts };
}
function say(root: string, said: Said, more: object = {}): string {
  const ts = world.slack.workspace.nextTs();
  const event = { type: 'message', channel: SUPPORT, channel_type: 'channel', user: ANA, team: TEAM, ts };
  world.slack.events.send({ ...event, thread_ts: root, ...said, ...more });
  return ts;
}
const markup = (text: string): Said => ({ text, blocks: undefined });
const stateOf = (ts: string, state: string) =>
  world.until(async () => (await world.reply(SUPPORT, ts))?.state === state);

interface Case {
  readonly said: Said;
  readonly becomes: 'internal' | 'held' | 'sent';
  /** What the phone shows. */
  readonly arrives: string | null;
}
const inside = (said: fc.Arbitrary<Said>, becomes: 'internal' | 'held') =>
  said.map((one): Case => ({ said: one, becomes, arrives: null }));
const cases = fc.oneof(
  inside(notes, 'internal'),
  inside(doubts, 'held'),
  fc
    .tuple(answers, fc.integer({ min: 1, max: 1_000_000 }))
    .map(([answer, number]) => `${answer} No. ${number}`)
    .chain((text) => plain(text).map((said): Case => ({ said, becomes: 'sent', arrives: text }))),
);

describe('what a desk writes below its conversations', () => {
  test(`reaches the phone once when it is an answer, and never when it is a note, in ${RUNS} messages of all kinds`, async () => {
    const seed = Date.now() % 1_000_000_000;
    const threads = await Promise.all(Array.from({ length: THREADS }, conversation));
    const written = fc.sample(cases, { numRuns: RUNS, seed }).map((one, index) => {
      const { contact, root } = threads[index % THREADS] ?? expect.unreachable();
      return { ...one, contact, ts: say(root, one.said) };
    });
    const states = () =>
      world.storage.query<{ ts: string; state: string }>('select ts, state from replies where channel = $1', [SUPPORT]);
    await world.until(
      async () => (await states()).filter(({ state }) => ['internal', 'held', 'sent'].includes(state)).length >= RUNS,
    );
    const became = new Map((await states()).map(({ ts, state }) => [ts, state]));
    const wrong = written.filter(({ ts, becomes }) => became.get(ts) !== becomes);
    expect(wrong, `seed ${seed}`).toEqual([]);
    for (const { contact } of threads) {
      const expected = written.flatMap((one) => (one.contact === contact && one.arrives ? [one.arrives] : []));
      await world.until(async () => (await world.phone(contact)).length >= expected.length);
      expect((await world.phone(contact)).toSorted(), `seed ${seed}`).toEqual(expected.toSorted());
    }
  }, 600_000);

  test('is asked about when it is said with /me, is struck through, or links into Slack', async () => {
    const { contact, root } = await conversation();
    const asked = [
      say(root, markup('is asking the boss'), { subtype: 'me_message' }),
      say(root, markup('It is ~$200~ $20')),
      say(root, markup('See <https://acme.slack.com/archives/C1/p1>')),
    ];
    for (const ts of asked) await stateOf(ts, 'held');
    expect(await Promise.all(asked.map((ts) => world.reply(SUPPORT, ts)))).toMatchObject([
      { reason: 'looks_internal' },
      { reason: 'struck' },
      { reason: 'slack_link' },
    ]);
    // Also when only the style of the same words has changed before they left.
    const ts = world.slack.people.write(ANA, SUPPORT, 'It is $200', root);
    await stateOf(ts, 'pending');
    const blocks = [
      { type: 'rich_text_section', elements: [{ type: 'text', text: 'It is $200', style: { strike: true } }] },
    ];
    const words = { type: 'message', user: ANA, team: TEAM, ts, thread_ts: root, text: 'It is $200' };
    world.slack.events.send({
      type: 'message',
      subtype: 'message_changed',
      channel: SUPPORT,
      message: { ...words, blocks: [{ type: 'rich_text', elements: blocks }] },
      previous_message: words,
    });
    await stateOf(ts, 'held');
    await stateOf(say(root, markup('*That* is all.')), 'sent');
    await world.arrives(contact, 'That is all.');
  });

  test('is not sent once it is edited into a note, wherever the edit says it was, and also when that comes first', async () => {
    const { contact, root } = await conversation();
    const edit = (ts: string, more: object, before: object) =>
      world.slack.events.send({
        type: 'message',
        subtype: 'message_changed',
        hidden: true,
        channel: SUPPORT,
        channel_type: 'channel',
        ts: world.slack.workspace.nextTs(),
        message: { type: 'message', user: ANA, team: TEAM, ts, text: '// You are difficult.', ...more },
        previous_message: { type: 'message', user: ANA, team: TEAM, ts, text: 'You are difficult.', ...before },
      });
    const thread = { thread_ts: root };
    for (const [more, before] of [
      [thread, thread],
      [{}, thread],
      [{}, {}],
    ] as const) {
      const ts = say(root, markup('You are difficult.'));
      await stateOf(ts, 'pending');
      edit(ts, more, before);
      await stateOf(ts, 'internal');

      const overtaken = world.slack.workspace.nextTs();
      edit(overtaken, more, before);
      await world.slack.events.idle();
      say(root, markup('You are difficult.'), { ts: overtaken });
      await stateOf(overtaken, 'internal');
    }
    await stateOf(say(root, markup('That is all.')), 'sent');
    await world.arrives(contact, 'That is all.');
  });
});
