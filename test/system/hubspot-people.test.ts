import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Stored } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, storage, sdk } = world;

let last = 600;
const freshNumber = () => `+14155550${(last += 1)}`;
const send = async (contactId: string, callbackId: string, message = 'Hello') => {
  const inputs = { sender: '', recipient_policy: 'enrolled', message, wait_for: 'accepted' };
  await hubspot.runAction(PORTAL, callbackId, { objectType: 'CONTACT', objectId: contactId }, inputs);
};
const dealFor = (contact: Stored, dealstage: string) => {
  const deal = portal.create('deals', { properties: { dealname: 'Roof', dealstage, pipeline: '7001' } });
  portal.link('deals', deal.id, 'contacts', contact.id, [3]);
  return deal;
};
const noticeOf = async () =>
  (await storage.query<{ notice: string | null }>('select notice from portals where portal_id = $1', [PORTAL]))[0]
    ?.notice ?? '';
const tell = async (subscriptionType: string, objectId: string) => {
  hubspot.deliveries.waiting.push({
    portalId: PORTAL,
    subscriptionType,
    objectTypeId: '0-1',
    objectId,
    changeSource: 'CRM_UI',
    occurredAtMs: world.clock.now(),
    ordinal: 0,
  });
  await hubspot.deliveries.deliver();
  await world.settled();
};

beforeEach(async () => {
  await world.configure({});
  await world.settled();
});

describe('a reply from a number that two contacts share', () => {
  test('is that of who has an open deal, of who was texted last, and of whose ticket is open, in this order from the weakest', async () => {
    const number = freshNumber();
    const [first, second] = [world.contact({ mobilephone: number }), world.contact({ phone: number })];
    dealFor(first, '70011');
    dealFor(second, '70013');
    await world.clock.advance(3_500);
    await world.configure({ tickets: 'off' });
    await world.texts(number, 'By deal');
    await world.isShown(first, 'By deal');
    await send(second.id, 'ap-p-1');
    await world.until(() => second.properties['sms_last_status'] === 'delivered');
    await world.configure({});
    await world.texts(number, 'By text');
    await world.isShown(second, 'By text');
    await send(first.id, 'ap-p-2');
    await world.until(() => first.properties['sms_last_status'] === 'delivered');
    await world.texts(number, 'By ticket');
    await world.isShown(second, 'By ticket');
    expect(world.textsOn('contacts', first.id).join()).not.toContain('By ticket');
  });
});

describe('a reply from a number that nobody knows', () => {
  test('makes one contact where the account wants that, although HubSpot makes it and never says so', async () => {
    await world.configure({ create_contacts: true });
    const number = freshNumber();
    hubspot.faults.add(/^POST \/crm\/objects\/2026-09\/contacts$/, { type: 'reset_after' });
    await world.texts(number, 'New here');
    const made = () => portal.list('contacts').filter(({ properties }) => properties['phone'] === number);
    await world.eventually(() => made().some(({ id }) => world.textsOn('contacts', id).length > 0));
    expect(made()).toHaveLength(1);
    expect(world.textsOn('contacts', made()[0]?.id ?? '')).toHaveLength(1);
  });

  test.each([
    ['is no marketing contact, which would be paid for', true],
    ['is made all the same where HubSpot does not let us say so', false],
  ])('makes a contact that %s', async (_how, hasProperty) => {
    await world.configure({ create_contacts: true });
    const properties = portal.properties.get('contacts');
    const marketable = properties?.get('hs_marketable_status');
    if (!hasProperty) properties?.delete('hs_marketable_status');
    const number = freshNumber();
    await world.texts(number, 'New, too');
    const made = await world.until(() => portal.list('contacts').find((one) => one.properties['phone'] === number));
    expect(made.properties['hs_marketable_status']).toBe(hasProperty ? 'false' : undefined);
    await world.settled();
    if (marketable) properties?.set('hs_marketable_status', marketable);
  });

  test('R165: is a ticket of whoever has the number that it was written to', async () => {
    await world.configure({ owner_senders: { '501': SHOP } });
    const number = freshNumber();
    await world.texts(number, 'For Ana');
    const ticket = await world.until(() =>
      portal.list('tickets').find(({ properties }) => properties['subject']?.includes(number)),
    );
    expect(ticket.properties['hubspot_owner_id']).toBe('501');
  });
});

describe('a reply', () => {
  test('is on the timeline when an account asks more of a ticket than we know, and an administrator is told which property', async () => {
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    const refused = {
      category: 'VALIDATION_ERROR',
      message: 'Some required properties were not set.',
      errors: [{ message: 'required', context: { propertyName: ['case_type'] } }],
    };
    const fault = { type: 'answer' as const, status: 400, json: refused };
    hubspot.faults.add(/^POST \/crm\/objects\/2026-09\/tickets$/, fault, 3);
    await world.texts(number, 'Is it in?');
    await world.isShown(contact, 'Is it in?');
    expect(portal.linked('tickets', contact.id, 'contacts')).toEqual([]);
    expect(await noticeOf()).toContain('case_type');
    await world.until(() => contact.properties['sms_last_inbound_text'] === 'Is it in?');
    await world.texts(number, 'Still there?');
    await world.isShown(contact, 'Still there?');
    expect(portal.linked('contacts', contact.id, 'tickets')).toHaveLength(1);
  });

  test('R163: is on the timeline when the deal that it answers is gone', async () => {
    await world.configure({ tickets: 'off' });
    const contact = world.contact({ mobilephone: freshNumber() });
    const deal = dealFor(contact, '70011');
    const inputs = { sender: '', recipient_policy: 'primary', message: 'Ready', wait_for: 'accepted' };
    await hubspot.runAction(PORTAL, 'ap-p-3', { objectType: 'DEAL', objectId: deal.id }, inputs);
    await world.until(() => contact.properties['sms_last_status'] === 'delivered');
    portal.archive('deals', deal.id);
    await world.texts(contact.properties['mobilephone'] ?? '', 'Which deal?');
    await world.isShown(contact, 'Which deal?');
  });

  test('opens a closed ticket again in the pipeline where it is now', async () => {
    const open = { ticketState: 'OPEN' };
    const before = portal.pipelines.tickets;
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    await world.texts(number, 'One');
    await world.isShown(contact, 'One');
    portal.setPipelines('tickets', [
      ...before,
      {
        id: '8002',
        label: 'Repairs',
        stages: [
          { id: '80021', label: 'In', metadata: open },
          { id: '80022', label: 'Out', metadata: { ticketState: 'CLOSED' } },
        ],
      },
    ]);
    const [[id] = ['']] = portal.linked('contacts', contact.id, 'tickets');
    portal.update('tickets', id, { hs_pipeline: '8002', hs_pipeline_stage: '80022' });
    await hubspot.deliveries.deliver();
    await world.settled();
    await world.texts(number, 'Two');
    await world.isShown(contact, 'Two');
    expect(portal.get('tickets', id).properties['hs_pipeline_stage']).toBe('80021');
    portal.setPipelines('tickets', before);
  });

  test('R163: shares one record on the timeline with all texts of its conversation and day, where the account wants that', async () => {
    await world.configure({ log: 'daily', tickets: 'off' });
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await send(contact.id, 'ap-p-4', 'Shall we?');
    await world.until(() => contact.properties['sms_last_status'] === 'delivered');
    hubspot.faults.add(/^PATCH \/crm\/objects\/2026-09\/communications/, { type: 'reset_after' });
    await world.texts(number, 'Yes <3');
    await world.until(() => world.textsOn('contacts', contact.id)[0]?.includes('Yes &lt;3'));
    await world.settled();
    await world.texts(number, 'At nine');
    await world.until(() => world.textsOn('contacts', contact.id)[0]?.includes('At nine'));
    await world.settled();
    expect(world.textsOn('contacts', contact.id)).toHaveLength(1);
    const lines = world.textsOn('contacts', contact.id)[0]?.split('</p>') ?? [];
    expect(lines.slice(1, -1).map((line) => line.replaceAll(/<br>|<[^>]+>/g, ' ').trim())).toEqual([
      expect.stringMatching(/^\d\d:\d\d sent +Shall we\?$/),
      expect.stringMatching(/^\d\d:\d\d received +Yes &lt;3$/),
      expect.stringMatching(/^\d\d:\d\d received +At nine$/),
    ]);
    // Whoever deletes it gets another with the next text.
    portal.archive('communications', portal.linked('contacts', contact.id, 'communications')[0]?.[0] ?? '');
    await world.texts(number, 'Or ten');
    await world.until(() => world.textsOn('contacts', contact.id)[0]?.includes('Or ten'));
  });
});

describe('a number that no network knows', () => {
  test('is said of its contact after the second text that came to nothing, not after the first', async () => {
    // SMPP 3.4, 5.1.3: ESME_RINVDSTADR.
    await sdk.sandbox.setFaults({ refuse_percent: 100, refuse_status: 0x0b });
    const contact = world.contact({ mobilephone: freshNumber() });
    await send(contact.id, 'ap-p-5');
    await world.until(async () => (await world.sends(contact.id)).some(({ error }) => error === 'INVALID_NUMBER'));
    await world.until(() => contact.properties['sms_last_status'] === 'failed');
    await world.settled();
    expect(contact.properties['sms_consent_status']).toBeUndefined();
    await send(contact.id, 'ap-p-6');
    await world.until(() => contact.properties['sms_consent_status'] === 'invalid_number');
    await sdk.sandbox.setFaults({ refuse_percent: 0 });
  });
});

describe('an opt-out that was put back', () => {
  test('is explained by a note on the contact, once', async () => {
    const contact = await world.stopped(freshNumber());
    hubspot.faults.add(/^POST \/crm\/objects\/2026-09\/notes$/, { type: 'reset_after' });
    portal.update('contacts', contact.id, { sms_opt_out: 'false' });
    await hubspot.deliveries.deliver({ copies: 2 });
    await world.until(() => contact.properties['sms_opt_out'] === 'true');
    await world.settled();
    const notes = portal.linked('contacts', contact.id, 'notes').map(([id]) => portal.get('notes', id));
    expect(notes).toHaveLength(1);
    expect(notes[0]?.properties['hs_note_body']).toContain('by text message');
  });
});

describe('whoever is erased', () => {
  const leftOf = async (number: string) => {
    const tables = ['people', 'sends', 'conversations', 'logs', 'digests', 'tasks', 'actions'];
    const rows = await Promise.all(tables.map((table) => storage.query(`select * from ${table}`)));
    return tables.filter((_table, index) => JSON.stringify(rows[index]).includes(number));
  };

  test('in HubSpot is erased here, also when the deletion is told before the privacy deletion', async () => {
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    await world.texts(number, 'My secret');
    await world.isShown(contact, 'My secret');
    portal.archive('contacts', contact.id);
    hubspot.deliveries.waiting.length = 0;
    await tell('object.deletion', contact.id);
    await tell('contact.privacyDeletion', contact.id);
    await world.until(async () => (await leftOf(number)).length === 0);
    await tell('contact.privacyDeletion', contact.id);
  });

  test('in HubSpot is erased without the colleague who was texted about them, whose number says nothing about them', async () => {
    const [colleague, dead] = [freshNumber(), freshNumber()];
    const contact = world.contact({ mobilephone: freshNumber() });
    const object = { objectType: 'CONTACT', objectId: contact.id };
    const notify = (callbackId: string, to_number: string) =>
      hubspot.runAction(PORTAL, callbackId, object, { recipient_policy: 'number', to_number, message: 'A new lead' });
    const statuses = async (number: string) =>
      (await storage.query<{ status: string }>('select status from sends where contact_number = $1', [number])).map(
        ({ status }) => status,
      );
    await sdk.sandbox.setFaults({ refuse_percent: 100, refuse_status: 0x0b });
    for (const callbackId of ['ap-p-8', 'ap-p-9']) await notify(callbackId, dead);
    await world.until(async () => (await statuses(dead)).filter((status) => status === 'failed').length === 2);
    await sdk.sandbox.setFaults({ refuse_percent: 0 });
    await notify('ap-p-10', colleague);
    await world.until(async () => (await statuses(colleague)).includes('delivered'));
    await world.isShown(contact, 'A new lead');
    expect(Object.keys(contact.properties).filter((name) => name.startsWith('sms_'))).toEqual([]);

    portal.archive('contacts', contact.id);
    hubspot.deliveries.waiting.length = 0;
    await tell('contact.privacyDeletion', contact.id);
    expect((await sdk.sms.list({ to: colleague }).next()).value).toMatchObject({ body: 'A new lead' });
    expect(await leftOf(colleague)).toContain('sends');
  });

  test('in HubSpot is erased under the number that they had before they were merged', async () => {
    const [old, next] = [freshNumber(), freshNumber()];
    const [other, primary] = [world.contact({ mobilephone: old }), world.contact({ mobilephone: next })];
    await send(other.id, 'ap-p-7');
    await world.until(() => other.properties['sms_last_status'] === 'delivered');
    portal.merge('contacts', primary.id, other.id);
    await hubspot.deliveries.deliver();
    await world.settled();
    portal.archive('contacts', primary.id);
    hubspot.deliveries.waiting.length = 0;
    await tell('contact.privacyDeletion', primary.id);
    await world.until(async () => (await leftOf(old)).length === 0 && (await leftOf(next)).length === 0);
  });
});
