import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { MessageRow } from './schema.ts';

/** What the sweep looks for. Every query is bounded and goes by one of the partial indexes of open texts. */

export type DueText = Pick<
  MessageRow,
  | 'id'
  | 'mode'
  | 'contact'
  | 'body'
  | 'status'
  | 'due_at'
  | 'expires_at'
  | 'message_type'
  | 'on_ambiguous'
  | 'doubts'
  | 'ambiguous'
  | 'segments_delivered'
  | 'late'
  | 'error'
  | 'hold_reason'
  | 'smsc_id'
  | 'purpose'
  | 'api_key_id'
  | 'country'
  | 'topic'
  | 'quiet_hours'
  | 'validity_seconds'
  | 'queue_seconds'
  | 'send_before'
  | 'send_window'
  | 'priority'
>;

const columns = `id, mode, contact, body, status, due_at, expires_at, message_type, on_ambiguous, doubts, ambiguous,
  segments_delivered, late, error, hold_reason, smsc_id, purpose, api_key_id, country, topic, quiet_hours, validity_seconds, queue_seconds, send_before,
  send_window, priority`;

/** Texts that time alone changes now: retries, releases, expiries. Locked; those being claimed are passed by. */
export function lockDue(database: Database, now: Date, limit: number): Promise<DueText[]> {
  return database.query<DueText>({
    name: 'lock_due',
    text: `select ${columns} from messages where due_at <= $1 and status <> 'sending'
      order by due_at limit $2 for update skip locked`,
    values: [now, limit],
  });
}

/** Those of these texts that are queued and could go: a claim has passed them by, and somebody has to find out why. */
export function lockUnclaimed(database: Database, ids: readonly string[], now: Date): Promise<DueText[]> {
  return database.query<DueText>({
    text: `select ${columns} from messages
      where id = any($1::uuid[]) and status = 'queued' and (due_at = expires_at or due_at <= $2)
      order by id for update skip locked`,
    values: [ids, now],
  });
}

/** Sets until when texts live and by when they must have left; one that is queued and ready stays so. */
export async function setLives(
  database: Database,
  lives: readonly { readonly id: string; readonly expires_at: Date | null; readonly send_before: Date | null }[],
): Promise<void> {
  if (lives.length === 0) return;
  await database.query({
    text: `update messages m set expires_at = l.expires_at, send_before = l.send_before,
        due_at = case when m.status = 'queued' and m.due_at = m.expires_at then l.expires_at else m.due_at end
      from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as l(id, expires_at, send_before) where m.id = l.id`,
    values: [lives.map(({ id }) => id), lives.map((life) => life.expires_at), lives.map((life) => life.send_before)],
  });
}

/** Texts that an instance had claimed and never finished: nobody knows whether the carrier took them. */
export function lockClaimedBy(database: Database, instanceId: string, limit: number): Promise<DueText[]> {
  return database.query<DueText>({
    text: `select ${columns} from messages
      where due_at is not null and status = 'sending' and claimed_by = $1 limit $2 for update`,
    values: [instanceId, limit],
  });
}

/** The same for our own claims that are older than the lease and that this process knows nothing of. */
export function lockLostClaims(
  database: Database,
  instanceId: string,
  before: Date,
  known: readonly string[],
  limit: number,
): Promise<DueText[]> {
  return database.query<DueText>({
    text: `select ${columns} from messages
      where due_at is not null and status = 'sending' and claimed_by = $1 and claimed_at < $2
        and id <> all($3::uuid[]) limit $4 for update skip locked`,
    values: [instanceId, before, known, limit],
  });
}

export type ReadyText = Pick<MessageRow, 'id' | 'smsc_id' | 'message_type' | 'purpose' | 'api_key_id' | 'priority'>;

const readyColumns = 'id, smsc_id, message_type, purpose, api_key_id, priority';
const isReady = `due_at is not null and status = 'queued' and due_at = expires_at`;

/** Texts with an id above `after` that could go at once; while their lanes are empty they are those that no job announces. */
export function queuedTexts(
  database: Database,
  mode: Mode,
  kind: 'otp' | 'other',
  after: string,
  limit: number,
): Promise<ReadyText[]> {
  return database.query<ReadyText>({
    name: `queued_texts_${kind}`,
    text: `select ${readyColumns} from messages
      where mode = $1 and id > $2 and ${isReady} and ${kind === 'otp' ? '' : 'not'} (message_type = 'otp' or coalesce(priority, '') = 'high')
      order by id limit $3`,
    values: [mode, after, limit],
  });
}

/** Texts that are planned for none of the `known` carriers, those included that wait for another try. */
export function orphanedTexts(
  database: Database,
  known: readonly string[],
  after: string,
  limit: number,
): Promise<ReadyText[]> {
  return database.query<ReadyText>({
    text: `select ${readyColumns} from messages
      where id > $1 and due_at is not null and status = 'queued'
        and (smsc_id is null or smsc_id <> all($2::text[])) order by id limit $3`,
    values: [after, known, limit],
  });
}

/** Queued texts whose retry is due may go at once; that is no change that anybody sees. */
export async function makeReady(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.query({ text: 'update messages set due_at = expires_at where id = any($1::uuid[])', values: [ids] });
}

/** The carrier's answer to an attempt was lost; that stays on the text, and the attempt counts. */
export async function flagAmbiguous(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.query({
    text: 'update messages set ambiguous = true, retries = retries + 1, doubts = doubts + 1 where id = any($1::uuid[])',
    values: [ids],
  });
}

/** Texts whose receipt never came stay `sent` and say so. Answers how many. */
export async function markReceiptMissing(database: Database, ids: readonly string[]): Promise<number> {
  const rows = await database.query({
    text: `update messages set receipt = 'missing' where id = any($1::uuid[]) and status = 'sent' returning 1`,
    values: [ids],
  });
  return rows.length;
}

/** How many texts could go or are going, counted up to `limit`. */
export async function countWaiting(database: Database, limit: number): Promise<number> {
  const [row] = await database.query<{ count: number }>({
    text: `select count(*)::int as count from (select 1 from messages
      where due_at is not null and status in ('queued', 'sending') limit $1) as waiting`,
    values: [limit],
  });
  return row?.count ?? 0;
}

/**
 * Creation time of the oldest text that is neither final nor missing its receipt; null when there is none. Ids are in
 * the order of time, so that a backlog of any size costs no more than its first text. By the mode too: by the id alone
 * PostgreSQL may prefer the primary key, and walk through all texts that have ended.
 */
export async function oldestUnfinished(database: Database): Promise<Date | null> {
  const [row] = await database.query<{ oldest: Date | null }>({
    text: `select least(
        (select created_at from messages where due_at is not null order by mode, id limit 1),
        (select created_at from messages where due_at is not null and mode > 'live' order by mode, id limit 1),
        (select min(created_at) from segments where receipt_due_at is not null)) as oldest`,
    values: [],
  });
  return row?.oldest ?? null;
}
