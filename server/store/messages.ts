import type { Message, MessageError, Mode, Status } from '../rules/message.ts';
import { columnValues } from './columns.ts';
import type { Database } from './database.ts';
import type { MessageRow } from './schema.ts';

/** The hot statements of the life of a text once it is a row, written by hand and prepared. Each answers what it changed. */

export type Claimed = Pick<
  MessageRow,
  | 'id'
  | 'mode'
  | 'from'
  | 'to'
  | 'body'
  | 'message_type'
  | 'on_ambiguous'
  | 'encoding'
  | 'flash'
  | 'segments'
  | 'submit_count'
  | 'reference'
  | 'attempts'
  | 'claimed_at'
  | 'retries'
  | 'doubts'
  | 'attempts_elsewhere'
  | 'expires_at'
  | 'validity_seconds'
  | 'queue_seconds'
  | 'country'
  | 'purpose'
  | 'api_key_id'
  | 'tried'
  | 'priority'
>;

/**
 * Takes texts for sending: queued -> sending. It passes by whatever is no longer queued, waits for a later
 * retry, has expired, is planned for another carrier, comes too late for the hours of its recipient, or goes to a number
 * whose opt-out, suppression or review was committed before this statement.
 */
export function claim(
  database: Database,
  ids: readonly string[],
  carrier: { readonly id: string; readonly mode: Mode },
  instanceId: string,
  now: Date,
): Promise<Claimed[]> {
  return database.query<Claimed>({
    name: 'claim',
    text: `with ready as (
        select m.id from messages m
        where m.id = any($1::uuid[]) and m.status = 'queued' and m.expires_at > $3 and m.smsc_id = $4 and m.mode = $5
          and (m.due_at = m.expires_at or m.due_at <= $3)
          and (m.send_before is null or m.send_before > $3)
          and (m.purpose in ('opt_out_confirmation', 'help_answer') or not (
            exists (select 1 from opt_outs o
              where o.mode = m.mode and o.number = m.contact and (o.topic = '*' or o.topic = m.topic))
            or exists (select 1 from suppressions s
              where s.mode = m.mode and s.number = m.contact and (s.expires_at is null or s.expires_at > $3)
                and (s.list <> 'dnc_import' or m.message_type = 'promotional'))
            or (m.message_type = 'promotional' and exists (select 1 from opt_out_reviews r
              where r.mode = m.mode and r.number = m.contact and r.state = 'open'))))
        for update of m skip locked)
      update messages m set status = 'sending', claimed_by = $2, claimed_at = $3, attempts = attempts + 1
      from ready where m.id = ready.id
      returning m.id, m.mode, m."from", m."to", m.body, m.message_type, m.on_ambiguous, m.encoding, m.flash,
        m.segments, m.submit_count, m.reference, m.attempts, m.claimed_at,
        m.retries, m.doubts, m.attempts_elsewhere, m.expires_at, m.validity_seconds, m.queue_seconds, m.country, m.purpose, m.api_key_id, m.tried, m.priority`,
    values: [ids, instanceId, now, carrier.id, carrier.mode],
  });
}

/** How an attempt, or a text given up, ended. */
export interface Finish {
  readonly id: string;
  /** The attempt that this is the end of; a row that has moved on meanwhile is left alone. */
  readonly attempts: number;
  readonly status: Extract<Status, 'sent' | 'queued' | 'held' | 'failed'>;
  readonly due_at: Date | null;
  /** Another one than before: the text moves on, and never comes back to the one that refused it. */
  readonly smsc_id: string;
  readonly ambiguous: boolean;
  readonly retries: number;
  readonly hold_reason: string | null;
  readonly error: MessageError | null;
  readonly sent_at: Date | null;
  readonly tells: boolean;
}

const finishColumns = {
  id: 'uuid',
  attempts: 'smallint',
  status: 'text',
  due_at: 'timestamptz',
  smsc_id: 'text',
  ambiguous: 'boolean',
  retries: 'smallint',
  hold_reason: 'text',
  error: 'jsonb',
  sent_at: 'timestamptz',
  tells: 'boolean',
};
const finishNames = Object.keys(finishColumns);
const finishArrays = Object.values(finishColumns).map((type, index) => `$${index + 3}::${type}[]`);

export type Finished = Pick<MessageRow, 'id' | 'mode' | 'contact' | 'sequence' | 'ambiguous'>;

/** Writes the ends of attempts that `instanceId` claimed: sending -> sent, queued, held or failed. */
export function finish(
  database: Database,
  ends: readonly Finish[],
  instanceId: string,
  now: Date,
): Promise<Finished[]> {
  return database.query<Finished>({
    name: 'finish',
    text: `update messages m set status = f.status, due_at = f.due_at, smsc_id = f.smsc_id, claimed_by = null,
        ambiguous = m.ambiguous or f.ambiguous, doubts = m.doubts + f.ambiguous::int, retries = f.retries,
        attempts_elsewhere = case when m.smsc_id <> f.smsc_id then m.attempts else m.attempts_elsewhere end,
        hold_reason = f.hold_reason, error = f.error,
        sent_at = coalesce(f.sent_at, m.sent_at),
        tried = case when m.smsc_id <> f.smsc_id then array_append(m.tried, m.smsc_id) else m.tried end, sequence = m.sequence + f.tells::int, status_updated_at = $2
      from unnest(${finishArrays.join(', ')}) as f(${finishNames.join(', ')})
      where m.id = f.id and m.status = 'sending' and m.claimed_by = $1 and m.attempts = f.attempts
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous`,
    values: [instanceId, now, ...columnValues(finishNames, finishColumns, ends)],
  });
}

export interface Change {
  readonly id: string;
  readonly status: Status;
  readonly error: MessageError | null;
  readonly due_at: Date | null;
  readonly hold_reason: string | null;
  readonly late: boolean;
  readonly segments_delivered: number;
  readonly delivered_at: Date | null;
}

const changeColumns = {
  id: 'uuid',
  status: 'text',
  error: 'jsonb',
  due_at: 'timestamptz',
  hold_reason: 'text',
  late: 'boolean',
  segments_delivered: 'smallint',
  delivered_at: 'timestamptz',
};
const changeNames = Object.keys(changeColumns);
const changeArrays = Object.values(changeColumns).map((type, index) => `$${index + 2}::${type}[]`);

export type Changed = Pick<MessageRow, 'id' | 'mode' | 'contact' | 'sequence' | 'ambiguous' | 'status'>;

/** Writes decided changes to rows that the caller has locked in this transaction; each counts as one change. */
export function change(database: Database, changes: readonly Change[], now: Date): Promise<Changed[]> {
  return database.query<Changed>({
    name: 'change',
    text: `update messages m set status = c.status, error = c.error, due_at = c.due_at, hold_reason = c.hold_reason,
        late = c.late, segments_delivered = c.segments_delivered, delivered_at = c.delivered_at, claimed_by = null,
        sequence = m.sequence + 1, status_updated_at = $1
      from unnest(${changeArrays.join(', ')}) as c(${changeNames.join(', ')})
      where m.id = c.id
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status`,
    values: [now, ...columnValues(changeNames, changeColumns, changes)],
  });
}

/** Counts delivered parts of texts that are not final yet; no event tells of it. */
export async function noteDelivered(
  database: Database,
  counts: readonly { readonly id: string; readonly segments_delivered: number }[],
): Promise<void> {
  if (counts.length === 0) return;
  await database.query({
    name: 'note_delivered',
    text: `update messages m set segments_delivered = c.segments_delivered
      from unnest($1::uuid[], $2::smallint[]) as c(id, segments_delivered) where m.id = c.id`,
    values: [counts.map(({ id }) => id), counts.map(({ segments_delivered }) => segments_delivered)],
  });
}

/**
 * The latest text that a contact may be answering: from the number that they write to, else from any (some carriers
 * put a number of their own in the place of the sender); never one that we kept back.
 */
export async function lastOutboundTo(
  database: Database,
  mode: Mode,
  contact: string,
  ourNumber: string,
): Promise<string | null> {
  const latest = database.kysely
    .selectFrom('messages')
    .select('id')
    .where('mode', '=', mode)
    .where('contact', '=', contact)
    .where('direction', '=', 'outbound')
    .where('status', 'not in', ['rejected', 'canceled', 'scheduled', 'held'])
    .orderBy('id', 'desc')
    .limit(1);
  const row = (await latest.where('from', '=', ourNumber).executeTakeFirst()) ?? (await latest.executeTakeFirst());
  return row?.id ?? null;
}

export function messageById(database: Database, mode: Mode, id: string): Promise<Message | undefined> {
  return database.kysely
    .selectFrom('messages')
    .selectAll()
    .where('id', '=', id)
    .where('mode', '=', mode)
    .executeTakeFirst();
}
