import pg from 'pg';
import { afterAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { complete } from '../../connectors/hubspot/actions/complete.ts';
import { sendOfEvent } from '../../connectors/hubspot/actions/send-text.ts';
import type { PlainClient } from '../../connectors/hubspot/api/plain.ts';
import { addHandover } from '../../connectors/hubspot/store/handovers.ts';
import { objectLane } from '../../connectors/hubspot/store/lanes.ts';
import { PORTAL } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, sdk, storage, clock } = world;
const SECOND = 1_002;

let last = 700;
const freshNumber = () => `+14155550${(last += 1)}`;
const inputs = {
  sender: '',
  recipient_policy: 'enrolled',
  message: 'Your order is ready.',
  wait_for: 'accepted',
  message_class: 'service',
};
let calls = 0;
const run = async (
  contactId: string,
  changes: object = {},
  more: { heard?: Promise<unknown>; portalId?: number } = {},
) => {
  const { portalId = PORTAL, ...calling } = more;
  const callbackId = `ap-t-${(calls += 1)}`;
  const object = { objectType: 'CONTACT', objectId: contactId };
  const answered = hubspot.runAction(portalId, callbackId, object, { ...inputs, ...changes }, calling);
  return { callbackId, answered };
};
const webhook = (events: readonly object[] | string) =>
  hubspot.call(
    'POST',
    '/connectors/hubspot/webhooks/crm',
    typeof events === 'string' ? events : JSON.stringify(events),
  );
const ticked = (objectId: string) => ({
  eventId: 1,
  portalId: PORTAL,
  occurredAt: clock.now(),
  subscriptionType: 'object.propertyChange',
  objectTypeId: '0-1',
  objectId,
  propertyName: 'sms_opt_out',
  propertyValue: 'true',
});
const isOptedOut = async (number: string) => (await sdk.consents.get(number)).status === 'opted_out';
const health = async () => {
  const answer = await world.visit('/connectors/hubspot/health');
  return (await answer.json()) as { readonly state: string; readonly left_out: Readonly<Record<string, number>> };
};

/** Somebody whom the search of HubSpot finds by now writes, and it is on their timeline: what was told before was taken. */
const isHeard = async (body: string) => {
  const number = freshNumber();
  const contact = world.contact({ mobilephone: number });
  await clock.advance(3_500);
  await world.texts(number, body);
  await world.isShown(contact, body);
  return { number, contact };
};

beforeEach(() => void (hubspot.deliveries.waiting.length = 0));

describe('a text of somebody else', () => {
  test('that looks like one of the connector stops nothing, and nothing is told of it', async () => {
    const metadata = {
      hubspot_portal: String(PORTAL),
      hubspot_object: 'a/b',
      hubspot_rule: 'x',
      hubspot_source: 'rule',
    };
    const { message_id: id } = await sdk.sms.send({ to: freshNumber(), body: 'Hi', metadata });
    await world.until(async () => (await sdk.sms.getStatus(id)).status === 'delivered');
    await isHeard('Are you there?');
    expect(await storage.query('select 1 from sends where message_id = $1', [id])).toEqual([]);
    expect((await health()).left_out).toEqual({ events: 0, webhooks: 0 });
  });

  test('with the metadata of one of ours changes neither the record nor what its workflow waits for', async () => {
    // Its receipt never comes.
    const contact = world.contact({ mobilephone: '+15005550007' });
    const { callbackId, answered } = await run(contact.id, { wait_for: 'delivered' });
    const { outputFields } = JSON.parse((await answered).text) as { outputFields: { sms_message_id: string } };
    await world.isShown(contact, 'Your order is ready.');
    const { metadata } = await sdk.sms.getStatus(outputFields.sms_message_id);
    expect(metadata).toMatchObject({ hubspot_callback: callbackId });
    const echo = await sdk.sms.send({ to: freshNumber(), body: 'An echo', metadata });
    await world.until(async () => (await sdk.sms.getStatus(echo.message_id)).status === 'delivered');
    await isHeard('After the echo');
    expect(contact.properties['sms_last_status']).toBe('sent');
    expect(world.textsOn('contacts', contact.id)).toHaveLength(1);
    expect(await world.sends(contact.id)).toEqual([{ status: 'sent', error: null }]);
  });

  test('is not taken for one whose answer was lost: the first that names the reference is', async () => {
    const ref = 'f'.repeat(64);
    const origin = { portalId: PORTAL, source: 'card', callbackId: null, ruleId: null, objectType: 'contact' };
    const known = { ...origin, objectId: '7', contactId: '7', ownerId: null };
    await addHandover(storage, ref, known, new Date(clock.now()));
    const told = (nth: number) => ({
      message_id: `019a0000-0000-7000-8000-00000000000${nth}`,
      metadata: { hubspot_portal: String(PORTAL), hubspot_ref: ref },
    });
    expect(await sendOfEvent(storage, told(1), 1)).toMatchObject(known);
    expect(await sendOfEvent(storage, told(2), 1)).toBeNull();
    await addHandover(storage, ref, known, new Date(clock.now()));
    expect(await sendOfEvent(storage, told(2), 1)).toBeNull();
    expect(await sendOfEvent(storage, told(1), 2)).toMatchObject(known);
  });
});

describe('tokens', () => {
  test('that HubSpot does not answer for delay neither webhooks nor another account, however many calls wait', async () => {
    const second = hubspot.addPortal(SECOND);
    await world.install(SECOND);
    await world.settled();
    await clock.advance(1_900_000);
    const texted = second.create('contacts', { properties: { mobilephone: freshNumber() } });
    const first = await run(texted.id, {}, { portalId: SECOND });
    expect((await first.answered).status).toBe(200);
    const asked = () => hubspot.requests.filter(({ path }) => path.endsWith('/oauth/2026-09/token')).length;
    const before = asked();
    hubspot.faults.add(/oauth\/2026-09\/token$/, { type: 'hang' }, 100);
    let ended = 0;
    const waiting = Array.from({ length: 24 }, () => world.ask('GET', 'settings').finally(() => (ended += 1)));
    await world.until(() => asked() > before, 0);
    // Meanwhile all of the calls come to where they need the token.
    for (let nth = 0; nth < 50; nth += 1) expect((await webhook([ticked(`4242${nth}`)])).status).toBe(200);
    expect(await (await run(texted.id, {}, { portalId: SECOND })).answered).toMatchObject({ status: 200 });
    expect([asked(), ended]).toEqual([before + 1, 0]);
    await world.until(() => ended === waiting.length, 500);
    hubspot.faults.clear();
    await world.settled();
  });
});

describe('a workflow that waits', () => {
  const completed = (callbackId: string) => hubspot.requests.filter(({ path }) => path.includes(`/${callbackId}/`));

  test('goes on when the receipt is here before HubSpot has heard that it waits', async () => {
    const contact = world.contact({ mobilephone: freshNumber() });
    let hear = () => {};
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const { callbackId, answered } = await run(contact.id, { wait_for: 'delivered' }, { heard });
    await world.until(() => completed(callbackId).some(({ status }) => status === 404));
    expect(hubspot.completions.has(callbackId)).toBe(false);
    hear();
    await answered;
    await world.until(() => hubspot.completions.has(callbackId), 200);
    expect(hubspot.completions.get(callbackId)).toMatchObject({ sms_status: 'delivered' });
  });

  test('goes on when HubSpot hears only the answer to its second call, and that late', async () => {
    const contact = world.contact({ mobilephone: freshNumber() });
    const { callbackId } = await run(contact.id, { wait_for: 'delivered' }, { heard: new Promise(() => undefined) });
    await world.until(() => completed(callbackId).length === 8, 200);
    let hear = () => {};
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const object = { objectType: 'CONTACT', objectId: contact.id };
    const again = hubspot.runAction(PORTAL, callbackId, object, { ...inputs, wait_for: 'delivered' }, { heard });
    await world.until(() => completed(callbackId).length === 16, 200);
    hear();
    expect((await again).text).toContain('BLOCK');
    await world.until(() => hubspot.completions.has(callbackId), 200);
  });

  test('that HubSpot does not know after a minute is given up, and a later call is answered how the text ended', async () => {
    const contact = world.contact({ mobilephone: freshNumber() });
    const never = new Promise(() => undefined);
    const { callbackId } = await run(contact.id, { wait_for: 'delivered' }, { heard: never });
    const isOver = `select 1 from actions where callback_id = $1 and completed_at is not null`;
    await world.until(async () => (await storage.query(isOver, [callbackId])).length > 0, 200);
    expect(completed(callbackId).length).toBeGreaterThan(5);
    expect(completed(callbackId).length).toBeLessThan(20);
    const object = { objectType: 'CONTACT', objectId: contact.id };
    const again = await hubspot.runAction(PORTAL, callbackId, object, { ...inputs, wait_for: 'delivered' });
    expect(JSON.parse(again.text)).toMatchObject({
      outputFields: { hs_execution_state: 'SUCCESS', sms_status: 'delivered' },
    });
  });

  test('for an answer that was never given leaves nothing to be done', async () => {
    const plain = { complete: () => Promise.reject(new Error('not asked')) } as unknown as PlainClient;
    const callbackId = 'ap-t-unanswered';
    expect(await complete({ storage, plain, clock }, PORTAL, callbackId, false)).toEqual({ type: 'done' });
    await storage.query(
      `insert into actions (portal_id, callback_id, object_type, object_id, created_at) values ($1, $2, '', '1', $3)`,
      [PORTAL, callbackId, new Date(clock.now())],
    );
    expect(await complete({ storage, plain, clock }, PORTAL, callbackId, false)).toEqual({ type: 'done' });
  });
});

describe('webhooks', () => {
  const eventsOf = async (objectId: string) =>
    (
      await storage.query(`select 1 from tasks where kind = 'crm' and lane = $1`, [
        objectLane(PORTAL, 'contact', objectId),
      ])
    ).length;

  test('are read whatever their ids look like, to the last digit', async () => {
    const [large, text] = ['9007199254740993', '18446744073709551615'];
    const ids = ['"evt_01-a"', '7.5', '1e30', 'null', '18446744073709551615', '""'];
    const events = ids.map((id) => JSON.stringify(ticked('515151')).replace('"eventId":1,', `"eventId":${id},`));
    const numbers = JSON.stringify([ticked('OBJECT')]).replace('"OBJECT"', large);
    expect((await webhook(`[${events.join(',')}]`)).status).toBe(200);
    // Two without an id are one.
    expect(await eventsOf('515151')).toBe(5);
    expect((await webhook(numbers)).status).toBe(200);
    expect((await webhook([ticked(text)])).status).toBe(200);
    expect([await eventsOf(large), await eventsOf(text)]).toEqual([1, 1]);
    await world.settled();
  });

  test('that cannot be read are counted in the health, and named in the log without what they say', async () => {
    const before = (await health()).left_out['webhooks'] ?? 0;
    const { objectId: _left, ...without } = ticked('1');
    const odd = { ...ticked('616161'), objectId: 'canary-record', propertyName: 'canary\u0000' };
    expect((await webhook([without, odd, ticked('616161')])).status).toBe(200);
    expect(await eventsOf('616161')).toBe(1);
    expect((await health()).left_out['webhooks']).toBe(before + 2);
    expect((await webhook('{}')).status).toBe(400);
    expect((await health()).left_out['webhooks']).toBe(before + 3);
    expect(world.logged()).toContain('events of HubSpot could not be read');
    expect(world.logged()).toContain('"objectId"');
    expect(world.logged()).not.toContain('canary');
  });

  test('are refused with 503 while the database is down, and the replay counts once', async () => {
    const { number, contact } = await isHeard('Hello');
    const events = [ticked(contact.id)];
    const [here] = await storage.query<{ name: string }>('select current_database() as name');
    const admin = new pg.Client({ ...inject('cluster'), database: 'postgres' });
    await admin.connect();
    await admin.query(`alter database ${here?.name ?? ''} allow_connections false`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [here?.name]);
    expect((await webhook(events)).status).toBe(503);
    await admin.query(`alter database ${here?.name ?? ''} allow_connections true`);
    await admin.end();
    await world.until(async () => (await webhook(events)).status === 200);
    expect((await webhook(events)).status).toBe(200);
    expect(await eventsOf(contact.id)).toBe(1);
    await world.until(() => isOptedOut(number).catch(() => false));
  });
});

describe('the last: while the server is down', () => {
  test('a call of the action is answered 503, so that HubSpot calls again', async () => {
    const contact = world.contact({ mobilephone: freshNumber() });
    await world.server.stop();
    expect((await (await run(contact.id)).answered).status).toBe(503);
  });
});
