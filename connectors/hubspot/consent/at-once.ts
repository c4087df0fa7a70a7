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

/** A contact was deleted for privacy. */
export interface ForgetTask {
  readonly portalId: number;
  readonly contactId: string;
}

const isTicked = ({ object, property, value }: CrmEvent) =>
  object === 'contact' && property === 'sms_opt_out' && value === 'true';
const isForgotten = ({ object, type }: CrmEvent) => object === 'contact' && type === 'privacyDeletion';

interface Told {
  readonly key: string;
  readonly event: CrmEvent;
}

/**
 * What is done at once, beside what is done in the lane of the contact, which waits for HubSpot: the opt-out of each
 * contact that was ticked, of those whose numbers are known, and the erasure of those who were deleted for privacy. Their
 * share is one of its own, because that of the account may be full of calls that hang.
 */
export async function atOnceOf(on: Queries, events: readonly Told[], at: Date): Promise<NewTask[]> {
  const task = (kind: string, { key, event: { portalId, objectId } }: Told, payload: object): NewTask => {
    const lane = `${kind}:at once of ${portalId}:${objectId}`;
    return { key: `${kind}:${key}`, lane, kind, payload, dueAt: at };
  };
  const forgotten = events.filter(({ event }) => isForgotten(event));
  const ticked = events.filter(({ event }) => isTicked(event));
  const known =
    ticked.length === 0
      ? new Map<string, string[]>()
      : await numbersByContact(on, [...new Set(ticked.map(({ event }) => event.objectId))]);
  return [
    ...forgotten.map((told): NewTask => {
      const { portalId, objectId: contactId } = told.event;
      return task('forget', told, { portalId, contactId } satisfies ForgetTask);
    }),
    ...ticked.flatMap((told): NewTask[] => {
      const { portalId, objectId: contactId, occurredAtMs: atMs, source } = told.event;
      if (!known.has(`${portalId}:${contactId}`)) return [];
      return [task('opt_out', told, { portalId, contactId, atMs, source } satisfies OptOutTask)];
    }),
  ];
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
