import type { Queries } from '../../seam/storage.ts';

/**
 * `pending`: it is sent when its time comes, unless it is deleted, edited or held before. `held`: a person has to say
 * what becomes of it. `sending`: the server was asked, once or several times under one key.
 */
export type ReplyState = 'pending' | 'held' | 'sending' | 'sent' | 'internal' | 'canceled' | 'refused';

export interface Reply {
  readonly channel: string;
  readonly ts: string;
  readonly thread_id: string;
  /** Id of a Slack user. */
  readonly author: string;
  readonly text: string;
  readonly state: ReplyState;
  /** Why it is held or refused. */
  readonly reason: string | null;
  readonly send_at: Date | null;
  readonly schedule_for: Date | null;
  /** When the server was first asked. */
  readonly asked_at: Date | null;
  /** What it was edited to after it had left. */
  readonly correction: string | null;
  readonly message_id: string | null;
  /** Of the dialog in which it was written; null = it is a message of its author. */
  readonly view: string | null;
  /** Where the app shows what was written in a dialog. */
  readonly shown_ts: string | null;
  /** What became of it, in our words. */
  readonly outcome: string | null;
  readonly created_at: Date;
}

export type NewReply = Pick<
  Reply,
  'channel' | 'ts' | 'thread_id' | 'author' | 'text' | 'state' | 'reason' | 'send_at' | 'created_at'
> &
  Partial<Pick<Reply, 'view' | 'schedule_for' | 'message_id'>>;

/** False: this message, or this dialog, was dealt with before. */
export async function insertReply(on: Queries, reply: NewReply): Promise<boolean> {
  const rows = await on.query(
    `insert into replies
       (channel, ts, thread_id, author, text, state, reason, send_at, created_at, view, schedule_for, message_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing returning ts`,
    [
      reply.channel,
      reply.ts,
      reply.thread_id,
      reply.author,
      reply.text,
      reply.state,
      reply.reason,
      reply.send_at,
      reply.created_at,
      reply.view ?? null,
      reply.schedule_for ?? null,
      reply.message_id ?? null,
    ],
  );
  return rows.length > 0;
}

export const replyAt = (on: Queries, channel: string, ts: string) =>
  one(on, 'select * from replies where channel = $1 and ts = $2', [channel, ts]);

export const lockReply = (on: Queries, channel: string, ts: string) =>
  one(on, 'select * from replies where channel = $1 and ts = $2 for update', [channel, ts]);

/** What the contact has not been sent yet. */
export const unsentReplies = (on: Queries, threadId: string) =>
  on.query<Reply>(
    `select * from replies where thread_id = $1 and state in ('pending', 'held') order by ts for update`,
    [threadId],
  );

/** The newest reply of somebody else that has left, or is about to. */
export const lastReplyOfOthers = (on: Queries, threadId: string, author: string) =>
  one(
    on,
    `select * from replies where thread_id = $1 and author <> $2 and state in ('pending', 'sending', 'sent')
     order by ts desc limit 1`,
    [threadId, author],
  );

/** When somebody answered last, here or elsewhere, or was about to. */
export async function lastAnswerAt(on: Queries, threadId: string): Promise<Date | null> {
  const [row] = await on.query<{ at: Date | null }>(
    `select max(at) as at from (
       select created_at as at from replies where thread_id = $1 and state in ('pending', 'sending', 'sent')
       union all select told_at from told_texts where thread_id = $1 and is_answer) as answers`,
    [threadId],
  );
  return row?.at ?? null;
}

export type ReplyChange = Partial<
  Pick<
    Reply,
    | 'text'
    | 'state'
    | 'reason'
    | 'send_at'
    | 'schedule_for'
    | 'asked_at'
    | 'correction'
    | 'message_id'
    | 'shown_ts'
    | 'outcome'
  >
>;

const CHANGEABLE = new Set([
  'text',
  'state',
  'reason',
  'send_at',
  'schedule_for',
  'asked_at',
  'correction',
  'message_id',
  'shown_ts',
  'outcome',
]);

/** Null: it is in none of these states any more, and nothing has changed. */
export function changeReply(
  on: Queries,
  { channel, ts }: Pick<Reply, 'channel' | 'ts'>,
  from: readonly ReplyState[],
  change: ReplyChange,
): Promise<Reply | null> {
  const names = Object.keys(change).filter((name) => CHANGEABLE.has(name));
  const set = names.map((name, index) => `${name} = $${index + 4}`);
  return one(
    on,
    `update replies set ${set.join(', ')} where channel = $1 and ts = $2 and state = any($3) returning *`,
    [channel, ts, from, ...Object.values(change)],
  );
}

async function one(on: Queries, text: string, values: readonly unknown[]): Promise<Reply | null> {
  const [row] = await on.query<Reply>(text, values);
  return row ?? null;
}
