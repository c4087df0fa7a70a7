import type { SmsClient } from '../../sdk/index.ts';
import type { HubSpotClient, HubSpotRecord } from '../api/client.ts';
import type { Person } from '../app/src/app/packages/ask/shapes.ts';
import { CONTACT_FIELDS } from '../people/properties.ts';
import { type ObjectName, PLURALS, type Recipient, recipientOf } from '../people/recipients.ts';
import { inParallel } from '../people/in-parallel.ts';
import type { Portal } from '../store/portals.ts';
import { Refused } from './asked.ts';

export interface PeopleOptions {
  readonly client: Pick<HubSpotClient, 'read' | 'linked'>;
  readonly sdk: Pick<SmsClient, 'numbers'>;
}

/** The record that a card is on. */
export interface OnRecord {
  readonly objectTypeId: string;
  readonly objectId: string;
}

/** HubSpot's ids of the objects that have the card. */
const NAMES: Readonly<Record<string, ObjectName>> = {
  '0-1': 'contact',
  '0-2': 'company',
  '0-3': 'deal',
  '0-5': 'ticket',
};

export function objectNameOf(objectTypeId: string): ObjectName {
  const name = NAMES[objectTypeId];
  if (!name) throw new Refused(400, 'INVALID_REQUEST', 'Records of this kind have no contacts that could be texted.');
  return name;
}

/** A contact with what HubSpot says of them, and whether they can be texted. */
export interface Found {
  readonly contact: HubSpotRecord;
  readonly recipient: Recipient;
}

/** More do not fit into a card. */
const PEOPLE_MAX = 10;

/** The contacts of a record, in HubSpot's order: the contact itself, or those that it is associated with. */
export async function peopleOf(options: PeopleOptions, portal: Portal, on: OnRecord) {
  const ids = await contactIdsOf(options, portal, on);
  const found = await findContacts(options, portal, ids.slice(0, PEOPLE_MAX));
  return { found, more: Math.max(0, ids.length - PEOPLE_MAX) };
}

/** One of the contacts of a record. That a card names somebody does not make them one. */
export async function personOf(
  options: PeopleOptions,
  portal: Portal,
  on: OnRecord,
  contactId: string,
): Promise<Found> {
  const ids = await contactIdsOf(options, portal, on);
  const [found] = ids.includes(contactId) ? await findContacts(options, portal, [contactId]) : [];
  if (!found) throw new Refused(404, 'RECORD_GONE', 'The contact does not belong to this record any more.');
  return found;
}

async function contactIdsOf({ client }: PeopleOptions, { portalId }: Portal, { objectTypeId, objectId }: OnRecord) {
  const name = objectNameOf(objectTypeId);
  if (name === 'contact') return [objectId];
  return (await client.linked(portalId, PLURALS[name], [objectId], 'contacts')).get(objectId) ?? [];
}

/** What else a text may name. */
const FIELDS = [...CONTACT_FIELDS, 'company', 'email'] as const;

/** Those of the contacts that exist, in the order of the ids. */
export async function findContacts(options: PeopleOptions, portal: Portal, ids: readonly string[]): Promise<Found[]> {
  if (ids.length === 0) return [];
  const records = await options.client.read(portal.portalId, 'contacts', ids, FIELDS);
  const byId = new Map(records.map((record) => [record.id, record]));
  const contacts = ids.flatMap((id) => byId.get(id) ?? []);
  return inParallel(contacts, async (contact) => ({
    contact,
    recipient: await recipientOf(options.sdk, contact, portal.settings.default_country),
  }));
}

export function personIn({ contact, recipient }: Found): Person {
  const blocked = recipient.ok ? null : WHY_NOT[recipient.reason];
  return { contactId: contact.id, name: nameOf(contact), number: recipient.number, blocked };
}

export const WHY_NOT = {
  no_number:
    'The contact has no number that can be texted. Numbers without a country code need a default country in the settings.',
  not_a_mobile: 'The number is that of a landline or a service, where nobody reads texts.',
  opted_out: 'The contact has opted out of texts. They can opt in again by texting START.',
} as const;

export const nameOf = ({ id, properties }: HubSpotRecord): string =>
  [properties['firstname'], properties['lastname']].filter(Boolean).join(' ') || properties['email'] || `Contact ${id}`;
