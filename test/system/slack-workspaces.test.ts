import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANA, SUPPORT, type SlackWorld, slackWorld } from '../support/slack-world.ts';
import type { FakeTeam } from '../../connectors/slack/testing/fake-slack/team.ts';

const TEAM_B = 'T000000000B';
const DESK = 'C0000000DESK';
const BEA = 'U0000000BEA';
const ALERTS = 'C00000ALERTS';
const ORG = 'C00000000ORG';
const BRANCH_TEAM = 'T000000000D';
const BRANCH = 'C000000BRANCH';
const CLEO = 'U0000000CLEO';

let world: SlackWorld;
let second: FakeTeam;
beforeAll(async () => {
  world = await slackWorld(
    {},
    {
      SLACK_CLIENT_ID: '1.2',
      SLACK_CLIENT_SECRET: 'fake-client-secret',
      SLACK_TEAMS: `${TEAM_B},E0000000ORG,${BRANCH_TEAM}`,
      SLACK_ALERT_CHANNEL: ALERTS,
      SLACK_ROUTING: JSON.stringify({
        rules: [
          { channel: DESK, keyword: 'desk' },
          { channel: ORG, keyword: 'org' },
          { channel: BRANCH, keyword: 'branch' },
        ],
      }),
    },
  );
  world.slack.workspace.addChannel(ALERTS);
  second = world.slack.addTeam(TEAM_B, { name: 'Second <b>' });
  second.workspace.addUser(BEA);
  second.workspace.addChannel(DESK, { isPrivate: true, members: [BEA] });
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(200 + ++count).padStart(4, '0')}`;
const at = (path: string) => new URL(path, world.appUrl).href;
const get = (url: string, cookie?: string) =>
  fetch(url, { redirect: 'manual', ...(cookie === undefined ? {} : { headers: { Cookie: cookie } }) });

/** An administrator opens the install page. */
async function begin() {
  const page = await get(at('install'));
  expect(page.status).toBe(302);
  const setCookie = page.headers.get('set-cookie') ?? '';
  return { url: page.headers.get('location') ?? '', setCookie, cookie: setCookie.split(';')[0] ?? '' };
}

async function install(team = second) {
  const { url, cookie } = await begin();
  return get(world.slack.oauth.authorize(url, team.workspace.team), cookie);
}

const installed = () =>
  world.storage.query<{ id: string; state: string; catch_all: string | null; access_token: Buffer | null }>(
    'select id, state, catch_all, access_token from installations order by id',
  );
const said = (channel: string, team: Pick<FakeTeam, 'workspace'> = world.slack) =>
  [...(team.workspace.channels.get(channel)?.messages.values() ?? [])].map(({ text }) => text);
const rootIn = (team: Pick<FakeTeam, 'workspace'>, channel: string, contact: string) =>
  world.until(() =>
    [...(team.workspace.channels.get(channel)?.messages.values() ?? [])].findLast(
      ({ text, thread_ts }) => thread_ts === null && text.includes(contact),
    ),
  );

/** Exactly these have come to the phone of a contact. */
async function arrives(contact: string, ...bodies: string[]): Promise<void> {
  await world.until(async () => (await world.phone(contact)).length >= bodies.length);
  expect(await world.phone(contact)).toEqual(bodies);
}

describe('the install page', () => {
  test('sends to Slack with the scopes of the manifest, a state and a cookie that only this browser has', async () => {
    const { url, setCookie } = await begin();
    const { pathname, searchParams, origin } = new URL(url);
    expect([origin, pathname]).toEqual([new URL(world.slack.apiUrl).origin, '/oauth/v2/authorize']);
    expect(searchParams.get('scope')).toContain('chat:write');
    expect(searchParams.get('redirect_uri')).toBe(at('oauth_redirect'));
    expect(searchParams.get('state')).toMatch(/^[\w-]{32}$/);
    expect(setCookie).toMatch(/HttpOnly; SameSite=Lax; Path=\/connectors\/slack\/; Max-Age=600/);
  });

  test('connects nothing without its state, twice, in another browser, too late, with a wrong code, or when it is denied', async () => {
    const refused = async (url: string, cookie?: string) => {
      const page = await get(url, cookie);
      expect([page.status >= 400, (await page.text()).includes('xoxb')]).toEqual([true, false]);
      return page.status;
    };
    const { oauth } = world.slack;
    const team = second.workspace.team;
    const first = await begin();
    const back = new URL(oauth.authorize(first.url, team));
    const without = new URL(back);
    without.searchParams.delete('state');
    expect(await refused(without.href, first.cookie)).toBe(400);
    const other = await begin();
    expect(await refused(back.href, other.cookie)).toBe(400);
    // Whoever had the wrong browser has used it up.
    expect(await refused(back.href, first.cookie)).toBe(400);
    expect(await refused(oauth.authorize(other.url, team), undefined)).toBe(400);

    const late = await begin();
    const lateBack = oauth.authorize(late.url, team);
    await world.clock.advance(600_001);
    expect(await refused(lateBack, late.cookie)).toBe(400);

    const forged = await begin();
    const forgedBack = new URL(oauth.authorize(forged.url, team));
    forgedBack.searchParams.set('code', 'invented');
    expect(await refused(forgedBack.href, forged.cookie)).toBe(502);
    const denied = await begin();
    expect(await refused(oauth.authorize(denied.url, team, true), denied.cookie)).toBe(400);
    expect(await installed()).toEqual([]);
  });

  test('takes no workspace that nobody has named, and leaves no token of it', async () => {
    const stranger = world.slack.addTeam('T0000STRANGE');
    const page = await install(stranger);
    expect([page.status, await page.text()]).toEqual([403, expect.stringContaining('not in SLACK_TEAMS')]);
    expect(await installed()).toEqual([]);
    expect(world.slack.calls.filter(({ method }) => method === 'auth.revoke')).toHaveLength(1);
  });

  test('connects the workspace, keeps its token sealed, and says what comes next', async () => {
    const page = await install();
    const text = await page.text();
    expect([page.status, text]).toEqual([
      200,
      expect.stringContaining('Second &lt;b&gt; is connected. Invite the app'),
    ]);
    const [row] = await installed();
    expect(row).toMatchObject({ id: TEAM_B, state: 'active', catch_all: null });
    expect(row?.access_token?.toString('latin1')).not.toContain('xoxb');
  });
});

describe('several workspaces', () => {
  test('have a channel for everything each: the first to which the app is invited', async () => {
    second.life.invite(DESK);
    await world.until(() => said(DESK, second).some((text) => text.includes('come to this channel from now on')));
    expect((await installed())[0]).toMatchObject({ catch_all: DESK });
  });

  test('R018: a conversation is where its rule says, and is answered by the people there alone', async () => {
    const [contact, other] = [newContact(), newContact()];
    await world.texts(contact, 'Hello desk');
    await world.texts(other, 'Hello');
    const root = await rootIn(second, DESK, contact);
    await rootIn(world.slack, SUPPORT, other);
    const ts = second.people.write(BEA, DESK, 'Hello from the desk.', root.ts);
    await arrives(contact, 'Hello from the desk.');
    await world.until(() => second.workspace.channels.get(DESK)?.messages.get(ts)?.reactions.has('white_check_mark'));
    // Somebody of the first workspace is nobody there.
    const [foreign] = await world.storage.query('select 1 from replies where author = $1', [ANA]);
    expect(foreign).toBeUndefined();
    await second.people.click(BEA, DESK, root.ts, 'note');
    expect(second.people.viewOf(BEA)).not.toBeNull();
    expect((await second.people.command(BEA, DESK, 'mine')).body).toContain(contact);
  });

  test('one that refuses its token stops itself alone, and the others are told', async () => {
    world.slack.oauth.revoke(TEAM_B);
    const [contact, other] = [newContact(), newContact()];
    await world.texts(contact, 'desk?');
    await world.texts(other, 'Anybody?');
    await rootIn(world.slack, SUPPORT, other);
    await world.until(() => world.connector.health().detail?.includes('Second <b>: token_revoked'));
    await world.until(() => said(ALERTS).some((text) => text.includes(TEAM_B) && text.includes('token_revoked')));
    await install();
    await rootIn(second, DESK, contact);
    await world.until(() => world.connector.health().state === 'up');
  });

  test('one that uninstalls the app keeps its conversations and no token, and goes on where it was', async () => {
    const contact = newContact();
    await world.texts(contact, 'To the desk');
    const root = await rootIn(second, DESK, contact);
    second.life.uninstall();
    await world.until(async () => (await installed())[0]?.state === 'uninstalled');
    expect((await installed())[0]?.access_token).toBeNull();
    await world.until(() => said(ALERTS).some((text) => text.includes('was removed from')));
    expect(world.connector.health().detail).toContain('Second <b>');

    // Whoever writes meanwhile is heard in the other workspace.
    const meanwhile = newContact();
    await world.texts(meanwhile, 'Is the desk open?');
    await rootIn(world.slack, SUPPORT, meanwhile);
    const calls = world.slack.calls.length;
    await world.clock.advance(120_000);
    expect(world.slack.calls.slice(calls).filter(({ outcome }) => outcome !== 'ok')).toEqual([]);

    // What was written there meanwhile was not told to anybody.
    second.events.hold();
    second.people.write(BEA, DESK, 'Written while the app was away.', root.ts);
    second.events.release(() => []);
    expect((await install()).status).toBe(200);
    await arrives(contact, 'Written while the app was away.');
    expect((await installed())[0]).toMatchObject({ state: 'active', catch_all: DESK });
  });

  test('an event from before it was installed again ends nothing', async () => {
    second.events.hold();
    second.life.uninstall();
    await world.clock.advance(5_000);
    await install();
    second.events.release();
    await second.events.idle();
    await world.clock.advance(5_000);
    expect((await installed())[0]).toMatchObject({ state: 'active' });
  });
});

describe('tokens that expire', () => {
  test('are renewed before they do, once for all who need them', async () => {
    world.slack.oauth.rotate(TEAM_B);
    await install();
    const exchanges = () => world.slack.calls.filter(({ method }) => method === 'oauth.v2.access').length;
    const before = exchanges();
    await world.clock.advance(43_200_000);
    const contacts = [newContact(), newContact(), newContact()];
    await Promise.all(contacts.map((contact) => world.texts(contact, 'desk')));
    for (const contact of contacts) await rootIn(second, DESK, contact);
    expect(exchanges() - before).toBe(1);
    expect(world.slack.calls.filter(({ outcome }) => outcome === 'token_expired')).toEqual([]);
  });
});

describe('an organisation', () => {
  test('is one installation for all of its workspaces', async () => {
    const org = world.slack.addTeam('T000000000C', { enterprise: 'E0000000ORG', isEnterpriseInstall: true });
    org.workspace.addUser(CLEO);
    org.workspace.addChannel(ORG, { members: [CLEO] });
    expect((await install(org)).status).toBe(200);
    org.life.invite(ORG);
    await world.until(async () => (await installed()).find(({ id }) => id === 'E0000000ORG')?.catch_all === ORG);
    const contact = newContact();
    await world.texts(contact, 'Hello org');
    const root = await rootIn(org, ORG, contact);
    org.people.write(CLEO, ORG, 'Hello from one of us.', root.ts);
    await arrives(contact, 'Hello from one of us.');
    expect((await org.people.command(CLEO, ORG, 'mine')).body).toContain(contact);
  });

  test('lets people answer in each of its workspaces that they belong to, whichever is their home, and no strangers', async () => {
    const branch = world.slack.addTeam(BRANCH_TEAM, { enterprise: 'E0000000GRP' });
    const home = { team: 'T00000000HQ' };
    branch.workspace.addUser('U00000000HQ1', { ...home, alsoIn: [BRANCH_TEAM] });
    branch.workspace.addUser('U00000000HQ2', home);
    branch.workspace.addChannel(BRANCH, { members: ['U00000000HQ1', 'U00000000HQ2'] });
    expect((await install(branch)).status).toBe(200);
    branch.life.invite(BRANCH);
    await world.until(async () => (await installed()).find(({ id }) => id === BRANCH_TEAM)?.catch_all === BRANCH);
    const contact = newContact();
    await world.texts(contact, 'Hello branch');
    const root = await rootIn(branch, BRANCH, contact);
    const strange = branch.people.write('U00000000HQ2', BRANCH, 'Hello from elsewhere.', root.ts);
    await world.until(async () => (await world.reply(BRANCH, strange))?.state === 'refused');
    branch.people.write('U00000000HQ1', BRANCH, 'Hello from headquarters.', root.ts);
    await arrives(contact, 'Hello from headquarters.');
  });
});
