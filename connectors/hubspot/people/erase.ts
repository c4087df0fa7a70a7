import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { addTask, type TaskOutcome } from '../../seam/tasks.ts';
import type { HubSpotClient } from '../api/client.ts';
import { eraseNumber } from '../store/erase.ts';
import { contactsOfNumber } from '../store/people.ts';
import { connectedPortals, portalsOf } from '../store/portals.ts';

export interface EraseOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly onTask: () => void;
}

export interface EraseTask {
  readonly portalId: number;
  readonly contactIds: readonly string[];
}

/**
 * Somebody is erased on the server: what is kept of them here goes now, and what we have written to their contact as soon
 * as HubSpot can be reached. The contact itself, and its timeline, are HubSpot's to erase.
 */
export async function eraseEverywhere({ storage, clock, onTask }: EraseOptions, number: string): Promise<void> {
  const connected = new Set((await connectedPortals(storage)).map(({ portalId }) => portalId));
  const at = new Date(clock.now());
  for (const { portalId } of await portalsOf(storage)) {
    const contactIds = await contactsOfNumber(storage, portalId, number);
    if (contactIds.length > 0 && connected.has(portalId)) {
      const key = `erase:${portalId}:${contactIds.join(',')}:${at.toISOString()}`;
      const payload: EraseTask = { portalId, contactIds };
      await addTask(storage, { key, lane: `erase:${portalId}`, kind: 'erase', payload, dueAt: at }, at);
    }
    await eraseNumber(storage, portalId, number);
  }
  onTask();
}

const NOTHING = {
  sms_last_inbound_at: '',
  sms_last_inbound_text: '',
  sms_last_outbound_at: '',
  sms_last_status: '',
  sms_first_text_seconds: '',
} as const;

/** Empties what we have written to the contacts; whether they want texts stays. */
export async function clearContacts(client: HubSpotClient, { portalId, contactIds }: EraseTask): Promise<TaskOutcome> {
  const contacts = await client.read(portalId, 'contacts', contactIds, ['hs_object_id']);
  const refused = await client.updateAll(
    portalId,
    'contacts',
    contacts.map(({ id }) => ({ id, properties: NOTHING })),
  );
  for (const error of refused.values()) if (error.kind !== 'notFound') throw error;
  return { type: 'done' };
}
