import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOT } from '../../connectors/slack/testing/fake-slack/index.ts';
import { ANA, BEN, SALES, SUPPORT, type SlackWorld, slackWorld } from '../support/slack-world.ts';

const ALERTS = 'C00000ALERTS';
const PRIVATE = 'G00000PRIVAT';
const GROUP = 'S0000000001';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld(
    {},
    {
      SLACK_ALERT_CHANNEL: ALERTS,
      SLACK_AGENTS: `${BEN},${GROUP}`,
      SLACK_ROUTING: JSON.stringify({
        rules: [
          { channel: SALES, keyword: 'buy' },
          { channel: PRIVATE, keyword: 'vip' },
        ],
      }),
    },
  );
  world.slack.workspace.userGroups.set(GROUP, [ANA]);
  world.slack.workspace.addChannel(ALERTS);
  world.slack.workspace.addChannel(PRIVATE, { isPrivate: true, members: [ANA, BEN, BOT.userId] });
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(300 + ++count).padStart(4, '0')}`;
const alerted = (words: RegExp) =>
  world.until(() =>
    [...(world.slack.workspace.channels.get(ALERTS)?.messages.values() ?? [])].findLast(({ text }) => words.test(text)),
  );

async function conversation(body: string, channel: string) {
  const contact = newContact();
  await world.texts(contact, body);
  return { contact, root: await world.root(contact, channel) };
}

/** Exactly these have come to the phone of a contact. */
async function arrives(contact: string, ...bodies: string[]): Promise<void> {
  await world.until(async () => (await world.phone(contact)).length >= bodies.length);
  expect(await world.phone(contact)).toEqual(bodies);
}

describe('a channel', () => {
  test.each([
    ['archived', () => world.slack.life.archive(SALES), () => world.slack.life.unarchive(SALES), /was archived/],
    [
      'closed to the app',
      () => world.slack.life.leave(SALES),
      () => world.slack.life.invite(SALES),
      /is closed to the app/,
    ],
    ['shared', () => world.slack.life.share(SALES), () => world.slack.life.unshare(SALES), /is shared with another/],
  ])(
    'that is %s gives its conversations to the one for everything, until it is good again',
    async (_what, end, begin, words) => {
      const { contact, root } = await conversation('buy one', SALES);
      end();
      const moved = await world.root(contact, SUPPORT);
      expect(moved.text).toContain(contact);
      expect((await alerted(words)).text).toContain(SALES);
      // What is answered there is sent; the old thread says where it goes on.
      const ts = world.slack.people.write(ANA, SUPPORT, 'Here we are.', moved.ts);
      await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent');
      await arrives(contact, 'Here we are.');
      expect(world.slack.workspace.channels.get(SALES)?.messages.has(root.ts)).toBe(true);
      const next = newContact();
      await world.texts(next, 'buy two');
      await world.root(next, SUPPORT);
      begin();
      await world.until(async () => {
        const [row] = await world.storage.query<{ state: string; is_shared: boolean }>(
          'select state, is_shared from channels where id = $1',
          [SALES],
        );
        return row?.state === 'open' && !row.is_shared;
      });
      await conversation('buy three', SALES);
    },
  );

  test.each(['nowhere', 'read_only', 'non_threadable'] as const)(
    'where the app may post %s gives its conversations to the one for everything, and no text is lost',
    async (posting) => {
      const { contact, root } = await conversation('buy it', SALES);
      const sales = world.slack.workspace.channels.get(SALES);
      if (sales) sales.posting = posting;
      await world.texts(contact, 'Hello?');
      const moved = await world.root(contact, SUPPORT);
      expect(JSON.stringify(moved.blocks)).toContain('Hello?');
      expect(world.below(root.ts, SALES)).toEqual([]);
      const ts = world.slack.people.write(ANA, SUPPORT, 'Here we are.', moved.ts);
      await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent');
      if (sales) sales.posting = 'everywhere';
      world.slack.life.invite(SALES);
      await world.until(async () => {
        const [row] = await world.storage.query<{ state: string }>('select state from channels where id = $1', [SALES]);
        return row?.state === 'open';
      });
    },
  );

  test('in which a thread is locked goes on with a new one for its contact', async () => {
    const { contact, root } = await conversation('buy it', SALES);
    root.isLocked = true;
    await world.texts(contact, 'Hello?');
    const next = await world.until(async () => {
      const found = await world.root(contact, SALES);
      return found.ts !== root.ts && found;
    });
    expect(JSON.stringify(next.blocks)).toContain('Hello?');
    const ts = world.slack.people.write(ANA, SALES, 'Here we are.', next.ts);
    await world.until(async () => (await world.reply(SALES, ts))?.state === 'sent');
    await arrives(contact, 'Here we are.');
  });

  test('to which the app is invited again while nobody listens is used from the next start', async () => {
    const stateIs = (state: string) =>
      world.until(
        async () =>
          (await world.storage.query('select 1 from channels where id = $1 and state = $2', [SALES, state]))[0],
      );
    world.slack.life.leave(SALES);
    await stateIs('left');
    await world.restart();
    await conversation('buy elsewhere', SUPPORT);
    await world.connector.stop();
    world.slack.events.hold();
    world.slack.life.invite(SALES);
    world.slack.events.release(() => []);
    await world.restart();
    await stateIs('open');
    await conversation('buy here', SALES);
  });

  test('that gets another id, because it is shared, is still the same channel', async () => {
    const { contact, root } = await conversation('vip here', PRIVATE);
    const before = world.slack.people.write(ANA, PRIVATE, 'One.', root.ts);
    await world.until(async () => (await world.reply(PRIVATE, before))?.state === 'sent');
    world.slack.life.changeId(PRIVATE, 'C00000PRIVAT');
    await world.until(async () => {
      const [row] = await world.storage.query<{ current_id: string }>('select current_id from channels where id = $1', [
        PRIVATE,
      ]);
      return row?.current_id === 'C00000PRIVAT';
    });
    const after = world.slack.people.write(ANA, 'C00000PRIVAT', 'Two.', root.ts);
    await world.until(() =>
      world
        .below(root.ts, 'C00000PRIVAT')
        .find(({ ts, reactions }) => ts === after && reactions.has('white_check_mark')),
    );
    await arrives(contact, 'One.', 'Two.');
    expect(await world.reply(PRIVATE, after)).toMatchObject({ state: 'sent' });
    await world.texts(contact, 'And three');
    await world.until(() => world.below(root.ts, 'C00000PRIVAT').some(({ text }) => text === 'And three'));
    // The buttons of the card know it, too.
    expect((await world.slack.people.click(ANA, 'C00000PRIVAT', root.ts, 'resolve')).status).toBe(200);
  });

  test('for everything that is archived makes texts wait, and is named where one looks', async () => {
    world.slack.life.archive(SUPPORT);
    expect((await alerted(/C0000SUPPORT.*was archived/)).text).toContain('its texts wait');
    await world.until(() => world.connector.health().state === 'degraded');
    expect(world.connector.health().detail).toContain(`${SUPPORT} is for what no rule takes, and is archived.`);
    const contact = newContact();
    await world.texts(contact, 'Anybody there?');
    await world.clock.advance(10_000);
    world.slack.life.unarchive(SUPPORT);
    await world.root(contact, SUPPORT);
    await world.until(() => world.connector.health().state === 'up');
  });

  test('is shown by its id, whatever it is called', async () => {
    world.slack.life.rename(SALES, 'sales-and-more');
    await world.until(
      async () => (await world.storage.query(`select 1 from channels where name = 'sales-and-more'`))[0],
    );
    await conversation('buy four', SALES);
  });
});

describe('who answers', () => {
  test('is whom SLACK_AGENTS names, and whoever is in a user group of it; somebody who leaves it is nobody soon', async () => {
    const { contact, root } = await conversation('Hello', SUPPORT);
    world.slack.workspace.addUser('U00000OTHER');
    const other = world.slack.people.write('U00000OTHER', SUPPORT, 'Not me.', root.ts);
    const ts = world.slack.people.write(ANA, SUPPORT, 'Me.', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent');
    expect(await world.reply(SUPPORT, other)).toMatchObject({ state: 'internal' });
    world.slack.workspace.userGroups.set(GROUP, []);
    await world.clock.advance(600_000);
    const late = world.slack.people.write(ANA, SUPPORT, 'Me again.', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, late))?.state === 'internal');
    await arrives(contact, 'Me.');
  });

  test('is nobody who is deactivated, after ten minutes at the latest', async () => {
    const { contact, root } = await conversation('Hello', SUPPORT);
    const ts = world.slack.people.write(BEN, SUPPORT, 'Ben here.', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent');
    Object.assign(world.slack.workspace.users.get(BEN) ?? {}, { isDeleted: true });
    await world.clock.advance(600_000);
    const late = world.slack.people.write(BEN, SUPPORT, 'Ben again.', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, late))?.state === 'internal');
    await arrives(contact, 'Ben here.');
  });
});

describe('the app', () => {
  test('that is removed where only a token is set says so, and goes on when the token is good again', async () => {
    world.slack.refuseToken('account_inactive');
    world.slack.events.send({ type: 'app_uninstalled' });
    await world.until(() => world.connector.health().detail?.includes('app_uninstalled'));
    const contact = newContact();
    await world.texts(contact, 'Hello?');
    await world.clock.advance(60_000);
    world.slack.refuseToken(null);
    await world.root(contact, SUPPORT);
    await world.until(() => world.connector.health().state === 'up');
  });
});

describe('what others may see', () => {
  test('a channel that is shared with another organisation has conversations when that is allowed, and answers by our people alone', async () => {
    await world.restart({
      SLACK_OPTIONS: JSON.stringify({ allow_slack_connect: true, quiet_from_hour: 0, quiet_to_hour: 0 }),
      SLACK_AGENTS: '',
    });
    world.slack.life.share(SALES);
    const { contact, root } = await conversation('buy five', SALES);
    world.slack.workspace.addUser('U00STRANGER', { team: 'T0000000002' });
    const foreign = world.slack.people.write('U00STRANGER', SALES, 'From elsewhere.', root.ts);
    const ours = world.slack.people.write(ANA, SALES, 'From here.', root.ts);
    await world.until(async () => (await world.reply(SALES, ours))?.state === 'sent');
    await world.until(async () => (await world.reply(SALES, foreign))?.state === 'refused');
    await arrives(contact, 'From here.');
    world.slack.life.unshare(SALES);
  });
});

describe('what was missed', () => {
  test('is found also where Slack allows one call a minute: it waits, and nothing is lost', async () => {
    const { contact, root } = await conversation('Hello', SUPPORT);
    await world.connector.stop();
    world.slack.events.hold();
    world.slack.people.write(ANA, SUPPORT, 'Written while nobody listened.', root.ts);
    world.slack.events.release(() => []);
    const minute = { retryAfterSeconds: 60, about: root.ts };
    world.slack.failNext('conversations.replies', minute, minute, minute);
    const from = world.slack.calls.length;
    await world.restart({ SLACK_AGENTS: '' });
    await world.until(async () => (await world.phone(contact)).length > 0, 500);
    await arrives(contact, 'Written while nobody listened.');
    const asked = world.slack.calls
      .slice(from)
      .filter(({ method, given }) => method === 'conversations.replies' && given['ts'] === root.ts);
    expect(asked.slice(0, 4).map(({ outcome }) => outcome)).toEqual([
      'ratelimited',
      'ratelimited',
      'ratelimited',
      'ok',
    ]);
    const gaps = asked.slice(1, 4).map(({ atMs }, index) => atMs - (asked[index]?.atMs ?? 0));
    expect(gaps.every((gapMs) => gapMs >= 60_000)).toBe(true);
  });
});
