import type { Mode } from '../rules/message.ts';
import { multiInsert } from './columns.ts';
import type { Database } from './database.ts';
import type { ReplyWaitRow } from './schema-contacts.ts';

const insert = multiInsert<ReplyWaitRow>('reply_waits', {
  id: 'uuid',
  mode: 'text',
  contact: 'text',
  our_number: 'text',
  message_id: 'uuid',
  match: 'jsonb',
  callback_url: 'text',
  state: 'text',
  expires_at: 'timestamptz',
  created_at: 'timestamptz',
});

export async function insertReplyWaits(database: Database, waits: readonly ReplyWaitRow[]): Promise<void> {
  if (waits.length > 0) await database.query(insert(waits));
}

/** The two ends of a conversation. */
export interface Ends {
  readonly mode: Mode;
  readonly contact: string;
  readonly ourNumber: string;
}

/**
 * Until the end of the transaction: who looks back for replies (`looks`) and who stores one (`stores`) see each other.
 * Replies do not wait for replies.
 */
export async function lockReplies(
  database: Database,
  { mode, contact }: Ends,
  role: 'stores' | 'looks',
): Promise<void> {
  const lock = role === 'looks' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await database.query({
    name: `lock_replies_${role}`,
    text: `select ${lock}(hashtextextended('replies:' || $1 || ':' || $2, 0))`,
    values: [mode, contact],
  });
}

export function openWaits(database: Database, { mode, contact, ourNumber }: Ends): Promise<ReplyWaitRow[]> {
  return database.query<ReplyWaitRow>({
    name: 'open_reply_waits',
    text: `select * from reply_waits
      where mode = $1 and contact = $2 and our_number = $3 and state = 'waiting' and finished_at is null`,
    values: [mode, contact, ourNumber],
  });
}

/** Takes a wait for a reply, unless it has ended meanwhile (undefined). Without a callback it is over. */
export async function takeWait(
  database: Database,
  id: string,
  taken: { readonly replyId: string; readonly value: string; readonly at: Date },
): Promise<ReplyWaitRow | undefined> {
  const [wait] = await database.query<ReplyWaitRow>({
    text: `update reply_waits set state = 'matched', reply_id = $2, value = $3, attempts = 0, last_status = null,
        next_attempt_at = case when callback_url is not null then $4::timestamptz end,
        finished_at = case when callback_url is null then $4::timestamptz end
      where id = $1 and state = 'waiting' returning *`,
    values: [id, taken.replyId, database.bodies.seal(taken.value), taken.at],
  });
  return wait;
}

/** A text of a contact that may be a reply. */
export interface StoredReply {
  readonly id: string;
  readonly body: string;
  readonly in_reply_to: string | null;
  readonly created_at: Date;
}

/** What came from a contact since then (and after `afterId`), oldest first: nothing about consent, no reply that a wait has. */
export function repliesSince(
  database: Database,
  { mode, contact, ourNumber }: Ends,
  since: Date,
  afterId: string | null,
): Promise<StoredReply[]> {
  return database.query<StoredReply>({
    text: `select m.id, m.body, m.in_reply_to, m.created_at from messages m
      where m.mode = $1 and m.contact = $2 and m.direction = 'inbound' and m."to" = $3 and m.created_at >= $4
        and ($5::uuid is null or m.id > $5) and coalesce(m.intent->>'type', 'review') = 'review'
        and not exists (select 1 from reply_waits w where w.reply_id = m.id)
      order by m.id limit 100`,
    values: [mode, contact, ourNumber, since, afterId],
  });
}

export async function textTo(
  database: Database,
  mode: Mode,
  id: string,
): Promise<{ readonly from: string; readonly contact: string; readonly created_at: Date } | undefined> {
  const [text] = await database.query<{ from: string; contact: string; created_at: Date }>({
    text: `select "from", contact, created_at from messages where id = $2 and mode = $1 and direction = 'outbound'`,
    values: [mode, id],
  });
  return text;
}

export interface ReplyWaitFilter {
  readonly state: ReplyWaitRow['state'] | null;
  readonly contact: string | null;
  readonly belowId: string | null;
}

/** The newest first, from below an id. */
export function listWaits(
  database: Database,
  mode: Mode,
  filter: ReplyWaitFilter,
  limit: number,
): Promise<ReplyWaitRow[]> {
  return database.query<ReplyWaitRow>({
    text: `select * from reply_waits
      where mode = $1 and ($2::text is null or state = $2) and ($3::text is null or contact = $3)
        and ($4::uuid is null or id < $4)
      order by id desc limit $5`,
    values: [mode, filter.state, filter.contact, filter.belowId, limit],
  });
}

export async function findWait(database: Database, mode: Mode, id: string): Promise<ReplyWaitRow | undefined> {
  const [wait] = await database.query<ReplyWaitRow>({
    text: 'select * from reply_waits where mode = $1 and id = $2',
    values: [mode, id],
  });
  return wait;
}

/** Ends a wait that has not ended, by request: its callback hears nothing any more. */
export async function cancelWait(
  database: Database,
  mode: Mode,
  id: string,
  at: Date,
): Promise<ReplyWaitRow | undefined> {
  const [wait] = await database.query<ReplyWaitRow>({
    text: `update reply_waits set state = 'canceled', reason = 'requested', next_attempt_at = null, finished_at = $3
      where mode = $1 and id = $2 and finished_at is null returning *`,
    values: [mode, id, at],
  });
  return wait;
}

/** Ends what is waited for from a contact, or for a topic only what its texts asked. The callbacks are told. */
export async function cancelWaitsOf(
  database: Database,
  { mode, contact, topic }: { readonly mode: Mode; readonly contact: string; readonly topic: string },
  at: Date,
): Promise<number> {
  const rows = await database.query({
    text: `update reply_waits w set state = 'canceled', reason = 'opted_out', finished_at = $4, attempts = 0,
        last_status = null, next_attempt_at = case when callback_url is not null then $4::timestamptz end
      where mode = $1 and contact = $2 and state = 'waiting' and finished_at is null
        and ($3 = '*' or exists (select 1 from messages m where m.id = w.message_id and m.topic = $3))
      returning 1`,
    values: [mode, contact, topic, at],
  });
  return rows.length;
}

/** Ends up to `limit` waits whose time is over. The callbacks are told. */
export function expireDueWaits(database: Database, now: Date, limit: number): Promise<ReplyWaitRow[]> {
  return database.query<ReplyWaitRow>({
    name: 'expire_reply_waits',
    text: `update reply_waits set state = 'timed_out', finished_at = $1, attempts = 0, last_status = null,
        next_attempt_at = case when callback_url is not null then $1::timestamptz end
      where id in (select id from reply_waits
        where finished_at is null and state = 'waiting' and expires_at <= $1
        order by expires_at limit $2 for update skip locked)
      returning *`,
    values: [now, limit],
  });
}
