import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { PORTAL } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, storage, sdk } = world;

let last = 300;
const freshNumber = () => `+14155550${(last += 1)}`;
/** HubSpot is asked again meanwhile. */
const isWaiting = (kind: string) =>
  world.until(async () => {
    const waiting = 'select 1 from tasks where kind = $1 and done_at is null and reason is not null';
    return (await storage.query(waiting, [kind])).length > 0;
  });
const hourLater = async () => {
  await world.settled();
  const asked = hubspot.requests.length;
  await world.clock.advance(3_600_000);
  await world.settled();
  expect(hubspot.requests.length).toBeGreaterThan(asked);
};

beforeEach(() => world.configure({}));

describe('a reply', () => {
  test('R163, R164, R165: opens one ticket with its contact and owner, and what follows is added to it', async () => {
    const number = freshNumber();
    const contact = world.contact({ firstname: 'Kim', mobilephone: number, hubspot_owner_id: '501' });
    await world.clock.advance(3_500);
    await world.texts(number, 'Where is my order?');
    await world.isShown(contact, 'Where is my order?');
    await world.texts(number, 'It is <b>late</b> 📦');
    await world.isShown(contact, 'It is &lt;b&gt;late&lt;/b&gt; 📦');
    const ticket = world.ticketsOf(contact)[0];
    expect(ticket?.properties).toMatchObject({
      hs_pipeline: '8001',
      hs_pipeline_stage: '80011',
      hubspot_owner_id: '501',
      subject: 'Text from Kim: Where is my order?',
    });
    expect(world.ticketsOf(contact)).toHaveLength(1);
    expect(world.textsOn('tickets', ticket?.id ?? '')).toHaveLength(2);
    await world.until(() => contact.properties['sms_last_inbound_text'] === 'It is <b>late</b> 📦');
  });

  test('R164: is one ticket, although HubSpot makes it and never answers, and although the process dies then', async () => {
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    hubspot.faults.add(/^POST \/crm\/objects\/2026-09\/tickets$/, { type: 'reset_after' }, 1);
    hubspot.faults.add(/^POST \/crm\/objects\/2026-09\/communications$/, { type: 'reset_after' }, 1);
    await world.texts(number, 'Hello?');
    await world.until(() => world.ticketsOf(contact)[0]);
    await world.restart();
    await world.until(() => contact.properties['sms_last_inbound_text'] === 'Hello?');
    expect(world.ticketsOf(contact)).toHaveLength(1);
    expect(world.textsOn('contacts', contact.id)).toHaveLength(1);
  });

  test('reopens a ticket that was closed lately, and makes another for one that was closed long ago or is gone', async () => {
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    await world.texts(number, 'One');
    await world.isShown(contact, 'One');
    const first = await world.until(() => world.ticketsOf(contact)[0]);
    portal.update('tickets', first.id, { hs_pipeline_stage: '80014' });
    await hubspot.deliveries.deliver();
    await world.settled();
    await world.texts(number, 'Two');
    await world.isShown(contact, 'Two');
    expect(first.properties['hs_pipeline_stage']).toBe('80011');
    portal.update('tickets', first.id, { hs_pipeline_stage: '80014' });
    await world.clock.advance(6 * 86_400_000);
    await world.texts(number, 'Three');
    await world.isShown(contact, 'Three');
    expect(world.ticketsOf(contact)).toHaveLength(2);
    const second = portal
      .list('tickets')
      .find(({ id, properties }) => id !== first.id && properties['subject']?.endsWith('Three'));
    portal.archive('tickets', second?.id ?? '');
    await world.texts(number, 'Four');
    await world.isShown(contact, 'Four');
    expect(portal.list('tickets').some(({ properties }) => properties['subject']?.endsWith('Four'))).toBe(true);
  });

  test('follows a ticket that became part of another, and takes it on when somebody waited for the contact', async () => {
    await world.configure({ ticket_stage_waiting: '80012', ticket_stage_replied: '80013' });
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    await world.texts(number, 'One');
    await world.isShown(contact, 'One');
    const first = await world.until(() => world.ticketsOf(contact)[0]);
    const other = portal.create('tickets', {
      properties: { subject: 'By mail', hs_pipeline: '8001', hs_pipeline_stage: '80012' },
    });
    portal.merge('tickets', other.id, first.id);
    portal.update('tickets', other.id, { hs_pipeline_stage: '80012' });
    await hubspot.deliveries.deliver();
    await world.settled();
    await world.texts(number, 'Two');
    await world.until(() => world.textsOn('tickets', other.id).some((text) => text.includes('Two')));
    expect(other.properties['hs_pipeline_stage']).toBe('80013');
  });

  test('of a keyword opens no ticket; one from a number that nobody knows does, and makes no contact', async () => {
    const [known, stranger] = [freshNumber(), freshNumber()];
    const contact = world.contact({ mobilephone: known });
    await world.clock.advance(3_500);
    const before = portal.list('tickets').length;
    await world.texts(known, 'STOP');
    await world.isShown(contact, 'STOP');
    expect(portal.list('tickets')).toHaveLength(before);
    const people = portal.list('contacts').length;
    await world.texts(stranger, 'Who are you?');
    const ticket = await world.until(() =>
      portal.list('tickets').find(({ properties }) => properties['subject']?.includes(stranger)),
    );
    await world.until(() => world.textsOn('tickets', ticket.id).length === 1);
    expect(portal.list('contacts')).toHaveLength(people);
  });

  test('waits while HubSpot is down, for hours, and is there afterwards', async () => {
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    const end = hubspot.faults.outage();
    await world.texts(number, 'Anybody?');
    await isWaiting('received');
    for (let hour = 0; hour < 5; hour += 1) await hourLater();
    end();
    await world.eventually(() => world.textsOn('contacts', contact.id).length === 1);
    expect(world.ticketsOf(contact)).toHaveLength(1);
  });

  test('makes a ticket with what HubSpot itself needs, when an account has rules that the full one does not meet', async () => {
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    hubspot.faults.add(/^POST \/crm\/objects\/2026-09\/tickets$/, {
      type: 'answer',
      status: 400,
      json: { category: 'VALIDATION_ERROR', message: 'content is not allowed' },
    });
    await world.texts(number, 'Short');
    await world.isShown(contact, 'Short');
    expect(world.ticketsOf(contact)[0]?.properties['content'] ?? '').toBe('');
  });
});

describe('opt-outs', () => {
  test('R144: a STOP is on every contact with the number, however it is written there, and confirmed to the server', async () => {
    const number = freshNumber();
    const national = `(415) 555-0${last}`;
    const contacts = [
      world.contact({ mobilephone: number }),
      world.contact({ phone: national, hs_country_region_code: 'US' }),
    ];
    const other = world.contact({ phone: `+44${number.slice(2)}` });
    await world.clock.advance(3_500);
    await world.texts(number, 'STOP');
    await world.until(() => contacts.every(({ properties }) => properties['sms_opt_out'] === 'true'));
    expect(contacts[0]?.properties).toMatchObject({ sms_consent_status: 'opted_out', sms_consent_source: 'keyword' });
    expect(other.properties['sms_opt_out']).toBeUndefined();
    const confirmed = await world.until(async () =>
      (await sdk.optOuts.propagation(number)).systems.find(
        ({ system, state }) => system === `hubspot-${PORTAL}` && state === 'confirmed',
      ),
    );
    expect(confirmed.lag_seconds).toBeGreaterThanOrEqual(0);
  });

  test('R144: ticked in HubSpot it holds for the number at once and is on everybody who shares it; one change is one write', async () => {
    const number = freshNumber();
    const [one, two] = [world.contact({ mobilephone: number }), world.contact({ phone: number })];
    await world.clock.advance(3_500);
    hubspot.deliveries.waiting.length = 0;
    portal.update('contacts', one.id, { sms_opt_out: 'true' });
    await hubspot.deliveries.deliver({ copies: 2 });
    await world.until(async () => (await sdk.consents.get(number)).status === 'opted_out');
    await world.until(() => two.properties['sms_opt_out'] === 'true');
    const written = () =>
      hubspot.requests.filter(
        ({ path, body }) => path.endsWith('/contacts/batch/update') && JSON.stringify(body).includes(`"${two.id}"`),
      ).length;
    // The echo of our own write, and the echo of that.
    for (let round = 0; round < 3; round += 1) {
      await hubspot.deliveries.deliver({ copies: 2 });
      await world.settled();
    }
    expect(written()).toBe(1);
    expect(await sdk.sms.send({ to: number, body: 'Hi' }).catch((error: { code: string }) => error.code)).toBe(
      'OPTED_OUT',
    );
  });

  test('from the phone cannot be unticked in HubSpot: it is put back; a START lifts it on both sides', async () => {
    await world.configure({ opt_in_by_users: true });
    const number = freshNumber();
    const contact = await world.stopped(number);
    portal.update('contacts', contact.id, { sms_opt_out: 'false' });
    await hubspot.deliveries.deliver();
    await world.until(() => contact.properties['sms_opt_out'] === 'true');
    expect((await sdk.consents.get(number)).status).toBe('opted_out');
    await world.texts(number, 'START');
    await world.until(() => contact.properties['sms_opt_out'] === 'false');
    await hubspot.deliveries.deliver();
    await world.settled();
    expect((await sdk.consents.get(number)).status).not.toBe('opted_out');
  });

  test('of a user are lifted by a user only where the account allows it', async () => {
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    const tick = async (value: string) => {
      await world.clock.advance(1_000);
      portal.update('contacts', contact.id, { sms_opt_out: value });
      await hubspot.deliveries.deliver();
      await world.settled();
    };
    await tick('true');
    await world.until(async () => (await sdk.consents.get(number)).status === 'opted_out');
    await tick('false');
    await world.until(() => contact.properties['sms_opt_out'] === 'true');
    await world.configure({ opt_in_by_users: true });
    await tick('false');
    await world.until(async () => (await sdk.consents.get(number)).status !== 'opted_out');
  });

  test('of one number say nothing of another of the same contact, whether it has it already or gets it', async () => {
    const [home, work, next] = [freshNumber(), freshNumber(), freshNumber()];
    const contact = world.contact({ mobilephone: home, phone: work });
    await hubspot.deliveries.deliver();
    await world.settled();
    await world.texts(home, 'STOP');
    await world.until(() => contact.properties['sms_opt_out'] === 'true');
    await hubspot.deliveries.deliver({ copies: 2 });
    await world.settled();
    portal.update('contacts', contact.id, { phone: next });
    await hubspot.deliveries.deliver();
    await world.settled();
    for (const number of [work, next]) expect((await sdk.consents.get(number)).status).not.toBe('opted_out');
    expect((await sdk.consents.get(home)).status).toBe('opted_out');
  });

  test('while HubSpot is down hold for every text, and are told to it later', async () => {
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    const end = hubspot.faults.outage();
    await world.texts(number, 'STOP');
    await world.until(async () => (await sdk.consents.get(number)).status === 'opted_out');
    await isWaiting('consent');
    for (let hour = 0; hour < 3; hour += 1) await hourLater();
    expect(contact.properties['sms_opt_out']).toBeUndefined();
    end();
    await world.eventually(() => contact.properties['sms_opt_out'] === 'true');
  });

  test('ticked in HubSpot hold at once for numbers that are known, while HubSpot cannot be read', async () => {
    const [number, other] = [freshNumber(), freshNumber()];
    const [contact, next] = [world.contact({ mobilephone: number }), world.contact({ mobilephone: other })];
    await hubspot.deliveries.deliver();
    await world.settled();
    await world.clock.advance(1_000);
    const end = hubspot.faults.outage();
    portal.update('contacts', contact.id, { sms_opt_out: 'true' });
    await hubspot.deliveries.deliver({ copies: 2 });
    await world.until(async () => (await sdk.consents.get(number)).status === 'opted_out');
    expect(await sdk.sms.send({ to: number, body: 'Hi' }).catch((error: { code: string }) => error.code)).toBe(
      'OPTED_OUT',
    );
    // As HubSpot writes it elsewhere, and with what does not belong to it as null.
    const told = {
      eventId: '9001',
      subscriptionType: 'object.propertyChange',
      objectTypeId: '0-1',
      objectId: next.id,
      portalId: String(PORTAL),
      occurredAt: String(world.clock.now()),
      attemptNumber: 7,
      changeSource: null,
      propertyName: 'sms_opt_out',
      propertyValue: true,
      mergedObjectIds: null,
      newObjectId: null,
    };
    await hubspot.call('POST', '/connectors/hubspot/webhooks/crm', `[ null, {"new":1},\n ${JSON.stringify(told)} ]`);
    await world.until(async () => (await sdk.consents.get(other)).status === 'opted_out');
    end();
    portal.update('contacts', next.id, { sms_opt_out: 'true' });
    hubspot.deliveries.waiting.length = 0;
    await world.clock.advance(300_000);
    await world.settled();
  });

  test('ticked before somebody wrote START, and told after it, say nothing at once', async () => {
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await hubspot.deliveries.deliver();
    await world.settled();
    // The server dates what it records by the time of day.
    const tickedAtMs = Date.now();
    await world.texts(number, 'STOP');
    await world.until(() => contact.properties['sms_opt_out'] === 'true');
    await world.clock.advance(1_000);
    await world.texts(number, 'START');
    await world.until(() => contact.properties['sms_opt_out'] === 'false');
    hubspot.deliveries.waiting.length = 0;
    const told = {
      eventId: 9002,
      subscriptionType: 'contact.propertyChange',
      objectId: Number(contact.id),
      portalId: PORTAL,
      occurredAt: tickedAtMs,
      propertyName: 'sms_opt_out',
      propertyValue: 'true',
      changeSource: 'CRM_UI',
    };
    await hubspot.call('POST', '/connectors/hubspot/webhooks/crm', JSON.stringify([told]));
    await world.settled();
    expect((await sdk.consents.get(number)).status).toBe('opted_in');
  });

  test('that webhooks did not tell are found when both sides are compared, daily and when the account is connected again', async () => {
    const [here, there, daily] = [freshNumber(), freshNumber(), freshNumber()];
    world.contact({ mobilephone: there, sms_opt_out: 'true' });
    await sdk.optOuts.create({ number: here, source: 'agent' });
    await world.settled();
    const late = world.contact({ mobilephone: here });
    hubspot.deliveries.waiting.length = 0;
    await world.clock.advance(3_500);
    await world.install();
    await world.until(async () => (await sdk.consents.get(there)).status === 'opted_out');
    await world.until(() => late.properties['sms_opt_out'] === 'true');
    world.contact({ mobilephone: daily, sms_opt_out: 'true' });
    await world.clock.advance(86_500_000);
    await world.until(async () => (await sdk.consents.get(daily)).status === 'opted_out');
  });

  test('survive a merge into a new record that has the other number, and kept the other tick', async () => {
    const [stopped, kept] = [freshNumber(), freshNumber()];
    const one = world.contact({ mobilephone: stopped });
    const primary = world.contact({ mobilephone: kept, sms_opt_out: 'false' });
    await hubspot.deliveries.deliver();
    await world.settled();
    await world.texts(stopped, 'STOP');
    await world.until(() => one.properties['sms_opt_out'] === 'true');
    for (const { id } of [one, primary]) portal.archive('contacts', id);
    const merged = world.contact({ mobilephone: kept, sms_opt_out: 'false' });
    hubspot.deliveries.waiting.length = 0;
    const told = {
      eventId: 9003,
      subscriptionType: 'object.merge',
      objectTypeId: '0-1',
      objectId: Number(primary.id),
      portalId: PORTAL,
      occurredAt: world.clock.now(),
      attemptNumber: 0,
      changeSource: 'CRM_UI',
      primaryObjectId: Number(one.id),
      mergedObjectIds: [Number(primary.id)],
      newObjectId: Number(merged.id),
    };
    await hubspot.call('POST', '/connectors/hubspot/webhooks/crm', JSON.stringify([told]));
    await world.until(() => merged.properties['sms_opt_out'] === 'true');
    await world.until(async () => (await sdk.consents.get(kept)).status === 'opted_out');
  });

  test('survive a merge: the stricter of the two counts; a privacy deletion erases the person and keeps the opt-out', async () => {
    const [one, two] = [freshNumber(), freshNumber()];
    const stopped = world.contact({ mobilephone: one, sms_opt_out: 'true' });
    const happy = world.contact({ phone: two });
    portal.merge('contacts', happy.id, stopped.id);
    await hubspot.deliveries.deliver({ isReversed: true });
    await world.until(async () => (await sdk.consents.get(two)).status === 'opted_out');
    await world.settled();
    await world.clock.advance(3_500);
    await world.texts(two, 'Bye');
    await world.isShown(happy, 'Bye');
    await world.settled();
    portal.archive('contacts', happy.id, 'contact.privacyDeletion');
    hubspot.deliveries.waiting.push({
      portalId: PORTAL,
      subscriptionType: 'contact.privacyDeletion',
      objectTypeId: '0-1',
      objectId: happy.id,
      changeSource: 'CRM_UI',
      occurredAtMs: world.clock.now(),
      ordinal: 0,
    });
    await hubspot.deliveries.deliver();
    await world.until(async () => (await storage.query('select 1 from people where number = $1', [two])).length === 0);
    expect(await sdk.sms.send({ to: two, body: 'Hi' }).catch((error: { code: string }) => error.code)).toBe(
      'OPTED_OUT',
    );
  });
});
