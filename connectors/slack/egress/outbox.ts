import { addTask } from '../../seam/tasks.ts';
import type { Queries } from '../../seam/storage.ts';
import type { Content } from '../blocks/card.ts';
import { rootKey } from '../blocks/card.ts';
import { messageTs } from '../threads/around.ts';
import type { Reply } from '../store/replies.ts';
import type { Thread } from '../store/threads.ts';

/** What Slack is to be told, written down in the transaction of whatever caused it. `deliver.ts` tells it. */

/** Only so many changes of a card are shown as there are moments to read them. */
const CARD_AFTER_MS = 1_000;

export interface PostPayload {
  readonly thread: string;
  /** `root`: the card itself, `shown`: what was written in a dialog; both as they are when their turn comes. */
  readonly what: 'root' | 'text' | 'notice' | 'shown';
  /** `block_id` of its first block, by which it is found again. */
  readonly key: string;
  readonly content: Content | null;
  readonly broadcast: boolean;
  /** Body of the contact's text, should the thread be gone; null for what is ours. */
  readonly body: string | null;
  /** Which one is shown. */
  readonly reply?: ReplyPlace;
  /** Slack has refused its blocks. */
  readonly isPlain?: true;
}

export type ReplyPlace = Pick<Reply, 'channel' | 'ts'>;

/** `rank`: its place among what is to be posted into the channel. */
export function addRoot(tx: Queries, thread: Pick<Thread, 'id' | 'channel'>, at: Date, rank = '0'): Promise<boolean> {
  const payload: PostPayload = {
    thread: thread.id,
    what: 'root',
    key: rootKey(thread),
    content: null,
    broadcast: false,
    body: null,
  };
  const key = `root:${thread.id}:${thread.channel}`;
  return addTask(tx, { key, lane: `post:${thread.channel}`, rank, kind: 'post', payload, dueAt: at }, at);
}

export interface NewPost {
  readonly key: string;
  readonly content: Content;
  readonly broadcast?: boolean;
  readonly body?: string;
  /** What contacts write goes first. */
  readonly isPatient?: true;
}

/** Below the root of a thread, once that is there. */
export function addPost(
  tx: Queries,
  thread: Pick<Thread, 'id' | 'channel' | 'root_ts'>,
  post: NewPost,
  at: Date,
): Promise<boolean> {
  const { key, content, broadcast = false, body = null, isPatient = false } = post;
  const payload: PostPayload = {
    thread: thread.id,
    what: body === null ? 'notice' : 'text',
    key,
    content,
    broadcast,
    body,
  };
  // Never before the root, which may stand back for others; with the root it moves up.
  const rank = thread.root_ts === null || isPatient ? '2' : '0';
  return addTask(
    tx,
    { key: `post:${key}`, lane: `post:${thread.channel}`, rank, kind: 'post', payload, dueAt: at },
    at,
  );
}

export interface CardPayload {
  readonly thread: string;
  readonly channel: string;
  readonly version: number;
}

/** Shows the card as it is by then. */
export function addCard(tx: Queries, thread: Pick<Thread, 'id' | 'channel' | 'version'>, at: Date): Promise<boolean> {
  const payload: CardPayload = { thread: thread.id, channel: thread.channel, version: thread.version };
  const dueAt = new Date(at.getTime() + CARD_AFTER_MS);
  const key = `card:${thread.id}:${thread.version}`;
  return addTask(tx, { key, lane: `card:${thread.id}`, kind: 'card', payload, dueAt }, at);
}

/** The `block_id` by which it is found again. */
export const shownKey = ({ channel, ts }: ReplyPlace) => `shown_${channel}_${ts}`;

/** Below the root: what somebody wrote in a dialog, with what becomes of it. */
export function addShown(
  tx: Queries,
  thread: Pick<Thread, 'id' | 'channel'>,
  { channel, ts }: ReplyPlace,
  at: Date,
): Promise<boolean> {
  const key = shownKey({ channel, ts });
  const payload: PostPayload = {
    thread: thread.id,
    what: 'shown',
    key,
    content: null,
    broadcast: false,
    body: null,
    reply: { channel, ts },
  };
  return addTask(tx, { key: `post:${key}`, lane: `post:${thread.channel}`, kind: 'post', payload, dueAt: at }, at);
}

export interface ShownPayload extends ReplyPlace {
  readonly thread: string;
}

/** What has become of it. `outcome` tells one change from the next. */
export function addShownChange(tx: Queries, reply: Reply, outcome: string, at: Date): Promise<boolean> {
  const { channel, ts, thread_id: thread } = reply;
  const payload: ShownPayload = { channel, ts, thread };
  const dueAt = new Date(at.getTime() + CARD_AFTER_MS);
  const key = `show:${channel}:${ts}:${outcome}`;
  return addTask(tx, { key, lane: `show:${channel}:${ts}`, kind: 'show', payload, dueAt }, at);
}

/** What has become of a reply: at its message, or where the app shows it. */
export function addMark(tx: Queries, reply: Reply, mark: { readonly name: Reaction; readonly says: string }, at: Date) {
  const { channel, ts, view } = reply;
  if (view !== null) return addShownChange(tx, reply, mark.says, at);
  return addReaction(tx, { channel, ts: messageTs(ts), name: mark.name }, at);
}

export interface ReactionPayload {
  readonly channel: string;
  readonly ts: string;
  readonly name: Reaction;
}

/** Added and never taken away: each call counts, and one kind of them is scarce. */
export type Reaction = 'lock' | 'white_check_mark' | 'x' | 'no_entry';

export function addReaction(tx: Queries, reaction: ReactionPayload, at: Date): Promise<boolean> {
  const { channel, ts, name } = reaction;
  const lane = `react:${channel}:${ts}`;
  return addTask(tx, { key: `react:${channel}:${ts}:${name}`, lane, kind: 'react', payload: reaction, dueAt: at }, at);
}

export interface AlertPayload {
  readonly channel: string;
  /** `block_id` of its first block. */
  readonly key: string;
  readonly content: Content;
}

/** Something for those who run the server, in a channel of theirs. */
export function addAlert(tx: Queries, alert: AlertPayload, at: Date): Promise<boolean> {
  const { key, channel } = alert;
  return addTask(tx, { key: `alert:${key}`, lane: `post:${channel}`, kind: 'alert', payload: alert, dueAt: at }, at);
}

export interface RedactPayload {
  readonly channel: string;
  readonly ts: string;
  /** It was kept for as long as it may be; otherwise it was erased. */
  readonly why?: 'expired';
}

/** Takes the words out of what the app has posted. */
export function addRedaction(tx: Queries, post: RedactPayload, at: Date): Promise<boolean> {
  const { channel, ts } = post;
  return addTask(
    tx,
    { key: `redact:${channel}:${ts}`, lane: `redact:${channel}`, kind: 'redact', payload: post, dueAt: at },
    at,
  );
}

export interface TellPayload {
  readonly channel: string;
  readonly user: string;
  readonly thread: string | null;
  readonly content: Content;
}

/** What one person sees. `key`: the same is told once. */
export function addTell(tx: Queries, key: string, tell: TellPayload, at: Date): Promise<boolean> {
  const lane = `tell:${tell.channel}:${tell.user}`;
  return addTask(tx, { key: `tell:${key}`, lane, kind: 'tell', payload: tell, dueAt: at }, at);
}
