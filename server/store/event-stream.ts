import type { Database } from './database.ts';
import type { EventRow } from './schema.ts';

/** Where a reader stands: it has everything up to and including this pair. Both are integers as strings. */
export interface Position {
  readonly txid: string;
  readonly id: string;
}

export const START: Position = { txid: '0', id: '0' };

/**
 * Events after `after` in an order that no later commit can change. An identity alone is no such order: a
 * transaction that took id 1 may commit after the one that took id 2, and a reader that stands at 2 would never
 * see it. So events are ordered by transaction, and only those older than every running transaction are returned.
 *
 * `txid` is the id of the transaction, or the highest id that had ended when the event was written if that is higher. Two transactions that change one text do so one after the other, because both lock its row; so the events of a
 * text come in the order of their `sequence`, also where the later change is of a transaction with a lower id. This
 * needs the event to be written by a statement of its own after the one that locks the row.
 */
export function selectEvents(database: Database, after: Position, limit: number): Promise<EventRow[]> {
  return database.query<EventRow>({
    name: 'select-events',
    text: `select txid, id, type, mode, message_id, sequence, data, created_at
      from events
      where (txid, id) > ($1::xid8, $2::bigint) and txid < pg_snapshot_xmin(pg_current_snapshot())
      order by txid, id
      limit $3`,
    values: [after.txid, after.id, limit],
  });
}

/** Whether there is anything after `after` at all, safe to read or not yet. */
export async function hasEventsAfter(database: Database, after: Position): Promise<boolean> {
  const rows = await database.query<{ found: boolean }>({
    name: 'has-events-after',
    // Without the order, PostgreSQL may read the whole table from its start instead of its index from here.
    text: `select true as found from events where (txid, id) > ($1::xid8, $2::bigint) order by txid, id limit 1`,
    values: [after.txid, after.id],
  });
  return rows.length > 0;
}
