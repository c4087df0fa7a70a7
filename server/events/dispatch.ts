import { createHash } from 'node:crypto';
import type { Message } from '../rules/message.ts';
import { uuidv7 } from '../rules/uuid.ts';
import type { Database } from '../store/database.ts';
import type { EventRow } from '../store/schema.ts';
import {
  type NewDelivery,
  type Subscriber,
  insertDeliveries,
  lockCursor,
  saveCursor,
  selectMessages,
  selectSubscribers,
} from '../store/webhooks.ts';
import { payload } from './payload.ts';
import { type EventPage, readEvents } from './stream.ts';

export interface Dispatched {
  readonly events: readonly EventRow[];
  readonly more: EventPage['more'];
  readonly deliveries: number;
}

/**
 * Turns the next events into deliveries. The deliveries and the cursor are one transaction, so an event is
 * dispatched once, whatever ends this process and however many of them run. Losing both with PostgreSQL itself is
 * harmless: the event is dispatched again, under the same ids.
 */
export function dispatch(database: Database, now: Date): Promise<Dispatched> {
  return database.transaction(async () => {
    const cursor = await lockCursor(database, CURSOR);
    const { events, next, more } = await readEvents(database, cursor);
    if (events.length === 0) return { events, more, deliveries: 0 };
    const subscribers = await selectSubscribers(database);
    const messages = await messagesOf(database, events, subscribers);
    const deliveries = events.flatMap((event) =>
      deliveriesOf(event, messages.get(event.message_id ?? '') ?? null, subscribers),
    );
    await insertDeliveries(database, deliveries, now);
    await saveCursor(database, CURSOR, next);
    return { events, more, deliveries: deliveries.length };
  }, 'relaxed');
}

const CURSOR = 'webhooks';

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

/** Whom one event is for: the endpoints of its mode that want its type, and the text's own status_callback. */
export function deliveriesOf(
  event: EventRow,
  message: Message | null,
  subscribers: readonly Subscriber[],
): NewDelivery[] {
  const targets: { endpoint_id: string | null; url: string }[] = subscribers
    .filter((each) => subscribes(each, event))
    .map(({ id, url }) => ({ endpoint_id: id, url }));
  const callback = callbackOf(event, message);
  if (callback !== null) targets.push({ endpoint_id: null, url: callback });
  const body = targets.length > 0 ? payload(event, message) : null;
  if (body === null) return [];
  return targets.map(({ endpoint_id, url }) => ({
    id: deliveryId(event, endpoint_id),
    endpoint_id,
    mode: event.mode,
    url,
    event_type: event.type,
    message_id: event.message_id,
    payload: body,
  }));
}

const subscribes = (subscriber: Subscriber, { mode, type }: EventRow) =>
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
