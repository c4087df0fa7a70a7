import { HubSpotError } from '../api/errors.ts';
import type { Filter } from '../api/client.ts';
import { CONTACT_FIELDS } from '../people/properties.ts';
import { type Portal, setNotice } from '../store/portals.ts';
import { acknowledge, type ConsentChange, type ConsentOptions, hearHubSpot, tellHubSpot } from './mirror.ts';

const PAGE = 100;

/**
 * Both sides compared: what webhooks or events failed to tell. The more restrictive side wins. What is older than `since`
 * was compared before; null = nothing was. A contact that HubSpot refuses to change keeps back no other.
 */
export async function reconcile(options: ConsentOptions, portal: Portal, since: Date | null): Promise<void> {
  const { client, sdk, clock, storage } = options;
  const { portalId } = portal;
  const groups = groupsSince(since);
  const orTell = async (write: Promise<void>) => {
    const refused = await refusalOf(write);
    if (refused)
      await setNotice(storage, portalId, `HubSpot refused to tick a contact: ${refused}. It needs attention.`);
  };
  // They are few, and matter most.
  const filter = { topic: '*', ...(since === null ? {} : { created_after: since.toISOString() }) };
  for await (const { number, source, opted_out_at } of sdk.optOuts.list(filter))
    await orTell(tellAndConfirm(options, portal, { number, isOptOut: true, source, atMs: Date.parse(opted_out_at) }));
  let last = '0';
  for (;;) {
    const beyond: Filter = { propertyName: 'hs_object_id', operator: 'GT', value: last };
    const contacts = await client.search(portalId, 'contacts', {
      groups: groups.map((group) => [...group, beyond]),
      properties: CONTACT_FIELDS,
      limit: PAGE,
      sort: 'hs_object_id',
    });
    const told = { value: null, tickIsAbout: 'all_unless_explained', atMs: clock.now() } as const;
    for (const contact of contacts) await orTell(hearHubSpot(options, portal, contact, told));
    last = contacts.at(-1)?.id ?? last;
    if (contacts.length < PAGE) break;
  }
}

async function tellAndConfirm(options: ConsentOptions, portal: Portal, change: ConsentChange): Promise<void> {
  await tellHubSpot(options, portal, change);
  await acknowledge(options, portal.portalId, change.number, null);
}

/** Whoever is ticked; and whoever was changed, because they may have been unticked, or have got a number that is opted out. */
function groupsSince(since: Date | null): Filter[][] {
  const ticked: Filter = { propertyName: 'sms_opt_out', operator: 'EQ', value: 'true' };
  if (since === null) return [[ticked]];
  const changed: Filter = { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(since.getTime()) };
  const having = (propertyName: string): Filter => ({ propertyName, operator: 'HAS_PROPERTY' });
  return [[ticked], [changed, having('phone')], [changed, having('mobilephone')]];
}

const FINAL: ReadonlySet<string> = new Set(['validation', 'notFound', 'conflict']);

/** What HubSpot has against one record; the contacts after it are compared all the same. */
async function refusalOf(write: Promise<void>): Promise<string | null> {
  try {
    await write;
    return null;
  } catch (error) {
    if (error instanceof HubSpotError && FINAL.has(error.kind)) return error.reason;
    throw error;
  }
}
