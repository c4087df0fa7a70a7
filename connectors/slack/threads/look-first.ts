import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import { addTask, type TaskOutcome } from '../../seam/tasks.ts';
import type { SlackClient } from '../egress/client.ts';
import type { Pace } from '../egress/pace.ts';
import { threadMessageOf, type Written } from '../rules/thread-message.ts';
import { changeTold } from '../store/changes.ts';
import { lockReply, type Reply } from '../store/replies.ts';
import type { Thread } from '../store/threads.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';
import { type Around, messageTs, msOfTs, nowOf } from './around.ts';
import { asTold } from './as-told.ts';
import { confirmedOf } from './doubts.ts';
import { classifiedIn } from './judge-reply.ts';

/** Slack tells of a deletion within moments, and again a minute later: who was away then hears of it too late. */

export interface LookOptions {
  readonly client: Pick<SlackClient, 'interactive'>;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly workspaces: Pick<Workspaces, 'channel'>;
  /** Since when everything that Slack tells is heard, in Unix milliseconds. */
  readonly heardSince: () => number;
}

/** Looks at a message before it leaves, where its deletion may have been missed. Null: it is as is known here. */
export type LookFirst = (around: Around, thread: Thread, reply: Reply) => Promise<TaskOutcome | null>;

/** Its own, so that it does not wait behind what was missed. */
const PACE = 'conversations.replies before sending';
const METHOD = 'conversations.replies';
const CLOCKS_DIFFER_MS = 1_000;
const AGAIN_MS = 5_000;
const TOLD_MS = 500;
const MESSAGES_MAX = 200;
const THREADS_MAX = 100;

const pageSchema = z.object({ messages: z.array(z.looseObject({ ts: z.string(), team: z.string().nullish() })) });
type Message = z.output<typeof pageSchema>['messages'][number];

interface Page {
  readonly readAt: number;
  readonly messages: ReadonlyMap<string, Message>;
}

export function createLookFirst(options: LookOptions): LookFirst {
  const pages = new Map<string, Page>();

  async function read(thread: Thread, { ts }: Reply): Promise<Page | TaskOutcome> {
    const waitMs = options.pace.take(PACE, '');
    if (waitMs > 0) return waiting(waitMs);
    const readAt = options.clock.now();
    const given = { channel: thread.channel, ts: thread.root_ts, oldest: ts, inclusive: true, limit: MESSAGES_MAX };
    const result = await options.client.interactive(METHOD, given);
    if (result.type === 'limited') options.pace.block(PACE, '', result.retryAfterMs);
    if (result.type !== 'ok') return waiting(AGAIN_MS);
    const { messages } = pageSchema.parse(result.data);
    const page = { readAt, messages: new Map(messages.map((message) => [message.ts, message])) };
    if (pages.size >= THREADS_MAX) pages.clear();
    pages.set(thread.id, page);
    return page;
  }

  return async (around, thread, reply) => {
    const since = options.heardSince();
    if (!isInDoubt(around, reply, since)) return null;
    // Then everything is known already.
    if ((await changeTold(around.storage, reply)) !== null) return null;
    const isAsIn = (page: Page) => isSame(around, thread, reply, page.messages.get(reply.ts));
    const before = pages.get(thread.id);
    // What was read for another one of the thread.
    if (before && before.readAt >= since && isAsIn(before)) return null;
    const page = await read(thread, reply);
    if ('type' in page) return page;
    if (isAsIn(page)) return null;
    // A list of nothing, without the root of the thread either, says nothing about one of it.
    if (!page.messages.has(reply.ts) && !page.messages.has(thread.root_ts ?? '')) return waiting(AGAIN_MS);
    await tell(options, around, thread, reply, page);
    return waiting(TOLD_MS);
  };
}

const waiting = (ms: number): TaskOutcome => ({ type: 'wait', ms, reason: 'Slack does not say yet how it is there' });

/** Unless Slack has told of it itself meanwhile. */
async function tell(
  { workspaces }: LookOptions,
  around: Around,
  thread: Thread,
  reply: Reply,
  { readAt, messages }: Page,
): Promise<void> {
  const { channel, ts } = reply;
  const found = messages.get(ts);
  const isShared = (await workspaces.channel(channel))?.is_shared === true;
  const team = (await around.people.self()).team ?? found?.team ?? '';
  const event = found && asWritten(thread, found) ? editOf(thread, found) : deletionOf(thread, reply);
  const at = nowOf(around);
  await around.storage.transaction(async (tx) => {
    const now = await lockReply(tx, channel, ts);
    if (now?.text !== reply.text || (await changeTold(tx, reply)) !== null) return;
    await addTask(tx, asTold(thread, { id: `seen:${channel}:${ts}:${readAt}`, team, isShared, event }, at), at);
  });
}

/** Whether something that became of it may not have been heard. What is late by now is held anyway. */
function isInDoubt({ clock, settings }: Around, reply: Reply, heardSince: number): boolean {
  const { ts, state, send_at: sendAt } = reply;
  // What was written in a dialog, and corrections, are no messages of their authors.
  if (state !== 'pending' || ts !== messageTs(ts)) return false;
  const isLate = sendAt !== null && clock.now() - sendAt.getTime() > settings.catchUpMaxMs;
  // Who has said since that it may leave has seen it.
  const seenMs = confirmedOf(reply) !== null && sendAt ? sendAt.getTime() : msOfTs(ts);
  return !isLate && seenMs < heardSince + CLOCKS_DIFFER_MS;
}

/** Null: it is not there any more, or only its place is. */
function asWritten({ channel }: Thread, found: Message | undefined): Written | null {
  const message = threadMessageOf({ ...found, type: 'message', channel });
  return message.type === 'written' ? message : null;
}

/** The words are those that were judged, and nothing else about it is in doubt that nobody was asked about. */
function isSame(around: Around, thread: Thread, reply: Reply, found: Message | undefined): boolean {
  const message = asWritten(thread, found);
  const now = message && classifiedIn(around, thread, message);
  const isMeant = now?.kind === 'send' || (now?.kind === 'hold' && confirmedOf(reply) !== null);
  return isMeant && now.text.toWellFormed() === reply.text;
}

/** As Slack tells of it (docs.slack.dev, `message_changed`). */
const editOf = ({ root_ts: thread_ts }: Thread, found: Message) => ({
  subtype: 'message_changed',
  message: { ...found, thread_ts },
});

const deletionOf = ({ root_ts: thread_ts }: Thread, { ts }: Reply) => ({
  subtype: 'message_deleted',
  deleted_ts: ts,
  previous_message: { thread_ts },
});
