import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from '../../connectors/hubspot/api/client.ts';
import { createTransport } from '../../connectors/hubspot/api/transport.ts';
import { ticketFor } from '../../connectors/hubspot/replies/tickets.ts';
import { portalOfId } from '../../connectors/hubspot/store/portals.ts';
import type { Stored } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, storage } = world;

const DAY_MS = 86_400_000;
const [NEW, WAITING, CLOSED] = ['80011', '80012', '80014'];
let last = 700;
const freshNumber = () => `+14155550${(last += 1)}`;
/** A contact whom search finds. */
const person = async (properties: Readonly<Record<string, string>> = {}) => {
  const number = freshNumber();
  const contact = world.contact({ firstname: 'Kim', mobilephone: number, ...properties });
  await world.clock.advance(3_500);
  return { number, contact };
};
const writes = async ({ number, contact }: { readonly number: string; readonly contact: Stored }, body: string) => {
  await world.texts(number, body);
  await world.isShown(contact, body);
};
/** A contact who has written, and the ticket of it. */
async function conversation(properties: Readonly<Record<string, string>> = {}) {
  const who = await person(properties);
  await writes(who, 'Where is my order?');
  const [ticket] = world.ticketsOf(who.contact);
  if (!ticket) throw new Error('There is no ticket.');
  return { ...who, ticket };
}
const tell = async () => {
  await hubspot.deliveries.deliver();
  await world.settled();
};
const tellNothing = () => (hubspot.deliveries.waiting.length = 0);
const moveTo = (ticket: Stored, stage: string) => portal.update('tickets', ticket.id, { hs_pipeline_stage: stage });
const stageOf = ({ properties }: Stored) => properties['hs_pipeline_stage'];

const noticeOf = async () => (await portalOfId(storage, PORTAL))?.notice ?? '';
const TICKETS = /^POST \/crm\/objects\/2026-09\/tickets$/;
/** The account asks for a property that we do not know, until this is called. */
const refuseTickets = () => hubspot.faults.storm(1, TICKETS, [refusal('case_type')], () => 0);
const refusal = (property: string) => ({
  type: 'answer' as const,
  status: 400,
  json: {
    category: 'VALIDATION_ERROR',
    message: 'Some required properties were not set.',
    errors: [{ message: 'required', context: { propertyName: [property] } }],
  },
});
const ticketWith = (word: string) =>
  portal.list('tickets').find(({ properties }) => properties['subject']?.includes(word) === true);
const isWaiting = () =>
  world.until(async () => {
    const waiting = `select 1 from tasks where kind = 'received' and done_at is null and reason like '%no ticket%'`;
    return (await storage.query(waiting)).length > 0;
  });

beforeEach(() => world.configure({}));

describe('the ticket of a conversation', () => {
  test.each([
    ['and HubSpot tells of it', tell],
    ['and HubSpot tells nothing of it', tellNothing],
  ])('stays the only one when an agent opens it again %s: a later reply leaves it where it is', async (_how, hear) => {
    const who = await conversation();
    moveTo(who.ticket, CLOSED);
    await tell();
    await world.clock.advance(9 * DAY_MS);
    moveTo(who.ticket, WAITING);
    await hear();
    await writes(who, 'And now?');
    expect(world.ticketsOf(who.contact)).toHaveLength(1);
    expect(stageOf(who.ticket)).toBe(WAITING);
    expect(world.textsOn('tickets', who.ticket.id)).toHaveLength(2);
  });

  test('is not thrown back to its first stage by a reply that comes soon after an agent opened it again', async () => {
    const who = await conversation();
    moveTo(who.ticket, CLOSED);
    await tell();
    moveTo(who.ticket, WAITING);
    tellNothing();
    await writes(who, 'Thanks!');
    expect(stageOf(who.ticket)).toBe(WAITING);
  });

  test('that was opened again is that of its contact, though another contact has the number, too', async () => {
    const who = await conversation();
    moveTo(who.ticket, CLOSED);
    await tell();
    moveTo(who.ticket, WAITING);
    await tell();
    const other = world.contact({ firstname: 'Lee', phone: who.number });
    await tell();
    await writes(who, 'Still me');
    expect(world.textsOn('contacts', other.id)).toEqual([]);
  });

  test('stays closed when it was closed thirty days ago, although HubSpot never told that it was', async () => {
    const who = await conversation();
    moveTo(who.ticket, CLOSED);
    tellNothing();
    await world.clock.advance(30 * DAY_MS);
    // Somebody corrects the subject: that it was changed lately does not say that it was closed lately.
    portal.update('tickets', who.ticket.id, { subject: 'Order 7' });
    tellNothing();
    await writes(who, 'Hello again');
    expect(stageOf(who.ticket)).toBe(CLOSED);
    expect(world.ticketsOf(who.contact)).toHaveLength(2);
  });

  test('is opened again when it was closed lately, although HubSpot never told that it was', async () => {
    const who = await conversation();
    moveTo(who.ticket, CLOSED);
    tellNothing();
    await world.clock.advance(DAY_MS);
    await writes(who, 'One more thing');
    expect(stageOf(who.ticket)).toBe(NEW);
    expect(world.ticketsOf(who.contact)).toHaveLength(1);
  });

  test('is made, and goes on, when the stages that the settings name were deleted', async () => {
    await world.configure({ ticket_stage_new: '99901', ticket_stage_waiting: WAITING, ticket_stage_replied: '99902' });
    const who = await conversation();
    expect(stageOf(who.ticket)).toBe(NEW);
    moveTo(who.ticket, WAITING);
    await writes(who, 'Is there news?');
    expect(stageOf(who.ticket)).toBe(WAITING);
    expect(world.textsOn('tickets', who.ticket.id)).toHaveLength(2);
  });
});

describe('replies', () => {
  test('R164: of one person that come within a millisecond to two workers are on one ticket', async () => {
    const { number, contact } = await person();
    const found = await portalOfId(storage, PORTAL);
    if (!found) throw new Error('The account is not connected.');
    const { clientId: client_id, clientSecret: client_secret } = hubspot.app;
    const app = { client_id, client_secret, redirect_uri: 'https://sms.example.com/x' };
    const agreed = hubspot.oauth.authorize(new URLSearchParams({ ...app, scope: found.scopes.join(' ') }), PORTAL);
    const code = new URL(agreed.headers?.['Location'] ?? '').searchParams.get('code') ?? '';
    const form = new URLSearchParams({ ...app, grant_type: 'authorization_code', code });
    const { access_token: token } = hubspot.oauth.exchange(form).json as { readonly access_token: string };
    const tokens = { access: () => Promise.resolve({ token, generation: 1 }), renew: () => Promise.resolve() };
    const settings = { apiUrl: hubspot.url, callsPer10Seconds: 2_000, clock: world.clock, tokens: () => tokens };
    const worker = () => createClient(createTransport(settings));
    const wanted = { portalId: PORTAL, ourNumber: SHOP, contactNumber: number, portal: found, dealId: null };
    const both = ['One', 'Two'].map((content) =>
      ticketFor(
        { storage, client: worker(), clock: world.clock },
        { ...wanted, contact: { id: contact.id, properties: {} }, subject: content, content },
      ),
    );
    expect(new Set(await Promise.all(both)).size).toBe(1);
    expect(world.ticketsOf(contact)).toHaveLength(1);
  });

  test('R163: written from right to left, with 1,600 characters and pictures among them are shown whole', async () => {
    const who = await person({ firstname: 'נועה' });
    const words = 'מתי תגיע <ההזמנה>? '.repeat(90);
    // Where a subject, and where a property ends, in the middle of a character.
    const body = `${words.slice(0, 59)}👋${words.slice(0, 938)}📦${words.slice(0, 597)}שלום`;
    expect(body).toHaveLength(1_602);
    await world.texts(who.number, body);
    const shown = body.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    await world.isShown(who.contact, shown);
    const [ticket] = world.ticketsOf(who.contact);
    expect(ticket?.properties['content']).toBe(body);
    expect(ticket?.properties['subject']).toBe(`Text from נועה: ${words.slice(0, 59)}…`);
    await world.until(() => who.contact.properties['sms_last_inbound_text'] === body.slice(0, 999));
  });
});

describe('a reply whose ticket HubSpot refuses', () => {
  test.each([
    ['of somebody whom no contact has', {}, false],
    ['of a contact, of whom nothing is logged', { log: 'off' as const }, true],
  ])(
    '%s waits, an administrator is told, and it is there once tickets are taken again',
    async (_who, settings, isKnown) => {
      await world.configure(settings);
      const number = isKnown ? (await person()).number : freshNumber();
      const end = refuseTickets();
      await world.texts(number, `Lost ${number}?`);
      await isWaiting();
      expect(await noticeOf()).toMatch(/case_type.*waits for its ticket/);
      await world.clock.advance(20 * 3_600_000);
      await world.settled();
      expect(ticketWith(number)).toBeUndefined();
      end();
      await world.eventually(() => ticketWith(number) !== undefined);
      expect(await noticeOf()).toBe('');
    },
  );

  test('is shown on the contact, when there is one by then', async () => {
    const number = freshNumber();
    const end = refuseTickets();
    await world.texts(number, 'Who am I?');
    await isWaiting();
    const contact = world.contact({ mobilephone: number });
    await tell();
    await world.eventually(() => world.textsOn('contacts', contact.id).length === 1);
    end();
  });
});

describe('a ticket', () => {
  test('has its contact, the company of the contact, and the deal that the contact was texted about', async () => {
    const company = portal.create('companies', { properties: { name: 'Roofs Ltd' } });
    const who = await person({ associatedcompanyid: company.id });
    const deal = portal.create('deals', { properties: { dealname: 'Roof', dealstage: '70011', pipeline: '7001' } });
    portal.link('deals', deal.id, 'contacts', who.contact.id, [3]);
    const inputs = { sender: '', recipient_policy: 'primary', message: 'Ready', wait_for: 'accepted' };
    await hubspot.runAction(PORTAL, 'ap-t-1', { objectType: 'DEAL', objectId: deal.id }, inputs);
    await world.until(() => who.contact.properties['sms_last_status'] === 'delivered');
    await writes(who, 'Which one?');
    const [ticket] = world.ticketsOf(who.contact);
    const linked = (to: 'companies' | 'deals') => portal.linked('tickets', ticket?.id ?? '', to);
    expect([linked('companies'), linked('deals')]).toEqual([[[company.id, [26]]], [[deal.id, [28]]]]);
  });

  test('is made without the company when that is gone', async () => {
    const who = await person({ associatedcompanyid: '4' });
    await writes(who, 'Hello?');
    expect(world.ticketsOf(who.contact)).toHaveLength(1);
  });

  test('names the one before it, when that stays closed', async () => {
    const who = await conversation();
    moveTo(who.ticket, CLOSED);
    await tell();
    await world.clock.advance(30 * DAY_MS);
    await writes(who, 'It broke again');
    const later = ticketWith('It broke again');
    expect(later?.properties['content']).toContain('It broke again');
    expect(later?.properties['content']).toContain(`/contacts/${PORTAL}/record/0-5/${who.ticket.id}`);
  });

  test('R164: is one, without the key that the account does not take, although HubSpot never says that it made it', async () => {
    portal.properties.get('tickets')?.delete('sms_conversation_key');
    const who = await person();
    hubspot.faults.add(TICKETS, refusal('sms_conversation_key'), 1);
    hubspot.faults.add(TICKETS, { type: 'reset_after' }, 1);
    await world.texts(who.number, 'No key');
    await world.until(() => world.ticketsOf(who.contact)[0]);
    await world.restart();
    await world.eventually(() => world.textsOn('contacts', who.contact.id).length === 1);
    await writes(who, 'Still none');
    expect(world.ticketsOf(who.contact)).toHaveLength(1);
    const [ticket] = world.ticketsOf(who.contact);
    expect(ticket?.properties['content']).toBe('No key');
    expect(world.textsOn('tickets', ticket?.id ?? '')).toHaveLength(2);
    await world.install();
    await world.settled();
  });
});

describe('what HubSpot refuses', () => {
  interface Listed {
    readonly tasks: readonly { readonly id: string; readonly what: string; readonly reason: string }[];
  }
  const listed = async (method = 'GET', body?: object) => {
    const { status, json } = await world.ask(method, 'settings/given-up', body);
    return { status, text: JSON.stringify(json), tasks: (json as unknown as Listed).tasks };
  };
  const refuseOnce = (path: string) =>
    hubspot.faults.add(new RegExp(`^POST /crm/objects/2026-09/${path}$`), refusal('hs_other'), 2);

  test('is in the settings without numbers or words, the newest first, and is done once somebody tries it again', async () => {
    const [first, second] = [await person(), await person()];
    for (const [who, body] of [
      [first, 'Secret one'],
      [second, 'Secret two'],
    ] as const) {
      refuseOnce('communications');
      await world.texts(who.number, body);
      await world.until(async () => (await listed()).tasks.length === (who === first ? 1 : 2));
      await world.clock.advance(1_000);
    }
    const before = await listed();
    expect(before.tasks.map(({ what }) => what)).toEqual(['A reply', 'A reply']);
    expect(before.tasks[0]?.reason).toContain('hs_other');
    for (const hidden of [first.number, second.number, 'Secret']) expect(before.text).not.toContain(hidden);
    const after = await listed('POST', { id: before.tasks[0]?.id });
    expect(after.tasks.map(({ id }) => id)).toEqual([before.tasks[1]?.id]);
    await world.isShown(second.contact, 'Secret two');
    expect(world.textsOn('contacts', first.contact.id)).toEqual([]);
    expect((await listed('POST', { id: before.tasks[0]?.id })).status).toBe(404);
    await world.configure({ settings_users: ['somebody.else@example.com'] });
    expect((await listed('POST', { id: before.tasks[1]?.id })).status).toBe(403);
    // Neither what is done nor what was given up is kept for ever.
    await world.clock.advance(29 * DAY_MS);
    await world.settled();
    expect((await listed()).tasks).toHaveLength(1);
    await world.clock.advance(2 * DAY_MS);
    await world.until(async () => (await listed()).tasks.length === 0);
  });

  test("names the contact that it is about, with HubSpot's own address of it", async () => {
    const { contact } = await person();
    hubspot.faults.add(/^PATCH .*\/contacts\//, refusal('sms_last_status'), 1);
    const inputs = { sender: '', recipient_policy: 'enrolled', message: 'Hello', wait_for: 'accepted' };
    await hubspot.runAction(PORTAL, 'ap-t-2', { objectType: 'CONTACT', objectId: contact.id }, inputs);
    await world.until(async () => (await listed()).text.includes(`record/0-1/${contact.id}`));
    expect((await listed()).text).toContain('What became of a text');
  });
});

describe('an account that has properties of another kind under names of ours', () => {
  const OTHER = 1_050;
  const other = hubspot.addPortal(OTHER);
  const texts = [
    { name: 'sms_opt_out', type: 'string' },
    { name: 'sms_consent_status', type: 'enumeration', options: ['yes', 'no'] },
    { name: 'sms_last_status', type: 'string' },
  ];
  for (const property of texts) other.properties.get('contacts')?.set(property.name, property);
  other.properties.get('tickets')?.set('sms_conversation_key', { name: 'sms_conversation_key', type: 'string' });
  const number = freshNumber();
  const contact = other.create('contacts', { properties: { mobilephone: number, sms_opt_out: 'since May' } });
  const write = async (callbackId: string) => {
    const inputs = { sender: '', recipient_policy: 'enrolled', message: 'Hello', wait_for: 'accepted' };
    const object = { objectType: 'CONTACT', objectId: contact.id };
    return hubspot.runAction(OTHER, callbackId, object, inputs);
  };

  test('gets its own under other names, and is told so; what fits is used as it is', async () => {
    expect(await world.install(OTHER)).toMatchObject({ status: 200 });
    await world.settled();
    const has = (type: 'contacts' | 'tickets', name: string) => other.properties.get(type)?.has(name) === true;
    expect(has('contacts', 'sms_opt_out_sms_bridge')).toBe(true);
    expect(has('contacts', 'sms_consent_status_sms_bridge')).toBe(true);
    expect(has('contacts', 'sms_last_status_sms_bridge')).toBe(false);
    expect(other.properties.get('tickets')?.get('sms_conversation_key_sms_bridge')?.isUnique).toBe(true);
    const { json } = await world.ask('GET', 'settings', undefined, OTHER);
    expect(json['notice']).toContain('sms_opt_out_sms_bridge instead of sms_opt_out');
  });

  test('has replies, tickets and outcomes as any other', async () => {
    await world.clock.advance(3_500);
    expect(await write('ap-o-1')).toMatchObject({ status: 200 });
    await world.until(() => contact.properties['sms_last_status'] === 'delivered');
    await world.texts(number, 'Thank you');
    const [ticketId] = await world.until(() => other.linked('contacts', contact.id, 'tickets')[0]);
    expect(other.get('tickets', ticketId).properties['sms_conversation_key_sms_bridge']).toMatch(/^[0-9a-f-]{36}$/);
    await world.until(() => contact.properties['sms_last_inbound_text'] === 'Thank you');
  });

  test('has opt-outs both ways, and what the other property says is left alone', async () => {
    other.update('contacts', contact.id, { sms_opt_out: 'true' });
    await tell();
    expect((await world.sdk.consents.get(number)).status).not.toBe('opted_out');
    other.update('contacts', contact.id, { sms_opt_out: 'since May' });
    await world.texts(number, 'STOP');
    await world.until(() => contact.properties['sms_opt_out_sms_bridge'] === 'true');
    expect(contact.properties).toMatchObject({ sms_opt_out: 'since May', sms_consent_status_sms_bridge: 'opted_out' });
    const next = freshNumber();
    const ticked = other.create('contacts', { properties: { mobilephone: next, sms_opt_out_sms_bridge: 'true' } });
    await world.clock.advance(DAY_MS + 3_600_000);
    await world.until(async () => (await world.sdk.consents.get(next)).status === 'opted_out');
    expect(ticked.properties['sms_opt_out']).toBeUndefined();
  });
});
