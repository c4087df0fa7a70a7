import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { PORTAL } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, storage, sdk, clock } = world;

const HOUR_MS = 3_600_000;
let last = 800;
const freshNumber = () => `+14155550${(last += 1)}`;
const stateOf = async () =>
  (await storage.query<{ state: string }>('select state from portals where portal_id = $1', [PORTAL]))[0]?.state;
/** Somebody whom the account knows. */
const someone = async () => {
  const number = freshNumber();
  const contact = world.contact({ mobilephone: number });
  await hubspot.deliveries.deliver();
  await world.settled();
  return { number, contact };
};
/** HubSpot takes the connection back, and the next call finds out. */
const disconnect = async () => {
  const { number } = await someone();
  hubspot.oauth.revoke(PORTAL);
  await clock.advance(1_900_000);
  await world.texts(number, 'Still there?');
  await world.until(async () => (await stateOf()) === 'needs_reauth');
};

beforeEach(async () => {
  await world.configure({});
  await world.settled();
  hubspot.deliveries.waiting.length = 0;
});

describe('while the account has to be connected again', () => {
  test('what waits does not grow old: days later the first refusals of HubSpot do not end it', async () => {
    const { number, contact } = await someone();
    await disconnect();
    await world.texts(number, 'Are you there?');
    await world.until(
      async () => (await storage.query('select 1 from tasks where lane like $1', [`%${number}`])).length,
    );
    await world.settled();
    await clock.advance(80 * HOUR_MS);
    await world.install();
    // What HubSpot refuses while the account is being prepared waits anyway.
    await world.settled();
    const rate = { category: 'RATE_LIMITS', policyName: 'TEN_SECONDLY_ROLLING' };
    hubspot.faults.add(/contacts\/batch\/read$/, { type: 'answer', status: 429, json: rate }, 3);
    hubspot.faults.add(/communications/, { type: 'answer', status: 502, raw: '<html>Bad gateway</html>' }, 3);
    await world.eventually(() => world.textsOn('contacts', contact.id).join().includes('Are you there?'));
  });

  test('who is deleted for privacy is erased at once, and what is old is forgotten', async () => {
    const { number, contact } = await someone();
    const known = () => storage.query('select 1 from people where number = $1', [number]);
    expect(await known()).toHaveLength(1);
    await disconnect();
    const old = new Date(clock.now() - 40 * 24 * HOUR_MS);
    await storage.query(
      `insert into consent_writes (portal_id, contact_id, value, written_at) values ($1, 'old', 'true', $2)`,
      [PORTAL, old],
    );
    // What came before it waits in the lane of the contact.
    portal.update('contacts', contact.id, { phone: freshNumber() });
    portal.forget(contact.id);
    await hubspot.deliveries.deliver();
    await world.until(async () => (await known()).length === 0);
    expect(await stateOf()).toBe('needs_reauth');
    await clock.advance(HOUR_MS);
    await world.until(
      async () => (await storage.query(`select 1 from consent_writes where contact_id = 'old'`)).length === 0,
    );
    await world.install();
    await world.settled();
  });
});

describe('a refusal', () => {
  test('by a page of whoever stands in front of HubSpot loses neither a reply nor an opt-out', async () => {
    const { number, contact } = await someone();
    const page = { type: 'answer' as const, status: 403, raw: '<html>Access denied</html>' };
    hubspot.faults.add(/communications$/, page, 2);
    hubspot.faults.add(/contacts\/batch\/update$/, page, 2);
    await world.texts(number, 'Hello?');
    await world.texts(number, 'STOP');
    await world.until(() => world.textsOn('contacts', contact.id).some((text) => text.includes('Hello?')));
    await world.until(() => contact.properties['sms_opt_out'] === 'true');
  });

  test('for the rest of the day is waited for in long pauses, and nothing is lost', async () => {
    const { number, contact } = await someone();
    const daily = { category: 'RATE_LIMITS', errorType: 'RATE_LIMIT', policyName: 'DAILY' };
    const end = hubspot.faults.outage({ type: 'answer', status: 429, json: daily });
    await world.texts(number, 'Before midnight');
    await world.until(async () => (await storage.query(`select 1 from tasks where reason like '%DAILY%'`)).length > 0);
    await world.settled();
    const waiting = await storage.query('select 1 from tasks where done_at is null');
    const asked = hubspot.requests.length;
    for (let quarter = 0; quarter < 8; quarter += 1) {
      await clock.advance(900_000);
      await world.settled();
    }
    expect(hubspot.requests.length - asked).toBeLessThanOrEqual(8 * waiting.length);
    end();
    await world.eventually(() => world.textsOn('contacts', contact.id).length === 1);
    expect(world.ticketsOf(contact)).toHaveLength(1);
    expect(await sdk.consents.get(number)).toMatchObject({ status: 'unknown' });
  });
});
