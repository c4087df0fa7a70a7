import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { SmsApiError, type SmsClient } from '../../sdk/index.ts';
import type { HubSpotClient, HubSpotRecord } from '../api/client.ts';
import { findContacts } from '../people/match.ts';
import { countryOf, numbersOf, readNumber } from '../people/recipients.ts';
import { consentStep, optOutSourceOf } from '../rules/consent.ts';
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

/** The server's word, on every contact that has the number. A contact that says it already is not written to. */
export async function tellHubSpot(options: ConsentOptions, portal: Portal, change: ConsentChange): Promise<void> {
  const contacts = await findContacts(options, portal, change.number, true);
  await writeConsent(options, portal.portalId, contacts, change);
}

async function writeConsent(
  options: ConsentOptions,
  portalId: number,
  contacts: readonly HubSpotRecord[],
  change: ConsentChange,
): Promise<void> {
  const { storage, client, clock } = options;
  const value = String(change.isOptOut);
  const differing = contacts.filter(({ properties }) => (properties['sms_opt_out'] === 'true') !== change.isOptOut);
  if (differing.length === 0) return;
  // Noted before it is written: the echo may be here before the answer.
  for (const { id } of differing) await noteConsentWrite(storage, portalId, id, value, new Date(clock.now()));
  const properties = {
    sms_opt_out: value,
    sms_consent_status: change.isOptOut ? 'opted_out' : 'opted_in',
    sms_consent_source: change.source.slice(0, 100),
    [change.isOptOut ? 'sms_opt_out_at' : 'sms_opt_in_at']: new Date(change.atMs).toISOString(),
  };
  await client.updateAll(
    portalId,
    'contacts',
    differing.map(({ id }) => ({ id, properties })),
  );
}

/** Why a contact is looked at. */
export interface Told {
  /** What the opt-out property was changed to; null = something else was changed, or both sides are compared. */
  readonly value: string | null;
  /** A number came to the contact: its own state decides, and what is ticked was about another. */
  readonly isNewNumber: boolean;
  readonly atMs: number;
}

/** Somebody changed a contact. What it says now is what counts; what we wrote ourselves says nothing. */
export async function hearHubSpot(
  options: ConsentOptions,
  portal: Portal,
  contact: HubSpotRecord,
  told: Told,
): Promise<void> {
  const { storage, clock } = options;
  const { portalId } = portal;
  const at = new Date(clock.now());
  const isTicked = contact.properties['sms_opt_out'] === 'true';
  const numbers = await readNumbers(options, portal, contact);
  // Search will know of them only seconds later.
  for (const number of numbers) await rememberContact(storage, portalId, number, contact.id, at);
  const lastKnown = await lastConsentWrite(storage, portalId, contact.id, new Date(clock.now() - ECHO_MS));
  if (told.value !== null && lastKnown === String(isTicked)) return;
  for (const number of numbers) {
    const optedOutBy = await optedOutByOf(options.sdk, number);
    const step = consentStep({ isTicked, optedOutBy, allowsOptIn: portal.settings.opt_in_by_users });
    if (step === 'nothing' || (step === 'opt_out' && told.isNewNumber)) continue;
    const change = { number, isOptOut: true, source: optedOutBy ?? 'crm', atMs: told.atMs };
    if (step === 'put_back') await putBack(options, portalId, contact, change);
    else await carryOut(options.sdk, portalId, number, step, contact.id);
    if (step === 'put_back') return;
  }
  // The next change back is a change again.
  if (told.value !== null) await noteConsentWrite(storage, portalId, contact.id, String(isTicked), at);
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
  const isTicked = contact.properties['sms_opt_out'] === 'true';
  const source = isTicked ? null : await firstOptOut(options.sdk, known);
  if (source !== null) await writeConsent(options, portalId, [contact], { number: '', isOptOut: true, source, atMs });
  const merged = source === null ? contact : { ...contact, properties: { ...contact.properties, sms_opt_out: 'true' } };
  await hearHubSpot(options, portal, merged, { value: null, isNewNumber: false, atMs });
}

async function firstOptOut(sdk: ConsentOptions['sdk'], numbers: readonly string[]): Promise<string | null> {
  for (const number of numbers) {
    const optedOutBy = await optedOutByOf(sdk, number);
    if (optedOutBy !== null) return optedOutBy;
  }
  return null;
}

/** Whoever unticked it has to see why it is ticked again. The note comes first: a contact that is ticked is not looked at twice. */
async function putBack(
  options: ConsentOptions,
  portalId: number,
  contact: HubSpotRecord,
  change: ConsentChange,
): Promise<void> {
  if (contact.properties['sms_opt_out'] !== 'true') await noteOnce(options.client, portalId, contact.id, change);
  await writeConsent(options, portalId, [contact], change);
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
