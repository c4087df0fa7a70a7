import type { HubSpotClient } from '../api/client.ts';
import type { Send } from '../store/sends.ts';

/** From tasks to records (developers.hubspot.com, "Associations", 2026-04). */
const TYPE_IDS: Readonly<Record<string, number>> = { contact: 204, deal: 216, ticket: 230 };

/** A person takes over where a text did not arrive: once for each text, on the desk of the owner. */
export async function taskForOwner(
  client: HubSpotClient,
  send: Send,
  atMs: number,
  mayBeThere: boolean,
): Promise<void> {
  const { portalId, contactId, objectType, objectId, ownerId, messageId } = send;
  const reference = `Text ${messageId}`;
  if (mayBeThere && (await isThere(client, portalId, contactId, reference))) return;
  const reason = send.error === null ? '' : ` (${send.error})`;
  const properties = {
    hs_task_subject: 'A text did not arrive: call instead',
    hs_task_body: `The text to this contact ended as ${send.status}${reason}. It is not tried again. ${reference}`,
    hs_task_status: 'NOT_STARTED',
    hs_task_priority: 'HIGH',
    hs_task_type: 'CALL',
    hs_timestamp: new Date(atMs).toISOString(),
    ...(ownerId === null ? {} : { hubspot_owner_id: ownerId }),
  };
  const records = [
    { type: 'contact', id: contactId },
    ...(objectType === 'contact' ? [] : [{ type: objectType, id: objectId }]),
  ];
  const associations = records.flatMap(({ type, id }) => {
    const typeId = TYPE_IDS[type];
    return typeId === undefined ? [] : [{ toId: id, typeId }];
  });
  await client.create(portalId, 'tasks', properties, associations);
}

async function isThere(
  client: HubSpotClient,
  portalId: number,
  contactId: string,
  reference: string,
): Promise<boolean> {
  const linked = await client.linked(portalId, 'contacts', [contactId], 'tasks');
  const newest = (linked.get(contactId) ?? []).slice(-100);
  if (newest.length === 0) return false;
  const tasks = await client.read(portalId, 'tasks', newest, ['hs_task_body']);
  return tasks.some(({ properties }) => properties['hs_task_body']?.endsWith(reference));
}
