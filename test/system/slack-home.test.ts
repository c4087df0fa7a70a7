import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANA, BEN, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(500 + ++count).padStart(4, '0')}`;
const shown = (user: string) => JSON.stringify(world.slack.people.homeOf(user)?.json ?? {});
const opened = async (user: string) => {
  world.slack.people.openHome(user);
  return world.until(() => world.slack.people.homeOf(user));
};

const threadOf = async (contact: string) => {
  const sql = 'select id from threads where contact_number = $1';
  const [row] = await world.storage.query<{ id: string }>(sql, [contact]);
  return row?.id ?? '';
};

describe('the Home tab', () => {
  test('shows who waits, with a link and the time, brings itself up to date, and claims', async () => {
    const contact = newContact();
    await world.texts(contact, 'Where is my order?');
    const root = await world.root(contact);
    const home = await opened(ANA);
    expect(shown(ANA)).toContain('You have no conversations.');
    await world.slack.people.press(home, 'list_waiting');
    expect(shown(ANA)).toContain('Where is my order?');
    expect(shown(ANA)).toContain(`https://fake.slack.example/archives/${SUPPORT}/p${root.ts.replace('.', '')}`);
    expect(shown(ANA)).toContain('waits less than a minute');

    const other = newContact();
    await world.texts(other, 'Me, too!');
    await world.until(() => shown(ANA).includes('Me, too!'));
    expect(shown(ANA).indexOf('Where is my order?')).toBeLessThan(shown(ANA).indexOf('Me, too!'));

    const id = await threadOf(contact);
    await world.slack.people.press(home, 'claim', id);
    await world.until(() => JSON.stringify(root.blocks).includes(`<@${ANA}>`));
    await world.slack.people.press(home, 'list_mine');
    expect(shown(ANA)).toContain(contact);

    // Answered: nobody waits there any more.
    world.slack.people.write(ANA, SUPPORT, 'It is on its way.', root.ts);
    await world.until(() => !shown(ANA).includes('waits'));
    await world.slack.people.press(home, 'list_failed');
    expect(shown(ANA)).toContain('Nothing has failed.');
  });

  test('says who was faster where two claim at once, and takes a second click for the same', async () => {
    const contact = newContact();
    await world.texts(contact, 'Hello');
    await world.root(contact);
    const homes = [await opened(ANA), await opened(BEN)];
    for (const home of homes) await world.slack.people.press(home, 'list_unassigned');
    const id = await threadOf(contact);
    await Promise.all(homes.flatMap((home) => [1, 2].map(() => world.slack.people.press(home, 'claim', id))));
    await world.until(() => /was faster/.test(shown(ANA) + shown(BEN)));
    const claims = await world.storage.query(
      `select 1 from tasks where key like 'patch:%:assignee:%' and payload ->> 'conversation' =
      (select conversation_id from threads where id = $1)`,
      [id],
    );
    expect(claims).toHaveLength(1);
  });

  test('is published again when another process was faster, and never by an older view', async () => {
    const home = await opened(ANA);
    world.slack.interactivity.publish(ANA, home.json, '');
    await world.slack.people.press(home, 'list_snoozed');
    expect(shown(ANA)).toContain('Nothing is snoozed.');
    expect(world.slack.calls.some(({ outcome }) => outcome === 'hash_conflict')).toBe(true);
  });

  test('is one sentence for those who do not answer texts', async () => {
    world.slack.workspace.addUser('U00000GUEST2', { isRestricted: true });
    await opened('U00000GUEST2');
    expect(shown('U00000GUEST2')).toContain('for the people who answer texts');
    expect(shown('U00000GUEST2')).not.toContain('+1415');
  });
});
