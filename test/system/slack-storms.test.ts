import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpSink } from '../support/http-sink.ts';
import { until } from '../support/until.ts';
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
const stateOf = async (contact: string) =>
  (await world.storage.query<{ state: string }>('select state from threads where contact_number = $1', [contact]))[0]
    ?.state;
const failures = (error: string) => world.slack.calls.filter(({ outcome }) => outcome === error);

/** What Ana alone was told last in a thread. */
const asked = (thread: string, words: string) =>
  world.slack.people
    .seenBy(ANA, SUPPORT)
    .findLast((one) => one.thread_ts === thread && JSON.stringify(one.blocks).includes(words));

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
    const posted = () => world.below(root.ts).length;
    // Time stands still while one is posted: what is measured is the pace of 1.05 s, and not this machine.
    for (let before = posted(); posted() < TEXTS; before = posted()) {
      await world.clock.advance(1_055);
      await until(() => posted() > before);
    }

    expect(world.below(root.ts).map(({ text }) => text)).toEqual(
      Array.from({ length: TEXTS }, (_, index) => `text ${index + 1}`),
    );
    expect(failures('ratelimited')).toEqual([]);
    const posts = world.slack.calls.filter(({ method }) => method === 'chat.postMessage').map(({ atMs }) => atMs);
    const took = (posts.at(-1) ?? 0) - (posts[1] ?? 0);
    expect(took).toBeGreaterThanOrEqual((TEXTS - 1) * 1_000);
    expect(took).toBeLessThanOrEqual(TEXTS * 1_100);
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

  test('what was written in a thread that was resolved just before is found, too, and opens it again', async () => {
    const contact = newContact();
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    await world.slack.people.click(ANA, SUPPORT, root.ts, 'resolve');
    await world.until(async () => (await stateOf(contact)) === 'resolved');
    await world.connector.stop();
    world.slack.events.hold();
    world.slack.people.write(ANA, SUPPORT, 'One more thing.', root.ts);
    world.slack.events.release(() => []);
    await world.restart();
    await world.until(async () => (await world.phone(contact)).includes('One more thing.'));
    expect(await stateOf(contact)).toBe('open');
  });

  test('a text that does not arrive is crossed, and its author alone learns why', async () => {
    // Undelivered, by its number.
    const contact = '+15005550002';
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    const ts = world.slack.people.write(ANA, SUPPORT, 'Are you there?', root.ts);
    await world.until(() =>
      world
        .below(root.ts)
        .find((one) => one.ts === ts)
        ?.reactions.has('x'),
    );
    await world.until(() => asked(root.ts, '❌'));
    await world.until(() => JSON.stringify(root.blocks).includes('not delivered'));
  });

  test('a reply at night is held, and may wait for the morning of the contact', async () => {
    const contact = newContact();
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    // They have gone to bed.
    await world.clock.advance(2_400_000);
    const hour = Number(
      new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', hour: '2-digit', hourCycle: 'h23' }).format(
        world.clock.now(),
      ),
    );
    await world.restart({
      SLACK_OPTIONS: JSON.stringify({ undo_seconds: 0, quiet_from_hour: hour, quiet_to_hour: (hour + 2) % 24 }),
    });
    const ts = world.slack.people.write(ANA, SUPPORT, 'Good news!', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, ts))?.reason === 'quiet_hours');
    const ask = await world.until(() => asked(root.ts, 'hold_morning'));
    await world.slack.people.click(ANA, SUPPORT, ask.ts, 'hold_morning');
    await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent');
    const [text] = await world.until(async () => {
      const found = [];
      for await (const each of world.sdk.sms.list({ to: contact })) found.push(each);
      return found.length > 0 && found;
    });
    expect(text?.status).toBe('scheduled');
    expect(Date.parse(text?.schedule_for ?? '')).toBeGreaterThan(world.clock.now());
    await world.restart();
  });

  test('what may be an opt-out is asked in the thread, and what is said there is what the server does', async () => {
    const contact = newContact();
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    await world.texts(contact, 'leave me alone');
    const question = await world.until(() =>
      world.below(root.ts).find(({ blocks }) => JSON.stringify(blocks).includes('review_opt_out')),
    );
    await world.slack.people.click(ANA, SUPPORT, question.ts, 'review_opt_out');
    await world.until(() => JSON.stringify(root.blocks).includes('Opted out'));
    expect(await world.sdk.optOuts.get(contact)).toMatchObject({ status: 'opted_out' });
  });

  test('a snooze ends when its time has come', async () => {
    const contact = newContact();
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    await world.slack.people.click(ANA, SUPPORT, root.ts, 'snooze');
    const view = world.slack.people.viewOf(ANA)?.id ?? '';
    await world.slack.people.submit(view, { minutes: { minutes: { selected_option: { value: '30' } } } });
    await world.until(() => JSON.stringify(root.blocks).includes('💤'));
    await world.until(() => !JSON.stringify(root.blocks).includes('💤'), 60_000);
  });

  test('an event that cannot be stored is not taken, and comes again', async () => {
    const contact = newContact();
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    await world.storage.query('alter table tasks rename to tasks_gone');
    const before = world.slack.events.attempts.length;
    const ts = world.slack.people.write(ANA, SUPPORT, 'Not lost.', root.ts);
    await world.until(() => world.slack.events.attempts.length >= before + 2, 1);
    expect(world.slack.events.attempts.slice(before).map(({ status }) => status)).toEqual([503, 503]);
    await world.storage.query('alter table tasks_gone rename to tasks');
    await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent', 1_000);
    await world.until(async () => (await world.phone(contact)).length > 0);
    expect(await world.phone(contact)).toEqual(['Not lost.']);
  });

  test('on a socket, without an address of ours, nothing is lost when it breaks, is renewed, or dies', async () => {
    const { sockets, people, appToken } = world.slack;
    await world.restart({ SLACK_APP_TOKEN: appToken });
    await world.until(() => world.connector.health().state === 'up');
    const contact = newContact();
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    const said: string[] = [];
    const say = async (body: string) => {
      said.push(body);
      const ts = people.write(ANA, SUPPORT, body, root.ts);
      await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent');
    };
    await say('on the first');
    sockets.warn();
    await world.until(() => world.slack.calls.filter(({ method }) => method === 'apps.connections.open').length === 2);
    await say('on the second');
    sockets.cut();
    await say('while there was none');
    await world.until(() => world.connector.health().state === 'up');
    expect(sockets.count()).toBe(1);

    expect((await people.command(ANA, SUPPORT, 'help')).body).toContain('find');
    await people.click(ANA, SUPPORT, root.ts, 'note');
    const view = people.viewOf(ANA)?.id ?? '';
    expect((await people.submit(view, { text: { text: { value: '' } } })).body).toContain('errors');
    await world.until(async () => (await world.phone(contact)).length === said.length);
    expect(await world.phone(contact)).toEqual(said);
    const direct = await fetch(world.appUrl, { method: 'POST' });
    expect(direct.status).toBe(404);
  });

  test('what the server has erased is taken away here and in Slack', async () => {
    const contact = newContact();
    await world.texts(contact, 'My secret');
    const root = await world.root(contact);
    await world.texts(contact, 'Another secret');
    await world.until(() => world.below(root.ts).length === 1);
    await world.sdk.privacy.erase(contact);
    await world.until(async () => {
      for await (const _ of world.sdk.conversations.list({ contact })) return false;
      return true;
    });
    await world.restart();
    await world.until(() => [root, ...world.below(root.ts)].every(({ text }) => text === '[taken away]'));
    const left = await world.storage.query('select 1 from threads where contact_number = $1', [contact]);
    expect(left).toEqual([]);
    expect(JSON.stringify(world.slack.workspace.channels.get(SUPPORT)?.messages.get(root.ts)?.blocks)).not.toContain(
      'secret',
    );
  });

  test('R178: those who run the server are told that a webhook was switched off, in a channel of theirs', async () => {
    const alerts = 'C00000ALERTS';
    world.slack.workspace.addChannel(alerts);
    await world.restart({ SLACK_ALERT_CHANNEL: alerts });
    await using sink = await httpSink((response) => response.writeHead(410).end());
    await world.sdk.webhooks.create({ url: sink.url, event_types: ['message.received'] });
    await world.texts(newContact(), 'Hello');
    await world.until(() => roots(alerts).length > 0);
    expect(roots(alerts).map(({ text }) => text)).toEqual([
      `🔴 The webhook to *127.0.0.1:${sink.port}* was switched off (gone). What it missed can be recovered. (test)`,
    ]);
  });

  test('silent threads are forgotten in time, with what was written in them', async () => {
    await world.connector.stop();
    await world.clock.advance(91 * 86_400_000);
    await world.restart();
    await world.until(
      async () => (await world.storage.query('select 1 from threads union all select 1 from replies')).length === 0,
    );
  });
});
