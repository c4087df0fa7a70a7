import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Stored } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal } = world;

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
