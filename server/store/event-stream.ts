import type { Mode } from '../rules/message.ts';
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

/** The last event that can be read; START when there is none. */
export async function latestPosition(database: Database): Promise<Position> {
  const rows = await database.query<Position>({
    name: 'latest-position',
    text: `select txid, id from events where txid < pg_snapshot_xmin(pg_current_snapshot())
      order by txid desc, id desc limit 1`,
    values: [],
  });
  return rows[0] ?? START;
}

/** When the event at `position` was written; null when there is none. */
export async function eventTime(database: Database, { txid, id }: Position): Promise<Date | null> {
  const rows = await database.query<{ created_at: Date }>({
    name: 'event-time',
    text: `select created_at from events where (txid, id) = ($1::xid8, $2::bigint)`,
    values: [txid, id],
  });
  return rows[0]?.created_at ?? null;
}

export interface EventFilter {
  readonly mode: Mode;
  /** Whole types; null = all. */
  readonly types: readonly string[] | null;
  readonly since: Date;
  /** Older than this one; null = from the newest. */
  readonly below: Position | null;
}

/** The newest first, of those whose order no later commit can change. */
export function selectEventsBelow(database: Database, filter: EventFilter, limit: number): Promise<EventRow[]> {
  const { mode, types, since, below } = filter;
  // Most events are of texts; the few others have an index of their own.
  const isRare = types !== null && types.every((type) => !type.startsWith('message.'));
  return database.query<EventRow>({
    text: `select txid, id, type, mode, message_id, sequence, data, created_at
      from events
      where mode = $1 and ($2::text[] is null or type = any($2)) and created_at >= $3
        and ($4::xid8 is null or (txid, id) < ($4::xid8, $5::bigint))
        and txid < pg_snapshot_xmin(pg_current_snapshot())
        ${isRare ? "and type not like 'message.%'" : ''}
      order by txid desc, id desc
      limit $6`,
    values: [mode, types, since, below?.txid ?? null, below?.id ?? null, limit],
  });
}

/**
 * A place before all events of `moment` and later, found by halves: events are not indexed by time, and their time grows
 * with their transactions. `slackMs` covers transactions that took long and clocks of several servers.
 */
export async function positionBefore(database: Database, moment: Date, slackMs = 600_000): Promise<Position> {
  const target = moment.getTime() - slackMs;
  const bounds = await database.query<{ low: string | null; high: string | null }>({
    text: `select (select txid from events order by txid, id limit 1)::text as low,
      (select txid from events order by txid desc, id desc limit 1)::text as high`,
    values: [],
  });
  let low = BigInt(bounds[0]?.low ?? 0);
  let high = BigInt(bounds[0]?.high ?? 0);
  while (low < high) {
    const middle = (low + high) / 2n;
    const rows = await database.query<{ created_at: Date }>({
      name: 'event-from',
      text: `select created_at from events where txid >= $1::xid8 order by txid, id limit 1`,
      values: [String(middle)],
    });
    const at = rows[0]?.created_at.getTime() ?? Number.POSITIVE_INFINITY;
    if (at < target) low = middle + 1n;
    else high = middle;
  }
  // Everything of the transaction before it is older.
  return low === 0n ? START : { txid: String(low - 1n), id: String(LAST_ID) };
}

const LAST_ID = 2n ** 63n - 1n;
