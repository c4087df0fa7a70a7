import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { SmsApiError, type SmsClient } from '../../sdk/index.ts';
import type { HubSpotClient, HubSpotRecord, HubSpotUpdate } from '../api/client.ts';
import { findContacts } from '../people/match.ts';
import { countryOf, numbersOf, readNumber } from '../people/recipients.ts';
import { consentSteps, optOutSourceOf, type OptOutSource, type TickIsAbout } from '../rules/consent.ts';
import { lastConsentWrite, noteConsentWrite, numbersByContact, rememberContact } from '../store/people.ts';
import type { Portal } from '../store/portals.ts';

export interface ConsentOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'numbers' | 'optOuts' | 'consents'>;
  readonly clock: Clock;
}

export interface ConsentChange {
  readonly number: string;
  readonly isOptOut: boolean;
  readonly source: string;
  readonly atMs: number;
}

/** The id of an account among the systems that have to confirm every opt-out. */
export const systemOf = (portalId: number) => `hubspot-${portalId}`;

/** As long as what we wrote may come back as an event. */
export const ECHO_MS = 86_400_000;

/**
 * The server's word, on every contact that has the number: ticked as long as any number of the contact is opted out. One
 * that says it already is not written to, and nobody hears of an opt-out that was taken back since. Throws when HubSpot
 * refuses one of them, after all others were written.
 */
export async function tellHubSpot(options: ConsentOptions, portal: Portal, change: ConsentChange): Promise<void> {
  if (change.isOptOut && (await firstOptOut(options.sdk, [change.number])) === null) return;
  const contacts = await findContacts(options, portal, change.number, true);
  const differing = contacts.filter((contact) => isTicked(contact) !== change.isOptOut);
  const freed: HubSpotRecord[] = [];
  if (!change.isOptOut)
    for (const contact of differing)
      if ((await firstOptOut(options.sdk, await readNumbers(options, portal, contact))) === null) freed.push(contact);
  await writeConsent(options, portal.portalId, change.isOptOut ? differing : freed, change);
}

const isTicked = ({ properties }: HubSpotRecord) => properties['sms_opt_out'] === 'true';

async function writeConsent(
  { storage, client, clock }: ConsentOptions,
  portalId: number,
  contacts: readonly HubSpotRecord[],
  change: ConsentChange,
): Promise<void> {
  const tick = { sms_opt_out: String(change.isOptOut) };
  // Noted before it is written: the echo may be here before the answer.
  for (const { id } of contacts) await noteConsentWrite(storage, portalId, id, tick.sms_opt_out, new Date(clock.now()));
  const properties = {
    ...tick,
    sms_consent_status: change.isOptOut ? 'opted_out' : 'opted_in',
    sms_consent_source: change.source.slice(0, 100),
    [change.isOptOut ? 'sms_opt_out_at' : 'sms_opt_in_at']: new Date(change.atMs).toISOString(),
  };
  const write = (ids: readonly string[], values: HubSpotUpdate['properties']) =>
    client.updateAll(
      portalId,
      'contacts',
      ids.map((id) => ({ id, properties: values })),
    );
  const refused = await write(
    contacts.map(({ id }) => id),
    properties,
  );
  // Somebody may have removed one of the others.
  const left = await write([...refused.keys()], tick);
  for (const error of left.values()) if (error.kind !== 'notFound') throw error;
}

/** Why a contact is looked at. */
export interface Told {
  /** What somebody changed the opt-out property to; null = something else was changed, or both sides are compared. */
  readonly value: string | null;
  readonly tickIsAbout: TickIsAbout;
  readonly atMs: number;
}

/** Somebody changed a contact. What it says now is what counts; what we wrote ourselves says nothing. */
export async function hearHubSpot(
  options: ConsentOptions,
  portal: Portal,
  contact: HubSpotRecord,
  told: Told,
): Promise<void> {
  const { storage, sdk, clock } = options;
  const { portalId } = portal;
  const at = new Date(clock.now());
  const numbers = await readNumbers(options, portal, contact);
  // Search will know of them only seconds later.
  for (const number of numbers) await rememberContact(storage, portalId, number, contact.id, at);
  const ticked = String(isTicked(contact));
  const lastKnown = await lastConsentWrite(storage, portalId, contact.id, new Date(clock.now() - ECHO_MS));
  if (told.value !== null && lastKnown === ticked) return;
  const states: { readonly number: string; readonly optedOutBy: OptOutSource | null }[] = [];
  for (const number of numbers) states.push({ number, optedOutBy: await optedOutByOf(sdk, number) });
  const steps = consentSteps({
    isTicked: isTicked(contact),
    tickIsAbout: told.tickIsAbout,
    optedOutBy: states.map(({ optedOutBy }) => optedOutBy),
    // A contact that is new, or not written to yet, was never unticked.
    allowsOptIn: told.value !== null && portal.settings.opt_in_by_users,
  });
  const stays = states[steps.indexOf('put_back')];
  if (stays) {
    const change = { number: stays.number, isOptOut: true, source: stays.optedOutBy ?? 'crm', atMs: told.atMs };
    return putBack(options, portalId, contact, change, told.value !== null);
  }
  for (const [index, { number }] of states.entries()) {
    const step = steps[index];
    if (step === 'opt_out' || step === 'opt_in') await carryOut(sdk, portalId, number, step, contact.id);
  }
  // The next change back is a change again.
  if (told.value !== null) await noteConsentWrite(storage, portalId, contact.id, ticked, at);
}

/**
 * Two contacts became one: what was opted out of either is opted out of both, though what HubSpot kept may be the other
 * tick, or the other number.
 */
export async function hearMerge(
  options: ConsentOptions,
  portal: Portal,
  contact: HubSpotRecord,
  atMs: number,
): Promise<void> {
  const { portalId } = portal;
  const known = (await numbersByContact(options.storage, [contact.id])).get(`${portalId}:${contact.id}`) ?? [];
  const source = isTicked(contact) ? null : await firstOptOut(options.sdk, known);
  if (source !== null) await writeConsent(options, portalId, [contact], { number: '', isOptOut: true, source, atMs });
  const merged = source === null ? contact : { ...contact, properties: { ...contact.properties, sms_opt_out: 'true' } };
  await hearHubSpot(options, portal, merged, { value: null, tickIsAbout: 'all', atMs });
}

async function firstOptOut(sdk: ConsentOptions['sdk'], numbers: readonly string[]): Promise<OptOutSource | null> {
  for (const number of numbers) {
    const optedOutBy = await optedOutByOf(sdk, number);
    if (optedOutBy !== null) return optedOutBy;
  }
  return null;
}

/**
 * Whoever unticked it has to see why it is ticked again. The note comes first: a contact that is ticked is not looked at
 * twice. `isTold`: HubSpot tells of it; a comparison finds it anew every day, as long as HubSpot refuses the tick.
 */
async function putBack(
  options: ConsentOptions,
  portalId: number,
  contact: HubSpotRecord,
  change: ConsentChange,
  isTold: boolean,
): Promise<void> {
  const note = async () => {
    if (!isTicked(contact)) await noteOnce(options.client, portalId, contact.id, change);
  };
  if (isTold) await note();
  await writeConsent(options, portalId, [contact], change);
  if (!isTold) await note();
}

const NOTE_TO_CONTACT = 202;

async function noteOnce(
  client: HubSpotClient,
  portalId: number,
  contactId: string,
  { source, atMs }: ConsentChange,
): Promise<void> {
  const linked = (await client.linked(portalId, 'contacts', [contactId], 'notes')).get(contactId) ?? [];
  const notes = linked.length > 0 ? await client.read(portalId, 'notes', linked.slice(-100), ['hs_timestamp']) : [];
  if (notes.some(({ properties }) => Date.parse(properties['hs_timestamp'] ?? '') === atMs)) return;
  const who = source === 'phone' ? 'by text message' : 'and only they can take that back';
  const properties = {
    hs_timestamp: new Date(atMs).toISOString(),
    hs_note_body: `"Opted out of texts" is ticked again: the contact has opted out ${who}. Who wants texts again writes START to the number.`,
  };
  await client.create(portalId, 'notes', properties, [{ toId: contactId, typeId: NOTE_TO_CONTACT }]);
}

async function readNumbers({ sdk }: ConsentOptions, portal: Portal, contact: HubSpotRecord): Promise<string[]> {
  const country = countryOf(contact, portal.settings.default_country);
  const numbers = new Set<string>();
  for (const written of numbersOf(contact)) {
    const read = await readNumber(sdk, written, country);
    if (typeof read === 'object') numbers.add(read.e164);
  }
  return [...numbers];
}

async function optedOutByOf(sdk: ConsentOptions['sdk'], number: string) {
  const { topics, status } = await sdk.consents.get(number);
  if (status !== 'opted_out' && topics['*'] !== 'opted_out') return null;
  let source = 'api';
  for await (const event of sdk.consents.events(number))
    if (event.action === 'opt_out' && event.topic === '*') ({ source } = event);
  return optOutSourceOf(source);
}

async function carryOut(
  sdk: ConsentOptions['sdk'],
  portalId: number,
  number: string,
  step: 'opt_out' | 'opt_in',
  contactId: string,
): Promise<void> {
  if (step === 'opt_out') return optOutTicked(sdk, portalId, number, contactId);
  const evidence = {
    text: `Unticked in HubSpot, account ${portalId}, contact ${contactId}`,
    actor: `hubspot:${portalId}`,
  };
  await sdk.optOuts.delete(number, { evidence });
}

export async function optOutTicked(
  { optOuts }: Pick<SmsClient, 'optOuts'>,
  portalId: number,
  number: string,
  contactId: string,
): Promise<void> {
  const reason = `Ticked in HubSpot, account ${portalId}, contact ${contactId}`;
  await optOuts.create({ number, source: 'crm', reason });
}

/** The account has heard of the opt-out: the server keeps how long that took. */
export async function acknowledge(
  { sdk }: ConsentOptions,
  portalId: number,
  number: string,
  eventId: string | null,
): Promise<void> {
  try {
    await sdk.optOuts.acknowledge(number, {
      system: systemOf(portalId),
      ...(eventId === null ? {} : { event_id: eventId }),
    });
  } catch (error) {
    // It was recorded before the account was connected, or taken back since.
    if (!(error instanceof SmsApiError) || error.status !== 404) throw error;
  }
}
