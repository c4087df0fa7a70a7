import type { Queries } from '../../seam/storage.ts';
import type { NewTask, TaskOutcome } from '../../seam/tasks.ts';
import type { CrmEvent } from '../events/ingest.ts';
import { lastConsentWrite, numbersByContact } from '../store/people.ts';
import { ownNamesOf } from '../store/portals.ts';
import { type ConsentOptions, ECHO_MS, optOutTicked } from './mirror.ts';

/** Somebody ticked the opt-out of a contact whose numbers are known. */
export interface OptOutTask {
  readonly portalId: number;
  readonly contactId: string;
  readonly atMs: number;
  /** What HubSpot calls who did it. */
  readonly source: string;
}

const isTicked = ({ object, property, value }: CrmEvent) =>
  object === 'contact' && property === 'sms_opt_out' && value === 'true';

/**
 * One task more for each contact that was ticked, of those whose numbers are known: beside the reading of the contact,
 * which waits for HubSpot. Its share is one of its own, because that of the account may be full of calls that hang.
 */
export async function optOutsOf(
  on: Queries,
  events: readonly { readonly key: string; readonly event: CrmEvent }[],
  at: Date,
): Promise<NewTask[]> {
  const ticked = events.filter(({ event }) => isTicked(event));
  if (ticked.length === 0) return [];
  const known = await numbersByContact(on, [...new Set(ticked.map(({ event }) => event.objectId))]);
  return ticked.flatMap(({ key, event: { portalId, objectId: contactId, occurredAtMs: atMs, source } }) => {
    if (!known.has(`${portalId}:${contactId}`)) return [];
    const payload: OptOutTask = { portalId, contactId, atMs, source };
    const lane = `opt_out:opt-outs of ${portalId}:${contactId}`;
    return [{ key: `opt_out:${key}`, lane, kind: 'opt_out', payload, dueAt: at }];
  });
}

/** Opts out every number that the contact is known to have. HubSpot is not asked: it may be down. */
export async function optOutAtOnce(
  { storage, sdk, clock }: Omit<ConsentOptions, 'client'>,
  { portalId, contactId, atMs, source }: OptOutTask,
): Promise<TaskOutcome> {
  // What we wrote ourselves is the server's own word, perhaps taken back since. Whether an app did it that is not ours,
  // the contact says when it is read.
  const written = await lastConsentWrite(storage, portalId, contactId, new Date(clock.now() - ECHO_MS));
  if (written === 'true' || (written !== null && source === 'INTEGRATION')) return { type: 'done' };
  // It is somebody else's property, and ours has another name there.
  if ((await ownNamesOf(storage, portalId))['sms_opt_out']) return { type: 'done' };
  const known = (await numbersByContact(storage, [contactId])).get(`${portalId}:${contactId}`) ?? [];
  for (const number of known) {
    const { status, topics } = await sdk.consents.get(number);
    if (status === 'opted_out' || topics['*'] === 'opted_out') continue;
    if (await wantsTextsSince(sdk, number, atMs)) continue;
    await optOutTicked(sdk, portalId, number, contactId);
  }
  return { type: 'done' };
}

/** HubSpot may tell late: who wrote START after the tick has had the last word so far, and the contact says the rest. */
async function wantsTextsSince(sdk: ConsentOptions['sdk'], number: string, sinceMs: number): Promise<boolean> {
  let optedInAtMs = 0;
  for await (const { action, topic, occurred_at: at } of sdk.consents.events(number))
    if (topic === '*') optedInAtMs = action === 'opt_in' ? Date.parse(at) : 0;
  return optedInAtMs >= sinceMs;
}
