import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { addTasks } from '../../seam/tasks.ts';
import { idValue, keyValue, nameValue, numberValue } from '../api/values.ts';
import { optOutsOf } from '../consent/at-once.ts';
import { json, type Reply } from '../http/reply.ts';
import { parseJson } from '../http/routes.ts';
import { portalsOf } from '../store/portals.ts';
import type { Unreadable } from './unreadable.ts';

/**
 * What HubSpot tells (developers.hubspot.com, "Webhooks"); attemptNumber and subscriptionId differ between copies of one
 * event. What does not belong to a kind of event is left out, or null.
 */
const eventSchema = z.object({
  eventId: keyValue,
  portalId: numberValue,
  occurredAt: numberValue,
  subscriptionType: nameValue(64),
  objectId: idValue,
  objectTypeId: z.string().max(16).nullish(),
  propertyName: nameValue(100).nullish(),
  propertyValue: z.unknown().optional(),
  changeSource: z.string().max(64).nullish(),
  primaryObjectId: idValue.nullish(),
  newObjectId: idValue.nullish(),
  mergedObjectIds: z.array(idValue).max(1_000).nullish(),
});

/** A change that HubSpot told of: a hint. What holds is read before anything is done. */
export interface CrmEvent {
  readonly portalId: number;
  /** Without the kind of object: creation, propertyChange, deletion, privacyDeletion, merge, restore. */
  readonly type: string;
  readonly object: 'contact' | 'company' | 'deal' | 'ticket' | 'other';
  readonly objectId: string;
  readonly property: string | null;
  /** Only of properties that hold no number and nothing that people wrote. */
  readonly value: string | null;
  readonly occurredAtMs: number;
  readonly source: string;
  readonly mergedInto: string | null;
  readonly merged: readonly string[];
}

export interface IngestOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly unreadable: Unreadable;
  readonly onTask: () => void;
}

const EVENTS_MAX = 1_000;

/**
 * Webhooks are stored and nothing else: HubSpot waits five seconds, repeats what was not answered, in another order and
 * cut differently. One event is one task whatever the copy; events of one object are dealt with one by one.
 */
export function createIngest({ storage, clock, unreadable, onTask }: IngestOptions) {
  return async (body: Buffer): Promise<Reply> => {
    const parsed = z.array(z.unknown()).max(EVENTS_MAX).safeParse(parseJson(body));
    if (!parsed.success) {
      unreadable.note(1, ['the list']);
      return { status: 400 };
    }
    const read = parsed.data.map((one) => eventSchema.safeParse(one));
    const faults = read.flatMap(({ error }) => error ?? []);
    if (faults.length > 0) unreadable.note(faults.length, faults.flatMap(namesIn));
    const known = new Set((await portalsOf(storage)).map(({ portalId }) => portalId));
    // An account that is not connected, or a kind that is new: a refusal would only be repeated ten times.
    const events = read.flatMap(({ data }) => (data && known.has(data.portalId) ? readEvent(data) : []));
    const at = new Date(clock.now());
    // Copies of one batch may come at the same time and in another order: in one order none waits for the other.
    const ordered = events.toSorted(
      (one, other) => one.event.occurredAtMs - other.event.occurredAtMs || (one.key < other.key ? -1 : 1),
    );
    const tasks = ordered.map(({ key, event }) => {
      const lane = `object:${event.portalId}:${event.object}:${event.objectId}`;
      return { key, lane, kind: 'crm', payload: event, dueAt: at };
    });
    const added = [...tasks, ...(await optOutsOf(storage, ordered, at))];
    if (added.length > 0) await addTasks(storage, added, at);
    onTask();
    return json({ stored: events.length });
  };
}

const namesIn = ({ issues }: z.ZodError) => issues.map(({ path }) => path.join('.') || 'the event');

function readEvent(told: z.output<typeof eventSchema>): { readonly key: string; readonly event: CrmEvent } {
  const { portalId, subscriptionType, objectId, eventId, occurredAt, propertyName, propertyValue } = told;
  const [kind = '', type = ''] = subscriptionType.split('.');
  const key = ['crm', portalId, subscriptionType, objectId, eventId, occurredAt, propertyName ?? ''].join(':');
  const property = propertyName ?? null;
  const { newObjectId, primaryObjectId: primary, mergedObjectIds: merged } = told;
  // A merge may make a new record of all of them, the primary one included.
  const mergedInto = newObjectId ?? primary ?? null;
  const event = {
    portalId,
    type,
    object: OBJECTS[kind === 'object' ? (told.objectTypeId ?? '') : kind] ?? 'other',
    objectId,
    property,
    value: property !== null && KEPT.has(property) ? valueOf(propertyValue) : null,
    occurredAtMs: occurredAt,
    source: told.changeSource ?? '',
    mergedInto,
    merged: [...(merged ?? []), ...(primary ? [primary] : [])].filter((one) => one !== mergedInto),
  } satisfies CrmEvent;
  return { key, event };
}

function valueOf(value: unknown): string | null {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value.slice(0, 64) : null;
}

const OBJECTS: Readonly<Record<string, CrmEvent['object']>> = {
  '0-1': 'contact',
  '0-2': 'company',
  '0-3': 'deal',
  '0-5': 'ticket',
  contact: 'contact',
  company: 'company',
  deal: 'deal',
  ticket: 'ticket',
};

const KEPT = new Set(['dealstage', 'hs_pipeline_stage', 'sms_opt_out']);
