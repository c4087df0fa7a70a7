import type { Database } from '../store/database.ts';
import { type Position, hasEventsAfter, selectEvents } from '../store/event-stream.ts';
import type { EventRow } from '../store/schema.ts';

export const EVENTS_MAX = 500;

export interface EventPage {
  readonly events: readonly EventRow[];
  /** Where to read on. */
  readonly next: Position;
  /**
   * `full`: there may be more, read on at once. `blocked`: there is more, but a transaction that is still running
   * could come before it. `end`: this was all.
   */
  readonly more: 'full' | 'blocked' | 'end';
}

/** Events after `after`, in an order that later commits do not change. A reader that keeps `next` misses none. */
export async function readEvents(database: Database, after: Position, limit = EVENTS_MAX): Promise<EventPage> {
  const max = Math.max(1, Math.min(limit, EVENTS_MAX));
  const events = await selectEvents(database, after, max);
  const last = events.at(-1);
  const next = last ? { txid: last.txid, id: last.id } : after;
  if (events.length === max) return { events, next, more: 'full' };
  return { events, next, more: (await hasEventsAfter(database, next)) ? 'blocked' : 'end' };
}
