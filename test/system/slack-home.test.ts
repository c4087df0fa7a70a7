import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOME_PAGE_SIZE } from '../../connectors/slack/blocks/home.ts';
import { until } from '../support/until.ts';
import { ANA, BEN, SHOP, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

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

  test('has a second page with what is not on the first one, and comes back', async () => {
    const home = await opened(ANA);
    await world.slack.people.press(home, 'list_unassigned');
    const contacts = Array.from({ length: HOME_PAGE_SIZE + 1 }, newContact);
    for (const contact of contacts) await world.texts(contact, `I am ${contact}`);
    const onPage = () => contacts.filter((contact) => shown(ANA).includes(`I am ${contact}`));
    await world.until(() => onPage().length > 0 && shown(ANA).includes('page_next'), 1_000);
    for (const contact of contacts) await world.root(contact);
    await world.slack.people.press(home, 'list_unassigned');
    const first = onPage();
    await world.slack.people.press(home, 'page_next');
    const second = onPage();
    expect(first.length).toBeGreaterThan(0);
    expect(second.length).toBeGreaterThan(0);
    expect([...first, ...second].toSorted()).toEqual(contacts.toSorted());
    expect(shown(ANA)).not.toContain('page_next');
    await world.slack.people.press(home, 'page_before');
    expect(onPage()).toEqual(first);
  });

  test('is one sentence for those who do not answer texts', async () => {
    world.slack.workspace.addUser('U00000GUEST2', { isRestricted: true });
    await opened('U00000GUEST2');
    expect(shown('U00000GUEST2')).toContain('for the people who answer texts');
    expect(shown('U00000GUEST2')).not.toContain('+1415');
  });
});

describe('whoever acts while Slack does not say who they are', () => {
  const CLEO = 'U000000CLEO';
  const said = 'Slack did not say in time who you are. Try again.';
  const slowly = () => {
    let answer = () => {};
    world.slack.failNext('users.info', { until: new Promise<void>((resolve) => (answer = resolve)) });
    return () => answer();
  };
  /** Until the app has asked, and has waited for long enough. */
  const waited = async <Answer>(acting: Promise<Answer>, asked: number) => {
    await until(() => questions() > asked);
    await world.clock.advance(1_500);
    return acting;
  };
  const questions = () => world.slack.calls.filter(({ method }) => method === 'users.info').length;

  test('is told so within the time that Slack waits, and not that they may not; trying again helps', async () => {
    world.slack.workspace.addUser(CLEO);
    const answer = slowly();
    const { body } = await waited(world.slack.people.command(CLEO, SUPPORT, 'mine'), questions());
    expect(body).toContain(said);
    answer();
    const again = await world.slack.people.command(CLEO, SUPPORT, 'mine');
    expect(again.body).toContain('You have no conversations.');
  });

  test('is told in a dialog where there is no other place', async () => {
    await world.clock.advance(600_001);
    const answer = slowly();
    await waited(world.slack.people.shortcut(CLEO, 'sms_compose'), questions());
    expect(JSON.stringify(world.slack.people.viewOf(CLEO)?.json)).toContain(said);
    answer();
  });
});

describe('where numbers are masked', () => {
  test('nobody reads a whole one: not in a channel, a list, a dialog, or a sentence of the server', async () => {
    await world.restart({
      SLACK_OPTIONS: JSON.stringify({ mask_numbers: true, quiet_from_hour: 0, quiet_to_hour: 0 }),
    });
    const { people, interactivity, workspace } = world.slack;
    const contact = newContact();
    await world.texts(contact, 'Hello');
    const root = await world.root(contact);
    const seen: unknown[] = [];
    for (const text of ['open', `find ${contact.slice(-4)}`])
      seen.push((await people.command(ANA, SUPPORT, text)).body);
    await people.shortcut(ANA, 'sms_conversation', { channel: SUPPORT, ts: root.ts });
    await people.shortcut(ANA, 'sms_reply', { channel: SUPPORT, ts: root.ts });
    await people.shortcut(ANA, 'sms_compose');
    const view = people.viewOf(ANA);
    if (!view) throw new Error('No dialog is open.');
    const [offered] = await people.suggest(view, 'contact', contact);
    seen.push(offered?.text);
    await people.fill(view, 'contact', contact);
    await people.fill(view, 'from', SHOP);
    await world.sdk.suppressions.create({ list: 'manual', numbers: [contact] });
    await people.fill(view, 'text', 'Hello');
    seen.push(view.json);
    await people.submit(view.id);
    seen.push(view.errors);
    people.write(ANA, SUPPORT, 'One more thing', root.ts);
    await world.until(() => people.seenBy(ANA, SUPPORT).some(({ text }) => text.includes('suppression list')));
    await opened(BEN);
    const channel = workspace.channels.get(SUPPORT);
    seen.push(
      people.homeOf(BEN)?.json,
      [...interactivity.views.values()].map(({ json }) => json),
    );
    seen.push([...(channel?.messages.values() ?? [])].filter(({ ts, thread_ts }) => [ts, thread_ts].includes(root.ts)));
    seen.push(channel?.ephemerals.filter(({ thread_ts }) => thread_ts === root.ts));
    // The values of options are read by the app alone.
    const read = JSON.stringify(seen).replaceAll(`"value":"${contact}"`, '');
    expect(read).toContain(`${contact.slice(0, 5)}•••${contact.slice(-4)} is on the suppression list`);
    expect(read).not.toContain(contact);
  });
});
