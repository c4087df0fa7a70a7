import type { Database } from './database.ts';
import type { ReplyWaitReason, ReplyWaitRow } from './schema-contacts.ts';

/** A wait whose callback has to be told, with the reply as it is stored; null where there is none. */
export interface DueCallback extends ReplyWaitRow {
  readonly callback_url: string;
  readonly reply_body: string | null;
  readonly reply_in_reply_to: string | null;
  readonly reply_at: Date | null;
}

/**
 * Takes up to `limit` waits whose callback is due, and counts the attempt. Until `leaseUntil` nobody else gets them;
 * after it, one whose process died is due again. Losing the claim with PostgreSQL itself repeats a POST under the same
 * id, so it does not wait for the disk.
 */
export async function claimCallbacks(
  { relaxedPool }: Pick<Database, 'relaxedPool'>,
  limit: number,
  now: Date,
  leaseUntil: Date,
): Promise<DueCallback[]> {
  const { rows } = await relaxedPool.query<DueCallback>({
    name: 'claim_reply_callbacks',
    text: `with due as (
        select id from reply_waits where next_attempt_at <= $2 and callback_url is not null
        order by next_attempt_at limit $1 for update skip locked
      ), claimed as (
        update reply_waits set next_attempt_at = $3, attempts = attempts + 1 where id in (select id from due) returning *
      )
      select claimed.*, m.body as reply_body, m.in_reply_to as reply_in_reply_to, m.created_at as reply_at
      from claimed left join messages m on m.id = claimed.reply_id`,
    values: [limit, now, leaseUntil],
  });
  return rows;
}

/** When the next one is due; null = none. */
export async function nextCallbackAt({ relaxedPool }: Pick<Database, 'relaxedPool'>): Promise<Date | null> {
  const { rows } = await relaxedPool.query<{ at: Date | null }>({
    name: 'next_reply_callback',
    text: 'select min(next_attempt_at) as at from reply_waits where next_attempt_at is not null',
    values: [],
  });
  return rows[0]?.at ?? null;
}

/** What the attempt has changed; the rest of the row stays. */
export interface CallbackChange {
  readonly state: ReplyWaitRow['state'];
  readonly status: number | null;
  readonly reason: ReplyWaitReason | null;
  readonly nextAttemptAt: Date | null;
  readonly finishedAt: Date | null;
  /** Set back when our own stop cut the attempt short. */
  readonly attempts: number;
}

/**
 * Writes how an attempt ended, unless the wait has moved on since it was claimed (false). A callback that took the reply
 * has it, even when the attempt took so long that somebody else has begun another one.
 */
export async function finishCallback(
  database: Database,
  claimed: Pick<ReplyWaitRow, 'id' | 'attempts' | 'state' | 'reply_id'>,
  change: CallbackChange,
): Promise<boolean> {
  const { state, status, reason, nextAttemptAt, finishedAt, attempts } = change;
  const rows = await database.query({
    text: `update reply_waits set state = $5, last_status = $6, reason = $7, next_attempt_at = $8, finished_at = $9,
        attempts = $10, reply_id = case when $5 = 'waiting' then null else reply_id end,
        value = case when $5 = 'waiting' then null else value end
      where id = $1 and (attempts = $2 or $5 = 'delivered') and state = $3 and reply_id is not distinct from $4 and next_attempt_at is not null
      returning 1`,
    values: [
      claimed.id,
      claimed.attempts,
      claimed.state,
      claimed.reply_id,
      state,
      status,
      reason,
      nextAttemptAt,
      finishedAt,
      attempts,
    ],
  });
  return rows.length > 0;
}
