import { columnValues, multiInsert } from './columns.ts';
import type { Database } from './database.ts';
import type { MessageRow, SegmentRow } from './schema.ts';

/** One submit_sm and the answer to it. */
export type NewSegment = Omit<SegmentRow, 'receipt' | 'receipt_state' | 'receipt_tlvs' | 'receipt_at'>;

const insert = multiInsert<NewSegment>(
  'segments',
  {
    message_id: 'uuid',
    part: 'smallint',
    attempt: 'smallint',
    smsc_id: 'text',
    carrier_id: 'text',
    state: 'text',
    command_status: 'text',
    command_status_name: 'text',
    receipt_due_at: 'timestamptz',
    in_doubt_of: 'text',
    created_at: 'timestamptz',
  },
  // A row in doubt was written for a claim that seemed lost; the answer came after all.
  `on conflict (message_id, part, attempt) do update set smsc_id = excluded.smsc_id, carrier_id = excluded.carrier_id,
    state = excluded.state, command_status = excluded.command_status,
    command_status_name = excluded.command_status_name, receipt_due_at = excluded.receipt_due_at,
    in_doubt_of = excluded.in_doubt_of
    where segments.state = 'unknown'`,
);

export async function insertSegments(database: Database, rows: readonly NewSegment[]): Promise<void> {
  if (rows.length > 0) await database.query(insert(rows));
}

/** A text that is throttled for hours keeps its last refusal only. */
export async function dropRefusals(database: Database, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return;
  await database.query({
    text: `delete from segments where message_id = any($1::uuid[]) and state = 'refused'`,
    values: [messageIds],
  });
}

/** The numbers of the parts of a text that the carrier has accepted in any attempt. */
export async function acceptedParts(database: Database, messageId: string): Promise<Set<number>> {
  const rows = await database.query<{ part: number }>({
    text: 'select distinct part from segments where message_id = $1 and carrier_id is not null',
    values: [messageId],
  });
  return new Set(rows.map(({ part }) => part));
}

/** Every submit_sm of a text, in the order of parts and attempts. */
export function segmentsOf(database: Database, messageId: string, limit: number): Promise<SegmentRow[]> {
  return database.kysely
    .selectFrom('segments')
    .selectAll()
    .where('message_id', '=', messageId)
    .orderBy('part')
    .orderBy('attempt')
    .limit(limit)
    .execute();
}

/** A segment whose carrier id could be meant by a receipt, with what is known of its text. */
export type SegmentFound = Pick<SegmentRow, 'message_id' | 'part' | 'attempt' | 'smsc_id' | 'state' | 'created_at'> &
  Pick<MessageRow, 'to' | 'from'> & { readonly carrier_id: string };

/** All segments of an account with one of these ids. */
export function segmentsByCarrierId(
  database: Database,
  asked: readonly { readonly smscId: string; readonly carrierId: string }[],
): Promise<SegmentFound[]> {
  return database.query<SegmentFound>({
    name: 'segments_by_carrier_id',
    text: `select s.message_id, s.part, s.attempt, s.smsc_id, s.carrier_id, s.state, s.created_at, m."to", m."from"
      from segments s join messages m on m.id = s.message_id
      where (s.smsc_id, s.carrier_id) in (select * from unnest($1::text[], $2::text[]))`,
    values: [asked.map(({ smscId }) => smscId), asked.map(({ carrierId }) => carrierId)],
  });
}

export type LockedText = Pick<
  MessageRow,
  | 'id'
  | 'mode'
  | 'status'
  | 'segments'
  | 'submit_count'
  | 'segments_delivered'
  | 'ambiguous'
  | 'late'
  | 'status_updated_at'
  | 'error'
  | 'hold_reason'
>;

/** Locks texts in the order of their ids, so that two transactions with the same texts cannot deadlock. */
export function lockTexts(database: Database, ids: readonly string[]): Promise<LockedText[]> {
  return database.query<LockedText>({
    name: 'lock_texts',
    text: `select id, mode, status, segments, submit_count, segments_delivered, ambiguous, late, status_updated_at, error,
        hold_reason
      from messages where id = any($1::uuid[]) order by id for update`,
    values: [ids],
  });
}

export type PartState = Pick<SegmentRow, 'message_id' | 'part' | 'attempt' | 'smsc_id' | 'state'>;

/** The state of every submitted part of these texts, one row for each attempt. */
export function partStates(database: Database, ids: readonly string[]): Promise<PartState[]> {
  return database.query<PartState>({
    name: 'part_states',
    text: 'select message_id, part, attempt, smsc_id, state from segments where message_id = any($1::uuid[])',
    values: [ids],
  });
}

/** What a receipt said of one segment; null state = nothing final, only the receipt itself is kept. */
export interface SegmentReceipt {
  readonly message_id: string;
  readonly part: number;
  readonly attempt: number;
  readonly state: 'delivered' | 'undelivered' | 'expired' | 'sent' | null;
  readonly receipt: string;
  readonly receipt_state: string;
  readonly receipt_tlvs: SegmentRow['receipt_tlvs'];
  readonly receipt_at: Date;
}

const receiptColumns = {
  message_id: 'uuid',
  part: 'smallint',
  attempt: 'smallint',
  state: 'text',
  receipt: 'text',
  receipt_state: 'text',
  receipt_tlvs: 'jsonb',
  receipt_at: 'timestamptz',
};
const receiptNames = Object.keys(receiptColumns);
const receiptArrays = Object.values(receiptColumns).map((type, index) => `$${index + 1}::${type}[]`);

/**
 * The first final state of a segment stays, except that an expired one may still be delivered. The receipt that is
 * kept is the one that decided; until then, the last one.
 */
export async function writeReceipts(database: Database, receipts: readonly SegmentReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  await database.query({
    name: 'write_receipts',
    text: `update segments s set receipt = r.receipt, receipt_state = r.receipt_state, receipt_tlvs = r.receipt_tlvs,
        receipt_at = r.receipt_at, state = coalesce(r.state, s.state),
        receipt_due_at = case when r.state is null then s.receipt_due_at end
      from unnest(${receiptArrays.join(', ')}) as r(${receiptNames.join(', ')})
      where s.message_id = r.message_id and s.part = r.part and s.attempt = r.attempt
        and (s.state = 'sent' or (s.state = 'expired' and r.state = 'delivered'))`,
    // It may quote the beginning of the text.
    values: columnValues(receiptNames, receiptColumns, database.bodies.sealRows(receipts, 'receipt')),
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
