import type { Mode } from '../rules/message.ts';
import type { ReplyMatch } from '../rules/reply-wait.ts';
import { chooseWait, isTimedOut, waitExpiresAt } from '../rules/reply-wait-choice.ts';
import type { Database } from '../store/database.ts';
import { insertEvents, type NewEvent } from '../store/events.ts';
import {
  cancelWaitsOf,
  type Ends,
  lockReplies,
  openWaits,
  repliesSince,
  type StoredReply,
  takeWait,
} from '../store/reply-waits.ts';
import type { ReplyWaitRow } from '../store/schema-contacts.ts';

/** A text from a contact. */
export interface ReplyText {
  readonly id: string;
  readonly mode: Mode;
  readonly contact: string;
  readonly ourNumber: string;
  readonly body: string;
  readonly at: Date;
}

export interface ExpectedReply {
  readonly wait_id: string;
  /** What the reply was read as; null = it is unclear, and the wait goes on. */
  readonly value: string | null;
}

export interface MatchedReply {
  readonly expected: ExpectedReply;
  /** What is to be texted back, because the reply is unclear. */
  readonly reminder: string | null;
}

export interface MatchOptions {
  readonly database: Database;
  /** Called after the commit that leaves a callback to be told. */
  readonly onCallbackDue?: () => void;
}

/** Finds the wait that a text answers and takes it, in the transaction of the caller; null = nobody waits for it. */
export async function matchReply(options: MatchOptions, text: ReplyText): Promise<MatchedReply | null> {
  const { database } = options;
  const [, waits] = await Promise.all([lockReplies(database, text, 'stores'), openWaits(database, text)]);
  const reply = { id: text.id, body: text.body, in_reply_to: null, created_at: text.at };
  return waits.length === 0 ? null : choose(options, waits, reply, text.at);
}

async function choose(
  options: MatchOptions,
  waits: readonly ReplyWaitRow[],
  reply: StoredReply,
  now: Date,
): Promise<MatchedReply | null> {
  const choice = chooseWait(waits.map(openWait), reply.body, reply.created_at);
  if (!choice.wait) return choice.reason === 'unclear' ? unclear(waits, reply.created_at) : null;
  const { wait, reading } = choice;
  if (await take(options, wait.id, reply, reading.value, now))
    return { expected: { wait_id: wait.id, value: reading.value }, reminder: null };
  // It ended at this very moment: perhaps another one is meant.
  const others = waits.filter(({ id }) => id !== wait.id);
  return choose(options, others, reply, now);
}

/** The match was checked when the wait was made. */
const openWait = (wait: ReplyWaitRow) => ({ ...wait, match: wait.match as ReplyMatch });

/** What is not understood is told of the youngest wait: it is what the recipient was asked last. */
function unclear(waits: readonly ReplyWaitRow[], at: Date): MatchedReply | null {
  const open = waits.filter((wait) => !isTimedOut(wait, at));
  const youngest = open.sort((a, b) => b.created_at.getTime() - a.created_at.getTime())[0];
  if (!youngest) return null;
  const { match } = openWait(youngest);
  const reminder = 'reminder' in match ? (match.reminder ?? null) : null;
  return { expected: { wait_id: youngest.id, value: null }, reminder };
}

async function take(
  { database, onCallbackDue }: MatchOptions,
  id: string,
  reply: StoredReply,
  value: string,
  now: Date,
): Promise<boolean> {
  const wait = await takeWait(database, id, { replyId: reply.id, value, at: now });
  if (!wait) return false;
  await insertEvents(database, [matchedEvent(wait, reply, value, now)]);
  if (wait.callback_url !== null && onCallbackDue) database.afterCommit(onCallbackDue);
  return true;
}

function matchedEvent(wait: ReplyWaitRow, reply: StoredReply, value: string, now: Date): NewEvent {
  const data = {
    wait_id: wait.id,
    in_reply_to: wait.message_id ?? reply.in_reply_to,
    from: wait.contact,
    body: reply.body,
    // A free text is its own value, and an event has to stay small.
    value: value.slice(0, EVENT_VALUE_MAX),
    received_at: reply.created_at.toISOString(),
  };
  return { type: 'reply.matched', mode: wait.mode, message_id: reply.id, sequence: 0, data, created_at: now };
}

const EVENT_VALUE_MAX = 1_600;

/**
 * The earliest text since `since` that answers the wait, taken for it, in the transaction of the caller. Texts that are
 * being stored at this moment are waited for.
 */
export async function lookBack(
  options: MatchOptions,
  wait: ReplyWaitRow,
  since: Date,
  now: Date,
  afterId: string | null = null,
): Promise<boolean> {
  const replies = await repliesSince(options.database, endsOf(wait), since, afterId);
  for (const reply of replies) {
    const choice = chooseWait([openWait(wait)], reply.body, reply.created_at);
    if (choice.wait) return take(options, wait.id, reply, choice.reading.value, now);
  }
  return false;
}

export const endsOf = ({ mode, contact, our_number }: ReplyWaitRow): Ends => ({ mode, contact, ourNumber: our_number });

/**
 * Nobody will answer any more who has opted out: their waits end, in the transaction of the opt-out, and the callbacks
 * are told so, because a workflow would hang until its own time-out otherwise.
 */
export async function endWaits(
  { database, onCallbackDue }: MatchOptions,
  optedOut: Parameters<typeof cancelWaitsOf>[1],
  now: Date,
): Promise<void> {
  const canceled = await cancelWaitsOf(database, optedOut, now);
  if (canceled > 0 && onCallbackDue) database.afterCommit(onCallbackDue);
}

export interface NewWait extends Ends {
  /** The text that asks; null = none of ours. */
  readonly messageId: string | null;
  readonly match: ReplyMatch;
  readonly callbackUrl: string | null;
  readonly timeoutSeconds: number | undefined;
}

/** A wait that is about to be stored. `from` is when the recipient may have the question. */
export function newWait(wanted: NewWait, id: string, createdAt: Date, from: Date = createdAt): ReplyWaitRow {
  return {
    id,
    mode: wanted.mode,
    contact: wanted.contact,
    our_number: wanted.ourNumber,
    message_id: wanted.messageId,
    match: wanted.match,
    callback_url: wanted.callbackUrl,
    state: 'waiting',
    reply_id: null,
    value: null,
    attempts: 0,
    next_attempt_at: null,
    last_status: null,
    reason: null,
    expires_at: waitExpiresAt(from, wanted.timeoutSeconds),
    created_at: createdAt,
    finished_at: null,
  };
}
