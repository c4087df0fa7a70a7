import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { HubSpotClient, HubSpotRecord } from '../api/client.ts';
import type { Portal } from '../store/portals.ts';
import { createGatherer } from '../api/gather.ts';
import { knownContacts, rememberContact } from '../store/people.ts';
import { CONTACT_FIELDS } from './properties.ts';
import { hasNumber } from './recipients.ts';

export interface MatchOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'numbers'>;
  readonly clock: Clock;
}

/**
 * Every contact that has the number, in whatever way it is written there; the one that was changed last comes first. Those
 * that are remembered are read, because search lags behind; `isThorough` also searches when somebody is remembered.
 */
export async function findContacts(
  options: MatchOptions,
  portal: Portal,
  number: string,
  isThorough: boolean,
): Promise<HubSpotRecord[]> {
  const { storage, client, clock } = options;
  const { portalId } = portal;
  const known = await knownContacts(storage, portalId, number);
  const remembered = known.length > 0 ? await client.read(portalId, 'contacts', known, CONTACT_FIELDS) : [];
  const searched = isThorough || remembered.length === 0 ? await searchContacts(client, portalId, number) : [];
  const found = new Map([...searched, ...remembered].map((contact) => [contact.id, contact]));
  const having: HubSpotRecord[] = [];
  for (const contact of found.values()) {
    if (!(await hasNumber(options.sdk, contact, number, portal.settings.default_country))) continue;
    having.push(contact);
    await rememberContact(storage, portalId, number, contact.id, new Date(clock.now()));
  }
  return having.sort((one, other) => changedMs(other) - changedMs(one) || Number(one.id) - Number(other.id));
}

const changedMs = ({ properties }: HubSpotRecord) => Date.parse(properties['lastmodifieddate'] ?? '') || 0;

/** A request of a search has at most 3,000 characters. */
const NUMBERS_MAX = 15;
const FOUND_MAX = 200;

const searches = new WeakMap<HubSpotClient, (key: string, number: string) => Promise<HubSpotRecord[]>>();

/** HubSpot allows few searches: what many look for at the same time is one. Answers also who was found for others. */
async function searchContacts(client: HubSpotClient, portalId: number, number: string): Promise<HubSpotRecord[]> {
  const search =
    searches.get(client) ??
    createGatherer<string, HubSpotRecord[]>(NUMBERS_MAX, (key, numbers) => searchAll(client, Number(key), numbers));
  searches.set(client, search);
  const found = await search(String(portalId), number);
  // There may be more, who have this one.
  return found.length < FOUND_MAX ? found : searchAll(client, portalId, [number]);
}

/** HubSpot searches by digits: all of them, or those behind the country. What is alike is compared afterwards. */
function searchAll(client: HubSpotClient, portalId: number, numbers: readonly string[]): Promise<HubSpotRecord[]> {
  const digits = numbers.map((number) => number.slice(1));
  const national = digits.flatMap((all) => [1, 2, 3].map((length) => all.slice(length)));
  const groups = ['phone', 'mobile'].flatMap((kind) => [
    [
      {
        propertyName: `hs_searchable_calculated_international_${kind}_number`,
        operator: 'IN' as const,
        values: digits,
      },
    ],
    [{ propertyName: `hs_searchable_calculated_${kind}_number`, operator: 'IN' as const, values: national }],
  ]);
  return client.search(portalId, 'contacts', { groups, properties: CONTACT_FIELDS, limit: FOUND_MAX });
}
