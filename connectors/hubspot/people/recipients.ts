import { type SmsClient, SmsApiError } from '../../sdk/index.ts';
import type { HubSpotClient, HubSpotRecord } from '../api/client.ts';
import type { PortalSettings } from '../portal-settings.ts';
import { inParallel } from './in-parallel.ts';
import { CONTACT_FIELDS } from './properties.ts';

export type ObjectName = 'contact' | 'company' | 'deal' | 'ticket';
export type RecipientPolicy = 'enrolled' | 'primary' | 'all' | 'number';

/** One person that a text is for, or why there is none. */
export type Recipient =
  | {
      readonly ok: true;
      readonly contactId: string;
      readonly number: string;
      readonly contact: HubSpotRecord;
      /** The text is about the contact, and the number is not theirs. */
      readonly isForeign?: boolean;
    }
  | {
      readonly ok: false;
      readonly contactId: string;
      readonly reason: 'no_number' | 'not_a_mobile' | 'opted_out';
      readonly number: string | null;
    };

export interface RecipientsOptions {
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'numbers'>;
}

export interface Wanted {
  readonly portalId: number;
  readonly settings: PortalSettings;
  readonly object: ObjectName;
  readonly objectId: string;
  readonly policy: RecipientPolicy;
  /** For the policy `number`. */
  readonly number?: string | undefined;
  /** To be read beside the usual ones. */
  readonly properties?: readonly string[];
}

export interface Found {
  readonly recipients: readonly Recipient[];
  /** How many more contacts there are than are ever texted for one record. */
  readonly leftOut: number;
}

const RECIPIENTS_MAX = 10;
/** Contacts of one record that are looked at. */
const LINKED_MAX = 100;

export const PLURALS = { contact: 'contacts', company: 'companies', deal: 'deals', ticket: 'tickets' } as const;

/**
 * Whom a text about a record is for: the contact itself, the oldest of those associated with it, or all of them, each
 * number once. The policy `number` names the number; the contacts say to whom it belongs.
 */
export async function findRecipients(options: RecipientsOptions, wanted: Wanted): Promise<Found> {
  const { portalId, object, objectId } = wanted;
  const ids =
    object === 'contact'
      ? [objectId]
      : (await options.client.linked(portalId, PLURALS[object], [objectId], 'contacts')).get(objectId);
  return chooseFrom(options, wanted, await readContacts(options.client, wanted, ids?.slice(0, LINKED_MAX) ?? []));
}

/** The same for many records, with a call of HubSpot for a hundred of them in place of one for each; in their order. */
export async function findRecipientsOfAll(
  options: RecipientsOptions,
  wanted: Omit<Wanted, 'objectId'>,
  objectIds: readonly string[],
): Promise<Found[]> {
  const { client } = options;
  const linked = await client.linked(wanted.portalId, PLURALS[wanted.object], objectIds, 'contacts');
  const idsOf = (objectId: string) => new Set(linked.get(objectId)?.slice(0, LINKED_MAX));
  const all = await readContacts(client, wanted, [...new Set(objectIds.flatMap((objectId) => [...idsOf(objectId)]))]);
  return inParallel(objectIds, (objectId) => {
    const ids = idsOf(objectId);
    const contacts = all.filter(({ id }) => ids.has(id));
    return chooseFrom(options, wanted, contacts);
  });
}

async function chooseFrom(
  options: RecipientsOptions,
  wanted: Omit<Wanted, 'objectId'>,
  contacts: HubSpotRecord[],
): Promise<Found> {
  if (wanted.policy === 'number') return { recipients: [await byNumber(options, wanted, contacts)], leftOut: 0 };
  const chosen = wanted.policy === 'all' ? contacts.slice(0, RECIPIENTS_MAX) : contacts.slice(0, 1);
  const found: Recipient[] = [];
  for (const contact of chosen) {
    const one = await recipientOf(options.sdk, contact, wanted.settings.default_country);
    const isTwice = found.some((other) => other.ok && one.ok && other.number === one.number);
    if (!isTwice) found.push(one);
  }
  return { recipients: found, leftOut: wanted.policy === 'all' ? contacts.length - chosen.length : 0 };
}

/** The oldest first. */
async function readContacts(
  client: HubSpotClient,
  { portalId, properties = [] }: Omit<Wanted, 'objectId'>,
  ids: readonly string[],
): Promise<HubSpotRecord[]> {
  if (ids.length === 0) return [];
  const contacts = await client.read(portalId, 'contacts', ids, [...new Set([...CONTACT_FIELDS, ...properties])]);
  const createdMs = ({ properties }: HubSpotRecord) => Date.parse(properties['createdate'] ?? '') || 0;
  return contacts.sort((one, other) => createdMs(one) - createdMs(other) || Number(one.id) - Number(other.id));
}

async function byNumber(
  { sdk }: RecipientsOptions,
  wanted: Omit<Wanted, 'objectId'>,
  contacts: HubSpotRecord[],
): Promise<Recipient> {
  const number = await readNumber(sdk, wanted.number ?? '', wanted.settings.default_country);
  const [first] = contacts;
  if (typeof number !== 'object') return { ok: false, contactId: first?.id ?? '', reason: number, number: null };
  const own = await ownerOf(sdk, contacts, number.e164, wanted.settings.default_country);
  const contact = own ?? first ?? { id: '', properties: {} };
  if (own?.properties['sms_opt_out'] === 'true')
    return { ok: false, contactId: own.id, reason: 'opted_out', number: number.e164 };
  return { ok: true, contactId: contact.id, number: number.e164, contact, isForeign: own === null };
}

async function ownerOf(
  sdk: RecipientsOptions['sdk'],
  contacts: readonly HubSpotRecord[],
  number: string,
  country: string | null,
): Promise<HubSpotRecord | null> {
  for (const contact of contacts) if (await hasNumber(sdk, contact, number, country)) return contact;
  return null;
}

/** Whatever the country, what is written ends as the number does. */
const mayBe = (written: string, number: string) => written.replaceAll(/\D/g, '').endsWith(number.slice(-4));

/** Two countries may share a national number: it counts when it reads as the same number. */
export async function hasNumber(
  sdk: RecipientsOptions['sdk'],
  contact: HubSpotRecord,
  number: string,
  country: string | null,
): Promise<boolean> {
  for (const written of numbersOf(contact)) {
    if (written === number) return true;
    if (!mayBe(written, number)) continue;
    const read = await readNumber(sdk, written, countryOf(contact, country));
    if (typeof read === 'object' && read.e164 === number) return true;
  }
  return false;
}

/** The number of a contact, and whether HubSpot says that they opted out. */
export async function recipientOf(
  sdk: RecipientsOptions['sdk'],
  contact: HubSpotRecord,
  country: string | null,
): Promise<Recipient> {
  const contactId = contact.id;
  let fault: 'no_number' | 'not_a_mobile' = 'no_number';
  for (const written of numbersOf(contact)) {
    const number = await readNumber(sdk, written, countryOf(contact, country));
    if (typeof number !== 'object') {
      if (number === 'not_a_mobile') fault = number;
      continue;
    }
    if (contact.properties['sms_opt_out'] === 'true')
      return { ok: false, contactId, reason: 'opted_out', number: number.e164 };
    return { ok: true, contactId, number: number.e164, contact };
  }
  return { ok: false, contactId, reason: fault, number: null };
}

/** Of numbers that the contact has without a country. A property that somebody emptied is an empty text. */
export const countryOf = ({ properties }: HubSpotRecord, ofAccount: string | null): string | null =>
  properties['hs_country_region_code'] || ofAccount;

/** As they are written: the mobile number first. */
export const numbersOf = ({ properties }: HubSpotRecord): string[] =>
  [properties['mobilephone'], properties['phone']].filter((written): written is string => !!written);

/** Where nobody reads texts. A North American number tells nothing about that. */
const NO_MOBILE = new Set(['FIXED_LINE', 'TOLL_FREE', 'PREMIUM_RATE', 'SHARED_COST', 'UAN', 'VOICEMAIL', 'PAGER']);

/** The server reads numbers, so that every front end reads them alike. */
export async function readNumber(
  sdk: RecipientsOptions['sdk'],
  written: string,
  country: string | null,
): Promise<{ readonly e164: string } | 'no_number' | 'not_a_mobile'> {
  if (written.trim() === '' || written.length > 60) return 'no_number';
  try {
    const known = country !== null && /^[A-Za-z]{2}$/.test(country) ? { default_country: country.toUpperCase() } : {};
    const { possible, number, type } = await sdk.numbers.validate({ number: written, ...known });
    if (!possible || number === null) return 'no_number';
    return type !== null && NO_MOBILE.has(type) ? 'not_a_mobile' : { e164: number };
  } catch (error) {
    if (error instanceof SmsApiError && error.status === 422) return 'no_number';
    throw error;
  }
}
