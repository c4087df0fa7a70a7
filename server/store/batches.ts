import type { Mode, Status } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { Changed } from './messages.ts';

export type BatchStatus = 'processing' | 'paused' | 'canceled' | 'completed';

export interface BatchRow {
  readonly id: string;
  readonly mode: Mode;
  readonly status: BatchStatus;
  /** Items of the request. */
  readonly total: number;
  /** Items that were not taken on. */
  readonly rejected: number;
  /** Items to a number that another one goes to. */
  readonly duplicates: number;
  readonly rate_per_minute: number | null;
  readonly api_key_id: string;
  readonly created_at: Date;
  /** When the last of its texts was done with. */
  readonly completed_at: Date | null;
  /** When it is looked at next; null = all its texts are done with. */
  readonly due_at: Date | null;
}

export async function insertBatch(database: Database, row: BatchRow): Promise<void> {
  await database.query({
    text: `insert into batches (id, mode, status, total, rejected, duplicates, rate_per_minute, api_key_id, created_at, due_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [
      row.id,
      row.mode,
      row.status,
      row.total,
      row.rejected,
      row.duplicates,
      row.rate_per_minute,
      row.api_key_id,
      row.created_at,
      row.due_at,
    ],
  });
}

export async function batchById(
  database: Database,
  mode: Mode,
  id: string,
  lock: 'lock' | 'look' = 'look',
): Promise<BatchRow | null> {
  const [row] = await database.query<BatchRow>({
    text: `select * from batches where mode = $1 and id = $2 ${lock === 'lock' ? 'for update' : ''}`,
    values: [mode, id],
  });
  return row ?? null;
}

/** All its items were worked off once. */
export async function noteItems(
  database: Database,
  id: string,
  counted: { readonly rejected: number; readonly duplicates: number },
  dueAt: Date,
): Promise<void> {
  await database.query({
    text: `update batches set rejected = $2, duplicates = $3, due_at = $4 where id = $1 and completed_at is null`,
    values: [id, counted.rejected, counted.duplicates, dueAt],
  });
}

export async function setBatchStatus(database: Database, id: string, status: BatchStatus): Promise<void> {
  await database.query({ text: 'update batches set status = $2 where id = $1', values: [id, status] });
}

/** How many texts have which status; `isDone`: nothing more is expected to happen to them. */
export interface BatchCount {
  readonly status: Status;
  readonly isDone: boolean;
  readonly count: number;
}

export function countTexts(database: Database, batchId: string): Promise<BatchCount[]> {
  return database.query<BatchCount>({
    text: `select status, (status not in ('scheduled', 'held', 'queued', 'sending', 'sent') or receipt = 'missing') is true
        as "isDone", count(*)::int as count
      from messages where batch_id = $1 group by 1, 2 order by 1, 2`,
    values: [batchId],
  });
}

/** Those that it is time to look at. Other servers pass them by. */
export function lockDueBatches(database: Database, now: Date, limit: number): Promise<BatchRow[]> {
  return database.query<BatchRow>({
    text: 'select * from batches where due_at <= $1 order by due_at limit $2 for update skip locked',
    values: [now, limit],
  });
}

export async function lookAgain(database: Database, id: string, at: Date): Promise<void> {
  await database.query({ text: 'update batches set due_at = $2 where id = $1', values: [id, at] });
}

export async function completeBatch(database: Database, id: string, now: Date): Promise<void> {
  await database.query({
    text: `update batches set completed_at = $2, due_at = null,
        status = case when status = 'canceled' then status else 'completed' end where id = $1`,
    values: [id, now],
  });
}

/** Texts of a batch of which nothing has left, nor may have: they wait for a claim that is under way. */
const UNSENT = `select m.id from messages m
  where m.batch_id = $1 and m.status in ('scheduled', 'held', 'queued') and not m.ambiguous
    and not exists (select from segments s where s.message_id = m.id and s.carrier_id is not null)
  order by m.id for update`;
const CHANGED = 'm.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status';

export function cancelBatchTexts(database: Database, batchId: string, now: Date): Promise<Changed[]> {
  return database.query<Changed>({
    text: `with unsent as (${UNSENT})
      update messages m set status = 'canceled', hold_reason = null, due_at = null, sequence = m.sequence + 1,
        status_updated_at = $2
      from unsent u where m.id = u.id and m.status in ('scheduled', 'held', 'queued') returning ${CHANGED}`,
    values: [batchId, now],
  });
}

/** `never`: when the sweep looks at them again. */
export function pauseBatchTexts(
  database: Database,
  batchId: string,
  reason: string,
  never: Date,
  now: Date,
): Promise<Changed[]> {
  return database.query<Changed>({
    text: `with unsent as (${UNSENT})
      update messages m set status = 'held', hold_reason = $2, due_at = $3, expires_at = null,
        sequence = m.sequence + 1, status_updated_at = $4
      from unsent u where m.id = u.id and m.status in ('scheduled', 'held', 'queued') returning ${CHANGED}`,
    values: [batchId, reason, never, now],
  });
}

/** In the order they had, `everyMs` apart, none before it was planned for. The sweep judges each when its time comes. */
export function resumeBatchTexts(
  database: Database,
  batchId: string,
  reason: string,
  everyMs: number,
  now: Date,
): Promise<Changed[]> {
  return database.query<Changed>({
    text: `with locked as (
        select id, schedule_for, created_at from messages
        where batch_id = $1 and status = 'held' and hold_reason = $2 order by id for update
      ), paused as (
        select id, row_number() over (order by coalesce(schedule_for, created_at), id) - 1 as place from locked
      )
      update messages m set status = 'scheduled', hold_reason = null,
        due_at = greatest(m.schedule_for, $4::timestamptz + p.place * $3::float8 * interval '1 millisecond'),
        sequence = m.sequence + 1, status_updated_at = $4
      from paused p where m.id = p.id returning ${CHANGED}`,
    values: [batchId, reason, everyMs, now],
  });
}

export async function deleteBatches(database: Database, before: Date, limit: number): Promise<number> {
  const rows = await database.query({
    text: `delete from batches where id in (select id from batches
      where created_at < $1 and completed_at is not null order by created_at limit $2) returning 1`,
    values: [before, limit],
  });
  return rows.length;
}
