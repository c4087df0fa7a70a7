import type { Portal } from '../store/portals.ts';
import { CONTACT_FIELDS } from '../people/properties.ts';
import { type ConsentOptions, hearHubSpot, tellHubSpot } from './mirror.ts';

const PAGE = 100;

/**
 * Both sides compared: what webhooks or events failed to tell. Opt-outs only; the more restrictive side wins. Those of the
 * server that are older than `since` were compared before.
 */
export async function reconcile(options: ConsentOptions, portal: Portal, since: Date | null): Promise<void> {
  const { client, sdk, clock } = options;
  let last = '0';
  for (;;) {
    const ticked = [
      { propertyName: 'sms_opt_out', operator: 'EQ' as const, value: 'true' },
      { propertyName: 'hs_object_id', operator: 'GT' as const, value: last },
    ];
    const contacts = await client.search(portal.portalId, 'contacts', {
      groups: [ticked],
      properties: CONTACT_FIELDS,
      limit: PAGE,
      sort: 'hs_object_id',
    });
    for (const contact of contacts)
      await hearHubSpot(options, portal, contact, { value: null, isNewNumber: false, atMs: clock.now() });
    last = contacts.at(-1)?.id ?? last;
    if (contacts.length < PAGE) break;
  }
  const filter = { topic: '*', ...(since === null ? {} : { created_after: since.toISOString() }) };
  for await (const { number, source, opted_out_at } of sdk.optOuts.list(filter))
    await tellHubSpot(options, portal, { number, isOptOut: true, source, atMs: Date.parse(opted_out_at) });
}
