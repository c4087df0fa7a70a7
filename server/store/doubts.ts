import type { InDoubt } from '../rules/ambiguity.ts';
import type { TextLife } from '../rules/text-life.ts';
import type { Database } from './database.ts';
import type { Changed } from './messages.ts';
import type { MessageRow, SegmentRow } from './schema.ts';

/** submit_sm without an answer: how they are noted, found, and settled by what comes later. */
export type Doubt = InDoubt & Pick<MessageRow, 'mode'> & TextLife;

/** All that is in doubt for these recipients (E.164). */
export function doubtsOf(database: Database, contacts: readonly string[]): Promise<Doubt[]> {
  return database.query<Doubt>({
    name: 'doubts_of',
    text: `select s.message_id, s.part, s.attempt, s.smsc_id, s.created_at, m.mode, m."to", m."from", m.expires_at, m.validity_seconds, m.queue_seconds
      from segments s join messages m on m.id = s.message_id
      where s.in_doubt_of = any($1::text[]) and s.state = 'unknown'`,
    values: [contacts],
  });
}

/**
 * Whether a receipt with an unknown id could belong to something else than this doubt: to a text that is under way to
 * the same recipient, whose id is not known yet, or to one that waits for its receipt.
 */
export async function hasRivals(database: Database, doubt: Doubt): Promise<boolean> {
  const rows = await database.query({
    text: `select 1 from (
        select id, status, "from" from messages where mode = $1 and contact = $2 and direction = 'outbound'
        order by id desc limit ${RIVALS_MAX}) m
      where m."from" = $3 and (m.status = 'sending' or (m.id <> $4 and exists (
        select 1 from segments s where s.message_id = m.id and s.state = 'sent' and s.receipt_due_at is not null)))
      limit 1`,
    values: [doubt.mode, doubt.to, doubt.from, doubt.message_id],
  });
  return rows.length > 0;
}

/** More texts than that to one recipient, and the older ones have their receipts. */
const RIVALS_MAX = 200;

type SegmentKey = Pick<SegmentRow, 'message_id' | 'part' | 'attempt'>;

/**
 * The carrier had taken it. False when that was known already, the row is not there, or, without an answer, another part
 * has one of the ids `knownAs`: the receipt is that one's.
 */
export async function doubtAccepted(
  database: Database,
  segment: SegmentKey & {
    readonly carrierId: string;
    /** In every form in which a carrier may write it. */
    readonly knownAs: readonly string[];
    readonly answered: boolean;
    readonly receiptDueAt: Date;
  },
): Promise<boolean> {
  const rows = await database.query({
    text: `update segments set state = 'sent', carrier_id = $4, in_doubt_of = null, receipt_due_at = $5,
        command_status = case when $6 then '0x00000000' end, command_status_name = case when $6 then 'ESME_ROK' end
      where message_id = $1 and part = $2 and attempt = $3 and state = 'unknown'
        and ($6 or not exists (select 1 from segments o
          where o.message_id = $1 and o.smsc_id = segments.smsc_id and o.carrier_id = any($7::text[])))
      returning 1`,
    values: [
      segment.message_id,
      segment.part,
      segment.attempt,
      segment.carrierId,
      segment.receiptDueAt,
      segment.answered,
      segment.knownAs,
    ],
  });
  return rows.length > 0;
}

/** The carrier had refused it. */
export async function doubtRefused(
  database: Database,
  segment: SegmentKey & { readonly commandStatus: string; readonly name: string },
): Promise<void> {
  await database.query({
    text: `update segments set state = 'refused', in_doubt_of = null, command_status = $4, command_status_name = $5
      where message_id = $1 and part = $2 and attempt = $3 and state = 'unknown'`,
    values: [segment.message_id, segment.part, segment.attempt, segment.commandStatus, segment.name],
  });
}

/** Every part of a lost claim that is not known to have been accepted may be with the carrier. */
export async function noteDoubts(database: Database, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return;
  await database.query({
    text: `insert into segments (message_id, part, attempt, smsc_id, state, in_doubt_of, created_at)
      select m.id, part, m.attempts, m.smsc_id, 'unknown', m.contact, m.claimed_at
      from messages m cross join generate_series(1, m.segments) part
      where m.id = any($1::uuid[]) and m.smsc_id is not null and m.claimed_at is not null
        and not exists (select 1 from segments s
          where s.message_id = m.id and s.part = part and s.carrier_id is not null)
      on conflict do nothing`,
    values: [messageIds],
  });
}

/** What was in doubt is known to be with the carrier: queued or held -> sent. The caller holds the locks. */
export function markSent(
  database: Database,
  texts: readonly { readonly id: string; readonly smsc_id: string }[],
  now: Date,
): Promise<Changed[]> {
  return database.query<Changed>({
    text: `update messages m set status = 'sent', due_at = null, hold_reason = null, error = null, smsc_id = t.smsc_id,
        sent_at = $1, status_updated_at = $1, sequence = m.sequence + 1
      from unnest($2::uuid[], $3::text[]) as t(id, smsc_id) where m.id = t.id
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status`,
    values: [now, texts.map(({ id }) => id), texts.map(({ smsc_id }) => smsc_id)],
  });
}

/** Held for a doubt that is gone: the parts that the carrier does not have are due now. */
export function releaseHeld(database: Database, ids: readonly string[], now: Date): Promise<Changed[]> {
  return database.query<Changed>({
    text: `update messages m set status = 'queued', due_at = $1, hold_reason = null, status_updated_at = $1,
        sequence = m.sequence + 1
      where m.id = any($2::uuid[])
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status`,
    values: [now, ids],
  });
}
