import { columnValues, multiInsert } from './columns.ts';
import type { Database } from './database.ts';
import type { MessageRow, SegmentRow } from './schema.ts';

export type NewSegment = Omit<SegmentRow, 'state' | 'receipt'>;

const insert = multiInsert<NewSegment>(
  'segments',
  {
    message_id: 'uuid',
    part: 'smallint',
    attempt: 'smallint',
    smsc_id: 'text',
    carrier_id: 'text',
    receipt_due_at: 'timestamptz',
    created_at: 'timestamptz',
  },
  'on conflict do nothing',
);

export async function insertSegments(database: Database, rows: readonly NewSegment[]): Promise<void> {
  if (rows.length > 0) await database.query(insert(rows));
}

/** The numbers of the parts of a text that the carrier has accepted in any attempt. */
export async function acceptedParts(database: Database, messageId: string): Promise<Set<number>> {
  const rows = await database.query<{ part: number }>({
    text: 'select distinct part from segments where message_id = $1',
    values: [messageId],
  });
  return new Set(rows.map(({ part }) => part));
}

/** A segment whose carrier id could be meant by a receipt, with what is known of its text. */
export type SegmentFound = Pick<
  SegmentRow,
  'message_id' | 'part' | 'attempt' | 'smsc_id' | 'carrier_id' | 'state' | 'created_at'
> &
  Pick<MessageRow, 'to'>;

/** All segments of an account with one of these ids. */
export function segmentsByCarrierId(
  database: Database,
  asked: readonly { readonly smscId: string; readonly carrierId: string }[],
): Promise<SegmentFound[]> {
  return database.query<SegmentFound>({
    name: 'segments_by_carrier_id',
    text: `select s.message_id, s.part, s.attempt, s.smsc_id, s.carrier_id, s.state, s.created_at, m."to"
      from segments s join messages m on m.id = s.message_id
      where (s.smsc_id, s.carrier_id) in (select * from unnest($1::text[], $2::text[]))`,
    values: [asked.map(({ smscId }) => smscId), asked.map(({ carrierId }) => carrierId)],
  });
}

export type LockedText = Pick<
  MessageRow,
  'id' | 'mode' | 'status' | 'segments' | 'segments_delivered' | 'ambiguous' | 'late' | 'status_updated_at' | 'error'
>;

/** Locks texts in the order of their ids, so that two transactions with the same texts cannot deadlock. */
export function lockTexts(database: Database, ids: readonly string[]): Promise<LockedText[]> {
  return database.query<LockedText>({
    name: 'lock_texts',
    text: `select id, mode, status, segments, segments_delivered, ambiguous, late, status_updated_at, error
      from messages where id = any($1::uuid[]) order by id for update`,
    values: [ids],
  });
}

export type PartState = Pick<SegmentRow, 'message_id' | 'part' | 'state'>;

/** The state of every submitted part of these texts, one row for each attempt. */
export function partStates(database: Database, ids: readonly string[]): Promise<PartState[]> {
  return database.query<PartState>({
    name: 'part_states',
    text: 'select message_id, part, state from segments where message_id = any($1::uuid[])',
    values: [ids],
  });
}

/** What a receipt said of one segment; null state = nothing final, only the raw receipt is kept. */
export interface SegmentReceipt {
  readonly message_id: string;
  readonly part: number;
  readonly attempt: number;
  readonly state: SegmentRow['state'] | null;
  readonly receipt: string;
}

const receiptColumns = { message_id: 'uuid', part: 'smallint', attempt: 'smallint', state: 'text', receipt: 'text' };
const receiptNames = Object.keys(receiptColumns);

/** The first final state of a segment stays, except that an expired one may still be delivered. */
export async function writeReceipts(database: Database, receipts: readonly SegmentReceipt[]): Promise<void> {
  await database.query({
    name: 'write_receipts',
    text: `update segments s set receipt = r.receipt,
        state = case when r.state is not null and (s.state = 'sent' or (s.state = 'expired' and r.state = 'delivered'))
          then r.state else s.state end,
        receipt_due_at = case when r.state is null then s.receipt_due_at end
      from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::text[], $5::text[]) as r(${receiptNames.join(', ')})
      where s.message_id = r.message_id and s.part = r.part and s.attempt = r.attempt`,
    values: columnValues(receiptNames, receiptColumns, receipts),
  });
}

/** Segments whose receipt is overdue: they stop waiting. Answers the texts they belong to. */
export function stopWaiting(database: Database, now: Date, limit: number): Promise<{ message_id: string }[]> {
  return database.query<{ message_id: string }>({
    text: `update segments set receipt_due_at = null where (message_id, part, attempt) in (
        select message_id, part, attempt from segments where receipt_due_at <= $1 limit $2 for update skip locked)
      returning message_id`,
    values: [now, limit],
  });
}
