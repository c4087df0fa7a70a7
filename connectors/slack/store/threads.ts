import type { Queries } from '../../seam/storage.ts';

export interface Thread {
  readonly id: string;
  readonly conversation_id: string;
  /** Of the conversation: a key sees those of its own mode. */
  readonly mode: 'test' | 'live';
  readonly channel: string;
  /** Null until Slack has answered the post. */
  readonly root_ts: string | null;
  readonly our_number: string;
  readonly contact_number: string;
  readonly contact_name: string | null;
  readonly country: string | null;
  readonly owner: string | null;
  readonly first_text: string;
  readonly state: 'open' | 'snoozed' | 'resolved';
  /** Id of a Slack user. */
  readonly assignee: string | null;
  readonly snoozed_until: Date | null;
  readonly is_opted_out: boolean;
  readonly last_inbound_at: Date | null;
  /** The first text that nobody has answered; null = nobody waits. */
  readonly waiting_since: Date | null;
  /** What became of the last text, as one line. */
  readonly last_outcome: string | null;
  readonly last_outcome_at: Date | null;
  /** The newest message of the thread that the catch-up has read. */
  readonly seen_ts: string | null;
  /** Of the root; null until somebody needed it. */
  readonly permalink: string | null;
  /** Counts what the card shows. */
  readonly version: number;
  readonly created_at: Date;
  readonly resolved_at: Date | null;
}

export type NewThread = Pick<
  Thread,
  | 'id'
  | 'conversation_id'
  | 'mode'
  | 'channel'
  | 'our_number'
  | 'contact_number'
  | 'contact_name'
  | 'country'
  | 'owner'
  | 'first_text'
  | 'is_opted_out'
  | 'last_inbound_at'
  | 'created_at'
> & { readonly assignee?: string | null; readonly waiting_since?: Date | null };

export async function insertThread(on: Queries, thread: NewThread): Promise<void> {
  await on.query(
    `insert into threads (id, conversation_id, channel, our_number, contact_number, contact_name, country, owner,
       first_text, is_opted_out, last_inbound_at, created_at, assignee, mode, checked_at, waiting_since)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $12, $15)`,
    [
      thread.id,
      thread.conversation_id,
      thread.channel,
      thread.our_number,
      thread.contact_number,
      thread.contact_name,
      thread.country,
      thread.owner,
      thread.first_text,
      thread.is_opted_out,
      thread.last_inbound_at,
      thread.created_at,
      thread.assignee ?? null,
      thread.mode,
      thread.waiting_since === undefined ? thread.last_inbound_at : thread.waiting_since,
    ],
  );
}

export const threadById = (on: Queries, id: string) => one(on, 'select * from threads where id = $1', [id]);

/** The one that is not resolved; locked, so that what follows is decided by one at a time. */
export const lockOpenThread = (on: Queries, conversationId: string) =>
  one(on, `select * from threads where conversation_id = $1 and state <> 'resolved' for update`, [conversationId]);

export const lockThread = (on: Queries, id: string) => one(on, 'select * from threads where id = $1 for update', [id]);

export const threadAt = (on: Queries, channel: string, rootTs: string) =>
  one(on, 'select * from threads where channel = $1 and root_ts = $2', [channel, rootTs]);

/**
 * Whether a card that was written down before then is still without its root: it may be there, and its answer lost. Or has
 * got it this moment, after somebody looked for it in vain.
 */
export async function isRootAwaited(on: Queries, channel: string, root: string, before: Date): Promise<boolean> {
  const rows = await on.query(
    'select 1 from threads where channel = $1 and (root_ts = $2 or (root_ts is null and created_at <= $3))',
    [channel, root, before],
  );
  return rows.length > 0;
}

export const lastResolvedThread = (on: Queries, conversationId: string) =>
  one(
    on,
    `select * from threads where conversation_id = $1 and state = 'resolved' and root_ts is not null
     order by resolved_at desc limit 1`,
    [conversationId],
  );

export const newestThreadOf = (on: Queries, conversationId: string) =>
  one(on, 'select * from threads where conversation_id = $1 order by created_at desc limit 1', [conversationId]);

/** Without a lock. */
export const openThreadOf = (on: Queries, conversationId: string) =>
  one(on, `select * from threads where conversation_id = $1 and state <> 'resolved'`, [conversationId]);

/** With everything that belongs to it. Answers what the app has posted, the root included. */
export async function deleteThread(on: Queries, thread: Thread): Promise<{ channel: string; ts: string }[]> {
  const posts = await on.query<{ channel: string; ts: string }>('select channel, ts from posts where thread_id = $1', [
    thread.id,
  ]);
  await on.query('delete from threads where id = $1', [thread.id]);
  // What is still to be posted holds its words, too.
  await on.query(
    `delete from tasks where done_at is null and kind in ('post', 'card', 'show') and payload ->> 'thread' = $1`,
    [thread.id],
  );
  return thread.root_ts === null ? posts : [{ channel: thread.channel, ts: thread.root_ts }, ...posts];
}

/** `isText`: a contact wrote it. */
export async function notePost(
  on: Queries,
  threadId: string,
  channel: string,
  ts: string,
  isText = false,
): Promise<void> {
  await on.query('insert into posts (channel, ts, thread_id, is_text) values ($1, $2, $3, $4) on conflict do nothing', [
    channel,
    ts,
    threadId,
    isText,
  ]);
}

export type ThreadChange = Partial<
  Pick<
    Thread,
    | 'root_ts'
    | 'state'
    | 'assignee'
    | 'snoozed_until'
    | 'is_opted_out'
    | 'last_inbound_at'
    | 'last_outcome'
    | 'last_outcome_at'
    | 'resolved_at'
    | 'contact_name'
    | 'owner'
  >
>;

const CHANGEABLE = new Set([
  'root_ts',
  'state',
  'assignee',
  'snoozed_until',
  'is_opted_out',
  'last_inbound_at',
  'last_outcome',
  'last_outcome_at',
  'resolved_at',
  'contact_name',
  'owner',
]);

/** What the card does not show. */
const UNSEEN = new Set(['root_ts', 'last_inbound_at']);

/** Answers the thread as it is now; what the card shows gives it another version, and the card has to be told. */
export async function changeThread(on: Queries, id: string, change: ThreadChange): Promise<Thread> {
  const names = Object.keys(change).filter((name) => CHANGEABLE.has(name));
  const set = names.map((name, index) => `${name} = $${index + 2}`);
  const isShown = names.some((name) => !UNSEEN.has(name));
  const values = Object.values(change);
  const thread = await one(
    on,
    `update threads set ${[...set, ...(isShown ? ['version = version + 1'] : [])].join(', ')} where id = $1 returning *`,
    [id, ...values],
  );
  if (!thread) throw new Error('There is no such thread.');
  return thread;
}

export async function noteSeen(on: Queries, id: string, ts: string): Promise<void> {
  await on.query(`update threads set seen_ts = greatest(coalesce(seen_ts, ''), $2) where id = $1`, [id, ts]);
}

async function one(on: Queries, text: string, values: readonly unknown[]): Promise<Thread | null> {
  const [row] = await on.query<Thread>(text, values);
  return row ?? null;
}
