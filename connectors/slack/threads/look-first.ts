import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import { addTask, type TaskOutcome } from '../../seam/tasks.ts';
import type { SlackClient } from '../egress/client.ts';
import type { Pace } from '../egress/pace.ts';
import type { Classified } from '../rules/classify-reply.ts';
import { threadMessageOf, type Written } from '../rules/thread-message.ts';
import type { Reply } from '../store/replies.ts';
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
const EDIT_MS = 500;
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

  /** What is there now; what was read lately holds for those that were there. */
  async function pageFor(thread: Thread, { ts }: Reply, since: number): Promise<Page | number> {
    const known = pages.get(thread.id);
    if (known && known.readAt >= since && known.messages.has(ts)) return known;
    const waitMs = options.pace.take(PACE, '');
    if (waitMs > 0) return waitMs;
    const readAt = options.clock.now();
    const given = { channel: thread.channel, ts: thread.root_ts, oldest: ts, inclusive: true, limit: MESSAGES_MAX };
    const result = await options.client.interactive(METHOD, given);
    if (result.type === 'limited') options.pace.block(PACE, '', result.retryAfterMs);
    if (result.type !== 'ok') return AGAIN_MS;
    const { messages } = pageSchema.parse(result.data);
    const page = { readAt, messages: new Map(messages.map((message) => [message.ts, message])) };
    if (pages.size >= THREADS_MAX) pages.clear();
    pages.set(thread.id, page);
    return page;
  }

  return async (around, thread, reply) => {
    const { channel, ts } = reply;
    const since = options.heardSince();
    if (!isInDoubt(around, reply, since)) return null;
    const page = await pageFor(thread, reply, since);
    if (typeof page === 'number') return { type: 'wait', ms: page, reason: 'Slack does not say whether it is there' };
    const raw = page.messages.get(ts);
    const found = asWritten(thread, raw);
    if (found && isSame(reply, classifiedIn(around, thread, found))) return null;
    const isShared = (await options.workspaces.channel(channel))?.is_shared === true;
    const team = (await around.people.self()).team ?? raw?.team ?? '';
    const id = `seen:${channel}:${ts}:${page.readAt}`;
    const event = found ? editOf(thread, raw) : deletionOf(thread, reply);
    const at = nowOf(around);
    await addTask(around.storage, asTold(thread, { id, team, isShared, event }, at), at);
    // A deletion needs nothing else.
    return found ? { type: 'wait', ms: EDIT_MS, reason: 'it was edited, which is not judged yet' } : null;
  };
}

/** Whether something that became of it may not have been heard. What is late by now is held anyway. */
function isInDoubt({ clock, settings }: Around, { ts, state, send_at: sendAt }: Reply, heardSince: number): boolean {
  // What was written in a dialog, and corrections, are no messages of their authors.
  if (state !== 'pending' || ts !== messageTs(ts)) return false;
  const isLate = sendAt !== null && clock.now() - sendAt.getTime() > settings.catchUpMaxMs;
  return !isLate && msOfTs(ts) < heardSince + CLOCKS_DIFFER_MS;
}

/** Null: it is not there any more, or only its place is. */
function asWritten({ channel }: Thread, found: Message | undefined): Written | null {
  const message = threadMessageOf({ ...found, type: 'message', channel });
  return message.type === 'written' ? message : null;
}

/** The words are those that were judged, and nothing else about it is in doubt that nobody was asked about. */
const isSame = (reply: Reply, now: Classified) =>
  (now.kind === 'send' || (now.kind === 'hold' && confirmedOf(reply) !== null)) &&
  now.text.toWellFormed() === reply.text;

/** As Slack tells of it (docs.slack.dev, `message_changed`). */
const editOf = ({ root_ts: thread_ts }: Thread, found: Message | undefined) => ({
  subtype: 'message_changed',
  message: { ...found, thread_ts },
});

const deletionOf = ({ root_ts: thread_ts }: Thread, { ts }: Reply) => ({
  subtype: 'message_deleted',
  deleted_ts: ts,
  previous_message: { thread_ts },
});
