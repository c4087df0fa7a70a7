import { createHash } from 'node:crypto';
import type { Message } from '../rules/message.ts';
import { uuidv7 } from '../rules/uuid.ts';
import { bufferSecondsFor, passesFilter, type WebhookFilter } from '../rules/webhook-filter.ts';
import type { Database } from '../store/database.ts';
import type { EventRow } from '../store/schema.ts';
import {
  type DueDelivery,
  type NewDelivery,
  insertDeliveries,
  lockCursor,
  saveCursor,
  selectMessages,
} from '../store/webhooks.ts';
import { type Subscriber, selectSubscribers } from '../store/webhook-endpoints.ts';
import { type Arrival, gatherBursts } from './bursts.ts';
import { payload } from './payload.ts';
import { hostOf } from './places.ts';
import { type EventPage, readEvents } from './stream.ts';

export interface Dispatched {
  readonly events: readonly EventRow[];
  readonly more: EventPage['more'];
  readonly deliveries: number;
  /** Those of them that are claimed for this process. */
  readonly claimed: readonly DueDelivery[];
}

/** The first `count` deliveries are made as if this process had claimed them: it starts them once they are stored. */
export interface AtOnce {
  readonly count: number;
  readonly leaseUntil: Date;
  /** Of them, for one host; all when left out. */
  readonly roomFor?: (host: string) => number;
}

/**
 * Turns the next events into deliveries. The deliveries and the cursor are one transaction, so an event is
 * dispatched once, whatever ends this process and however many of them run. Losing both with PostgreSQL itself is
 * harmless: the event is dispatched again, under the same ids.
 */
export function dispatch(database: Database, now: Date, atOnce: AtOnce | null = null): Promise<Dispatched> {
  return database.transaction(async () => {
    const cursor = await lockCursor(database, CURSOR);
    const [{ events, next, more }, subscribers] = await Promise.all([
      readEvents(database, cursor),
      selectSubscribers(database),
    ]);
    if (events.length === 0) return { events, more, deliveries: 0, claimed: [] };
    const messages = await messagesOf(database, events, subscribers);
    const planned = events.flatMap((event) =>
      deliveriesOf(event, messages.get(event.message_id ?? '') ?? null, subscribers),
    );
    const deliveries = planned.filter(({ burst }) => burst === null);
    await gatherBursts(database, planned.flatMap(arrivalOf), now);
    const due = { attempts: 0, next_attempt_at: now };
    const claimed = atOnce && { attempts: 1, next_attempt_at: atOnce.leaseUntil };
    const first = firstOf(deliveries, atOnce);
    const rows = deliveries.map((each) => ({ ...each, ...(first.has(each) ? (claimed ?? due) : due) }));
    const [inserted] = await Promise.all([insertDeliveries(database, rows, now), saveCursor(database, CURSOR, next)]);
    const started = [...first].filter(({ id }) => inserted.has(id)).map((each) => dueNow(each, subscribers, now));
    return { events, more, deliveries: planned.length, claimed: started };
  }, 'relaxed');
}

const CURSOR = 'webhooks';

/** What starts at once: as many as there are places for, and of one host as many as it may have. */
function firstOf(deliveries: readonly Planned[], atOnce: AtOnce | null): ReadonlySet<Planned> {
  const first = new Set<Planned>();
  const ofHosts = new Map<string, number>();
  for (const delivery of deliveries) {
    if (first.size >= (atOnce?.count ?? 0)) break;
    const host = hostOf(delivery.url);
    const count = ofHosts.get(host) ?? 0;
    if (count >= (atOnce?.roomFor?.(host) ?? Number.POSITIVE_INFINITY)) continue;
    ofHosts.set(host, count + 1);
    first.add(delivery);
  }
  return first;
}

/** By id. Most texts are nobody's subscription: of those only the ones with a status_callback are read. */
async function messagesOf(
  database: Database,
  events: readonly EventRow[],
  subscribers: readonly Subscriber[],
): Promise<Map<string, Message>> {
  const wanted = events.filter((event) => subscribers.some((each) => subscribes(each, event)));
  const ids = new Set(wanted.flatMap(({ message_id }) => message_id ?? []));
  const others = new Set(events.flatMap(({ message_id }) => message_id ?? [])).difference(ids);
  const rows = await selectMessages(database, [...ids], [...others]);
  return new Map(rows.map((row) => [row.id, row]));
}

function dueNow(delivery: Planned, subscribers: readonly Subscriber[], now: Date): DueDelivery {
  const endpoint = subscribers.find(({ id }) => id === delivery.endpoint_id);
  const { secret = null, previous_secret = null, previous_secret_until: until } = endpoint ?? {};
  const enabled = delivery.endpoint_id === null ? null : true;
  const failed = Boolean(endpoint?.failed_at);
  const secrets = { secret, previous_secret: until && until > now ? previous_secret : null };
  return { ...delivery, attempts: 1, created_at: now, enabled, failed, ...secrets };
}

interface Planned extends Omit<NewDelivery, 'attempts' | 'next_attempt_at'> {
  /** Where it waits for more; null = it goes at once. */
  readonly burst: Omit<Arrival, 'delivery'> | null;
}

function arrivalOf({ burst, endpoint_id, ...delivery }: Planned): Arrival[] {
  return burst === null || endpoint_id === null ? [] : [{ ...burst, delivery: { ...delivery, endpoint_id } }];
}

/** Whom one event is for: the endpoints of its mode that want its type, and the text's own status_callback. */
export function deliveriesOf(
  event: EventRow,
  message: Message | null,
  subscribers: readonly Omit<Subscriber, 'secret'>[],
): Planned[] {
  const text = event.type === 'message.received' ? message : null;
  const targets: Pick<Planned, 'endpoint_id' | 'url' | 'burst'>[] = subscribers
    .filter((each) => subscribes(each, event) && (!text || passesFilter(each.filter ?? {}, text)))
    .map(({ id, url, filter }) => ({ endpoint_id: id, url, burst: text && burstOf(filter ?? {}, text) }));
  const callback = callbackOf(event, message);
  if (callback !== null) targets.push({ endpoint_id: null, url: callback, burst: null });
  const body = targets.length > 0 ? payload(event, message) : null;
  if (body === null) return [];
  return targets.map(({ endpoint_id, url, burst }) => ({
    id: deliveryId(event, endpoint_id),
    endpoint_id,
    mode: event.mode,
    url,
    event_type: event.type,
    message_id: event.message_id,
    payload: body,
    burst,
  }));
}

function burstOf(filter: WebhookFilter, message: Message): Planned['burst'] {
  const bufferSeconds = bufferSecondsFor(filter, message);
  if (bufferSeconds === 0) return null;
  const text = { id: message.id, received_at: message.created_at, body: message.body };
  return { text, burst_of: `${message.from} ${message.to}`, bufferSeconds };
}

const subscribes = (subscriber: Pick<Subscriber, 'mode' | 'event_types'>, { mode, type }: EventRow) =>
  subscriber.mode === mode && wants(subscriber.event_types, type);

/** A subscription is `*`, a whole type, or a prefix such as `message.*`. */
function wants(eventTypes: readonly string[], type: string): boolean {
  return eventTypes.some(
    (each) => each === '*' || each === type || (each.endsWith('.*') && type.startsWith(each.slice(0, -1))),
  );
}

function callbackOf(event: EventRow, message: Message | null): string | null {
  return event.type.startsWith('message.') && message?.direction === 'outbound' ? message.status_callback : null;
}

/**
 * The same for every attempt and every try to dispatch: receivers recognise what they already had. It depends on
 * the time too, because a restored backup hands out the same event numbers again.
 */
function deliveryId(event: EventRow, endpointId: string | null): string {
  const name = `${event.txid}:${event.id}:${endpointId ?? 'status_callback'}`;
  return uuidv7(event.created_at.getTime(), createHash('sha256').update(name).digest());
}
