import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { invalid, type Stored } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { givenUpOf } from '../../connectors/hubspot/store/given-up.ts';
import { PORTAL } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, storage, sdk } = world;

let last = 700;
const freshNumber = () => `+14155550${(last += 1)}`;
const isTicked = ({ properties }: Stored) => properties['sms_opt_out'] === 'true';
const stateOf = async (number: string) => (await sdk.consents.get(number)).status;
const isConfirmed = async (number: string) =>
  (await sdk.optOuts.propagation(number)).systems.some(
    ({ system, state }) => system === `hubspot-${PORTAL}` && state === 'confirmed',
  );
/** What the settings page lists as not done. */
const notDone = async (kind: string) =>
  (await givenUpOf(storage, PORTAL)).flatMap((one) => (one.kind === kind ? [one.reason] : [])).join(' ');
/** What the account tells, and everything that it sets off. */
const told = async () => {
  await hubspot.deliveries.deliver({ copies: 2 });
  await world.settled();
};
const untold = () => (hubspot.deliveries.waiting.length = 0);
/** Both sides are compared meanwhile. */
const dayLater = async () => {
  await world.settled();
  await world.clock.advance(86_500_000);
  await world.settled();
};

beforeEach(async () => {
  await world.settled();
  untold();
  await world.configure({});
  await storage.query('delete from tasks where given_up');
});

describe('what HubSpot refuses', () => {
  const sharing = async (count: number) => {
    const number = freshNumber();
    const contacts = Array.from({ length: count }, () => world.contact({ mobilephone: number }));
    await told();
    await world.clock.advance(3_500);
    return { number, contacts };
  };

  test('is tried again the next day, and confirmed then', async () => {
    const { number, contacts } = await sharing(2);
    portal.faulty.set(contacts[0]?.id ?? '', { action: 'write', refusal: invalid('A rule.'), breaksBatch: true });
    await world.texts(number, 'STOP');
    await world.until(async () => (await notDone('consent')).includes('VALIDATION_ERROR'));
    portal.faulty.clear();
    untold();
    await dayLater();
    expect([contacts.every(isTicked), await isConfirmed(number)]).toEqual([true, true]);
  });

  test('is not told any more when it was taken back before somebody has it tried again', async () => {
    const { number, contacts } = await sharing(1);
    const [contact] = contacts;
    portal.faulty.set(contact?.id ?? '', { action: 'write', refusal: invalid('A rule.'), breaksBatch: true });
    await world.texts(number, 'STOP');
    await world.until(async () => (await notDone('consent')).includes('VALIDATION_ERROR'));
    await world.clock.advance(1_000);
    await world.texts(number, 'START');
    await world.until(async () => (await stateOf(number)) === 'opted_in');
    portal.faulty.clear();
    const task = (await givenUpOf(storage, PORTAL)).find(({ kind }) => kind === 'consent');
    expect((await world.ask('POST', 'settings/given-up', { id: task?.id })).status).toBe(200);
    await world.settled();
    expect([await notDone('consent'), contacts.some(isTicked), await stateOf(number)]).toEqual(['', false, 'opted_in']);
  });

  test.each([true, false])(
    'of one contact keeps no other from being ticked, is told, and is not confirmed (a batch is refused whole: %s)',
    async (breaksBatch) => {
      const { number, contacts } = await sharing(3);
      const [one] = contacts;
      portal.faulty.set(one?.id ?? '', { action: 'write', refusal: invalid('A rule of the account.'), breaksBatch });
      await world.texts(number, 'STOP');
      await world.until(() => contacts.filter(isTicked).length === 2);
      await world.until(async () => (await notDone('consent')).includes('VALIDATION_ERROR'));
      await world.settled();
      expect(await isConfirmed(number)).toBe(false);
      // The comparison tries again, and goes on where it is refused.
      const late = world.contact({ mobilephone: freshNumber(), sms_opt_out: 'true' });
      untold();
      await dayLater();
      expect(await stateOf(late.properties['mobilephone'] ?? '')).toBe('opted_out');
      portal.faulty.clear();
    },
  );

  test('of what stands beside the tick, because somebody archived it, does not keep the contact from being ticked', async () => {
    const { number, contacts } = await sharing(2);
    const properties = portal.properties.get('contacts');
    const archived = properties?.get('sms_consent_source');
    properties?.delete('sms_consent_source');
    await world.texts(number, 'STOP');
    await world.until(() => contacts.every(isTicked));
    await world.until(() => isConfirmed(number));
    if (archived) properties?.set(archived.name, archived);
  });
});

describe('a contact with two numbers', () => {
  test('R144: stays ticked until both want texts again, and no comparison takes the START of one back', async () => {
    const [home, work] = [freshNumber(), freshNumber()];
    const contact = world.contact({ mobilephone: home, phone: work });
    await told();
    for (const number of [home, work]) await world.texts(number, 'STOP');
    await world.until(async () => isTicked(contact) && (await isConfirmed(home)) && (await isConfirmed(work)));
    await told();
    await world.clock.advance(1_000);
    await world.texts(home, 'START');
    await world.until(async () => (await stateOf(home)) === 'opted_in');
    await told();
    expect(isTicked(contact)).toBe(true);
    await dayLater();
    await told();
    expect([await stateOf(home), await stateOf(work), isTicked(contact)]).toEqual(['opted_in', 'opted_out', true]);
    await world.texts(work, 'START');
    await world.until(() => !isTicked(contact));
  });

  test('is ticked by a user for both', async () => {
    const [home, work] = [freshNumber(), freshNumber()];
    const contact = world.contact({ mobilephone: home, phone: work });
    await told();
    portal.update('contacts', contact.id, { sms_opt_out: 'true' });
    await told();
    for (const number of [home, work]) expect(await stateOf(number)).toBe('opted_out');
  });
});

describe('an opt-out', () => {
  test('of a user is not taken back by a new contact that has the number and was never ticked', async () => {
    await world.configure({ opt_in_by_users: true });
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number, sms_opt_out: 'true' });
    await told();
    expect(await stateOf(number)).toBe('opted_out');
    const next = world.contact({ phone: number });
    await told();
    expect([await stateOf(number), isTicked(contact), isTicked(next)]).toEqual(['opted_out', true, true]);
  });

  test('is of the phone when the phone says STOP after a user has ticked it: no user takes it back', async () => {
    await world.configure({ opt_in_by_users: true });
    const number = freshNumber();
    const contact = world.contact({ mobilephone: number });
    await told();
    portal.update('contacts', contact.id, { sms_opt_out: 'true' });
    await told();
    await world.texts(number, 'STOP');
    await world.clock.advance(1_000);
    await world.settled();
    portal.update('contacts', contact.id, { sms_opt_out: 'false' });
    await told();
    expect([await stateOf(number), isTicked(contact)]).toEqual(['opted_out', true]);
  });

  test.each(['STOP first', 'the user first'])(
    'holds when the phone says STOP while a user unticks the contact: %s',
    async (order) => {
      await world.configure({ opt_in_by_users: true });
      const number = freshNumber();
      const contact = world.contact({ mobilephone: number, sms_opt_out: 'true' });
      await told();
      await world.clock.advance(1_000);
      portal.update('contacts', contact.id, { sms_opt_out: 'false' });
      const stop = world.texts(number, 'STOP');
      if (order === 'STOP first') await stop;
      await Promise.all([stop, hubspot.deliveries.deliver()]);
      await world.until(async () => isTicked(contact) && (await stateOf(number)) === 'opted_out');
      await told();
      expect([await stateOf(number), isTicked(contact)]).toEqual(['opted_out', true]);
    },
  );

  test('holds when the person was deleted for privacy, and is said again', async () => {
    const number = freshNumber();
    const contact = await world.stopped(number);
    portal.forget(contact.id);
    await told();
    await world.until(
      async () => (await storage.query('select 1 from people where number = $1', [number])).length === 0,
    );
    const refused = () =>
      sdk.sms.send({ to: number, body: 'Hi' }).catch((error: { readonly code: string }) => error.code);
    expect(await refused()).toBe('OPTED_OUT');
    const next = world.contact({ mobilephone: number });
    await world.clock.advance(3_500);
    await world.texts(number, 'STOP');
    await world.until(async () => (await stateOf(number)) === 'opted_out');
    await told();
    await world.until(() => isTicked(next));
    expect(await refused()).toBe('OPTED_OUT');
  });
});

describe('the comparison of both sides', () => {
  test('R144: finds who was unticked, ticked, or given the number of somebody opted out, in two days without any webhook', async () => {
    const [stopped, ticking, given] = [freshNumber(), freshNumber(), freshNumber()];
    const unticked = await world.stopped(stopped);
    const [ticked, changed] = [world.contact({ mobilephone: ticking }), world.contact({ phone: given })];
    await told();
    // Older than what the server tells again.
    for (let day = 0; day < 5; day += 1) await dayLater();
    const end = hubspot.faults.outage();
    portal.update('contacts', unticked.id, { sms_opt_out: 'false' });
    portal.update('contacts', ticked.id, { sms_opt_out: 'true' });
    portal.update('contacts', changed.id, { phone: stopped });
    untold();
    for (let day = 0; day < 2; day += 1) await dayLater();
    end();
    await world.eventually(() => isTicked(unticked) && isTicked(changed));
    await world.until(async () => (await stateOf(ticking)) === 'opted_out');
    expect([await stateOf(stopped), await stateOf(given)]).not.toContain('opted_in');
    untold();
  });

  test('comes again the next day, although HubSpot refused it', async () => {
    const refused = { type: 'answer' as const, status: 400, json: { category: 'VALIDATION_ERROR', message: 'No.' } };
    const number = freshNumber();
    world.contact({ mobilephone: number, sms_opt_out: 'true' });
    untold();
    await world.clock.advance(3_500);
    hubspot.faults.add(/contacts\/search$/, refused);
    await dayLater();
    expect(await notDone('reconcile')).toContain('VALIDATION_ERROR');
    expect(await stateOf(number)).not.toBe('opted_out');
    await dayLater();
    expect(await stateOf(number)).toBe('opted_out');
  });
});
