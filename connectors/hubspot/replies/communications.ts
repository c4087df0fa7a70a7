import type { Storage } from '../../seam/storage.ts';
import type { Association, HubSpotClient } from '../api/client.ts';
import { HubSpotError } from '../api/errors.ts';
import { escapeHtml } from '../../seam/page.ts';
import { addLog, logOf } from '../store/people.ts';

/** A text on the timeline of its contact, and of the ticket and the deal that it belongs to. */
export interface Logged {
  readonly portalId: number;
  readonly messageId: string;
  readonly direction: 'sent' | 'received';
  readonly ourNumber: string;
  readonly contactNumber: string;
  readonly body: string;
  /** The contact may have got it twice. */
  readonly isAmbiguous: boolean;
  readonly atMs: number;
  readonly ownerId: string | null;
  readonly contactId: string | null;
  readonly ticketId: string | null;
  readonly dealId: string | null;
}

/** HubSpot's own association types, from communications (developers.hubspot.com, "Associations", 2026-04). */
const TYPE_IDS = { contact: 81, deal: 85, ticket: 83 } as const;
const BODY_MAX = 65_000;

/** Once for each text. `mayBeThere`: an earlier try may have made it, so those of the record are looked at first. */
export async function logText(
  on: { storage: Storage; client: HubSpotClient },
  text: Logged,
  mayBeThere: boolean,
): Promise<void> {
  const { storage, client } = on;
  const { portalId, messageId } = text;
  if (await logOf(storage, portalId, messageId)) return;
  const body = bodyOf(text);
  const there = mayBeThere ? await findRecord(client, text, (other) => other === body) : null;
  const id = there ?? (await createRecord(client, text, body));
  if (id !== null) await addLog(storage, portalId, messageId, id);
}

/** Null: there is nothing that it could be shown on. */
export async function createRecord(client: HubSpotClient, text: Logged, body: string): Promise<string | null> {
  const { portalId, ownerId, atMs } = text;
  const associations = associationsOf(text);
  if (associations.length === 0) return null;
  const needed = {
    hs_communication_channel_type: 'SMS',
    hs_communication_logged_from: 'CRM',
    hs_communication_body: body,
    hs_timestamp: new Date(atMs).toISOString(),
  };
  const properties = { ...needed, ...(ownerId === null ? {} : { hubspot_owner_id: ownerId }) };
  try {
    return (await client.create(portalId, 'communications', properties, associations)).id;
  } catch (error) {
    const isRefused = error instanceof HubSpotError && (error.kind === 'notFound' || error.kind === 'validation');
    if (!isRefused || (associations.length === 1 && ownerId === null)) throw error;
    // The deal or the ticket may be gone, and the owner: the text is shown all the same, on whoever is left.
    return (await client.create(portalId, 'communications', needed, associations.slice(0, 1))).id;
  }
}

function associationsOf({ contactId, ticketId, dealId }: Logged): Association[] {
  const to = [
    { toId: contactId, typeId: TYPE_IDS.contact },
    { toId: ticketId, typeId: TYPE_IDS.ticket },
    { toId: dealId, typeId: TYPE_IDS.deal },
  ];
  return to.flatMap(({ toId, typeId }) => (toId === null ? [] : [{ toId, typeId }]));
}

/** One of the same moment whose body is ours. Associations are read as they are, while search lags behind. */
export async function findRecord(
  client: HubSpotClient,
  text: Logged,
  isOurs: (body: string) => boolean,
): Promise<string | null> {
  const [type, id] = text.contactId === null ? ['tickets', text.ticketId] : ['contacts', text.contactId];
  if (id === null) return null;
  const linked = await client.linked(text.portalId, type, [id], 'communications');
  const newest = (linked.get(id) ?? []).slice(-200);
  if (newest.length === 0) return null;
  const known = await client.read(text.portalId, 'communications', newest, ['hs_timestamp', 'hs_communication_body']);
  const isSame = ({ properties }: (typeof known)[number]) =>
    Date.parse(properties['hs_timestamp'] ?? '') === text.atMs && isOurs(properties['hs_communication_body'] ?? '');
  return known.find(isSame)?.id ?? null;
}

/** HubSpot shows HTML, and knows no direction. */
function bodyOf({ direction, ourNumber, contactNumber, body, isAmbiguous }: Logged): string {
  const head =
    direction === 'sent'
      ? `Text sent from ${ourNumber} to ${contactNumber}`
      : `Text received from ${contactNumber} on ${ourNumber}`;
  const doubt = isAmbiguous ? ' (may have arrived twice)' : '';
  return `<p><strong>${escapeHtml(head + doubt)}</strong></p><p>${escapeHtml(body).replaceAll('\n', '<br>')}</p>`.slice(
    0,
    BODY_MAX,
  );
}
