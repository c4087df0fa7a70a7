import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { positionBefore } from '../store/event-stream.ts';
import type { EventRow, WebhookDeliveryRow, WebhookEndpointRow } from '../store/schema.ts';
import {
  deliveriesOfEndpoint,
  deliveryById,
  type HistoryPlace,
  requeue,
  requeueFailed,
} from '../store/webhook-history.ts';
import { insertDeliveries, selectMessages } from '../store/webhooks.ts';
import { endpointById } from '../store/webhook-endpoints.ts';
import { deliveriesOf } from './dispatch.ts';
import { readEvents } from './stream.ts';

export type { WebhookDeliveryRow };

/** What was told to whom, how it went, and telling it again. */
export interface Deliveries {
  /** The newest first; null when there is no such endpoint. */
  list(mode: Mode, endpointId: string, place: HistoryPlace, limit: number): Promise<WebhookDeliveryRow[] | null>;
  find(mode: Mode, id: string): Promise<WebhookDeliveryRow | undefined>;
  /** Tells it again, under the same webhook-id, at once and with all attempts before it. */
  resend(mode: Mode, id: string): Promise<Resent>;
  /** Tells an endpoint what it missed in a time: what failed, and what happened while it was off or not there yet. */
  recover(mode: Mode, endpointId: string, since: Date, until: Date): Promise<Recovered | null>;
}

export type Resent =
  | { readonly ok: true; readonly delivery: WebhookDeliveryRow }
  /** `emptied`: what it said has been taken away, by an erasure or because it was too old. */
  | { readonly ok: false; readonly reason: 'unknown' | 'emptied' };

export interface Recovered {
  readonly deliveries: number;
  /** False: there was more than one call may do. */
  readonly complete: boolean;
  /** Everything up to here is done: where the next call begins. */
  readonly until: Date;
}

/** What one call of `recover` reads at most. */
export const RECOVER_EVENTS_MAX = 50_000;
const SLACK_MS = 600_000;
const EMPTY = '{}';

export interface DeliveriesOptions {
  readonly database: Database;
  readonly clock: Clock;
}

export function openDeliveries({ database, clock }: DeliveriesOptions, onDue: () => void): Deliveries {
  const now = () => new Date(clock.now());
  return {
    async list(mode, endpointId, place, limit) {
      if (!(await endpointById(database, mode, endpointId))) return null;
      return deliveriesOfEndpoint(database, endpointId, place, limit);
    },
    find: (mode, id) => deliveryById(database, mode, id),
    async resend(mode, id) {
      const delivery = await deliveryById(database, mode, id);
      if (!delivery) return { ok: false, reason: 'unknown' };
      if (delivery.payload === EMPTY) return { ok: false, reason: 'emptied' };
      const again = await requeue(database, id, now());
      onDue();
      return { ok: true, delivery: again ?? delivery };
    },
    async recover(mode, endpointId, since, until) {
      const endpoint = await endpointById(database, mode, endpointId);
      if (!endpoint) return null;
      const failed = await requeueFailed(database, endpoint, { since, until }, now());
      const missed = await deliverMissed(database, endpoint, { since, until }, now());
      onDue();
      return { ...missed, deliveries: failed + missed.deliveries };
    },
  };
}

interface Span {
  readonly since: Date;
  readonly until: Date;
}

/** Events that never became a delivery for it. Those that did have the same id, and stay as they are. */
async function deliverMissed(
  database: Database,
  endpoint: WebhookEndpointRow,
  { since, until }: Span,
  now: Date,
): Promise<Recovered> {
  let position = await positionBefore(database, since, SLACK_MS);
  let deliveries = 0;
  for (let read = 0; read < RECOVER_EVENTS_MAX;) {
    const { events, next, more } = await readEvents(database, position);
    const inTime = events.filter(({ created_at: at }) => at >= since && at < until);
    deliveries += await deliver(database, endpoint, inTime, now);
    const last = events.at(-1)?.created_at;
    if (more !== 'full' || (last && last.getTime() > until.getTime() + SLACK_MS)) {
      return { deliveries, complete: true, until };
    }
    position = next;
    read += events.length;
    if (read >= RECOVER_EVENTS_MAX && last) return { deliveries, complete: false, until: last };
  }
  return { deliveries, complete: true, until };
}

async function deliver(
  database: Database,
  endpoint: WebhookEndpointRow,
  events: readonly EventRow[],
  now: Date,
): Promise<number> {
  const ids = new Set(events.flatMap(({ message_id }) => message_id ?? []));
  const messages = new Map((await selectMessages(database, [...ids], [])).map((message) => [message.id, message]));
  const due = { attempts: 0, next_attempt_at: now };
  const missed = events
    .flatMap((event) => deliveriesOf(event, messages.get(event.message_id ?? '') ?? null, [endpoint]))
    // Texts that were gathered into one delivery have no row of their own, and would be told twice.
    .filter(({ endpoint_id, burst }) => endpoint_id === endpoint.id && burst === null)
    .map(({ burst: _burst, ...delivery }) => ({ ...delivery, ...due }));
  return (await insertDeliveries(database, missed, now)).size;
}
