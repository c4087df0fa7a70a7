import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { addTask, type Task, type TaskOutcome } from '../../seam/tasks.ts';
import type { SlackClient } from '../egress/client.ts';
import type { Pace } from '../egress/pace.ts';
import { knownReplies } from '../store/replies.ts';
import { threadsToCatchUp } from '../store/thread-lists.ts';
import { noteSeen, type Thread, threadById } from '../store/threads.ts';
import { isHeard } from './hear-message.ts';
import type { People } from './people.ts';

/** Slack tells of a message three times within six minutes, and then never again. */

export interface CatchUpOptions {
  readonly storage: Storage;
  readonly client: Pick<SlackClient, 'bulk'>;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly people: Pick<People, 'self'>;
}

/** As many as can be looked into within an hour. */
const THREADS_MAX = 2_000;
const MESSAGES_MAX = 200;
const OVERLAP_SECONDS = 3_600;

const pageSchema = z.object({
  has_more: z.boolean().default(false),
  messages: z.array(z.looseObject({ ts: z.string(), team: z.string().optional() })),
});

interface CatchUpPayload {
  readonly thread: string;
  readonly channel: string;
  /** The page before ended there. */
  readonly after?: string;
}

/** So long after a thread was resolved somebody may still answer in it. */
const RESOLVED_MS = 7 * 86_400_000;

/** Looks into every open thread for what was missed. `round` tells one look from the next. */
export async function planCatchUp(
  { storage, clock }: Pick<CatchUpOptions, 'storage' | 'clock'>,
  round: string,
): Promise<void> {
  const at = new Date(clock.now());
  for (const thread of await threadsToCatchUp(storage, new Date(at.getTime() - RESOLVED_MS), THREADS_MAX)) {
    const payload: CatchUpPayload = { thread: thread.id, channel: thread.channel };
    await addTask(
      storage,
      { key: `catch_up:${round}:${thread.id}`, lane: laneOf(thread), kind: 'catch_up', payload, dueAt: at },
      at,
    );
  }
}

export async function catchUp(options: CatchUpOptions, task: Task, onMissed: () => void): Promise<TaskOutcome> {
  // What planCatchUp, or the page before, has written.
  const { thread: id, after } = task.payload as CatchUpPayload;
  const thread = await threadById(options.storage, id);
  if (!thread || thread.root_ts === null) return { type: 'done' };
  const waitMs = options.pace.take('conversations.replies', thread.channel);
  if (waitMs > 0) return { type: 'wait', ms: waitMs, reason: 'the pace of Slack' };
  const oldest = after ?? startOf(thread.root_ts, thread.seen_ts);
  const given = { channel: thread.channel, ts: thread.root_ts, oldest, limit: MESSAGES_MAX };
  const result = await options.client.bulk('conversations.replies', given);
  if (result.type === 'limited') {
    // Apps that others distribute may ask once a minute: the others wait as well, and none is given up.
    options.pace.block('conversations.replies', thread.channel, result.retryAfterMs);
    return { type: 'wait', ms: result.retryAfterMs, reason: 'Slack asked for a pause' };
  }
  if (result.type === 'unknown') return { type: 'failed', reason: result.reason, isOutage: true };
  if (result.type === 'refused') return { type: 'give_up', reason: result.error };
  const page = pageSchema.parse(result.data);
  const { team } = await options.people.self();
  const read = page.messages.filter(({ ts }) => Number(ts) > Number(oldest));
  const last = read.at(-1)?.ts;
  return {
    type: 'done',
    async record(tx) {
      const at = new Date(options.clock.now());
      // What was dealt with is not kept once more.
      const known = await knownReplies(
        tx,
        thread.channel,
        read.map(({ ts }) => ts),
      );
      for (const message of read) {
        if (known.has(message.ts)) continue;
        const missed = missedTask(thread, team, message, at);
        if (isHeard(missed.payload.event)) await addTask(tx, missed, at);
      }
      // Only what was read here counts: an event that comes later says nothing about those before it.
      if (last !== undefined) await noteSeen(tx, thread.id, last);
      if (last !== undefined && page.has_more) await addTask(tx, nextPage(task, thread, last, at), at);
      onMissed();
    },
  };
}

const nextPage = (task: Task, { id: thread, channel }: Thread, after: string, dueAt: Date) => {
  const payload: CatchUpPayload = { thread, channel, after };
  return { key: `${task.key}:${after}`, lane: laneOf({ channel }), kind: 'catch_up', payload, dueAt };
};

/** One workspace must not wait for another. */
const laneOf = ({ channel }: Pick<Thread, 'channel'>) => `catch_up:${channel}`;

/** A little before the newest that was read: what came out of order is looked at again. */
function startOf(root: string, seen: string | null): string {
  if (seen === null) return root;
  const from = (Number(seen) - OVERLAP_SECONDS).toFixed(6);
  return Number(from) > Number(root) ? from : root;
}

/** As if Slack had told of it; what was dealt with before is not dealt with again. */
function missedTask(
  thread: Thread,
  installed: string | null,
  message: { ts: string; team?: string | undefined },
  dueAt: Date,
) {
  const { channel, root_ts: root } = thread;
  const team = installed ?? message.team ?? '';
  const event = { ...message, type: 'message', channel, thread_ts: root };
  const lane = `in:${team}:${channel}:${root}`;
  const payload = { id: `missed:${channel}:${message.ts}`, team, lane, isShared: false, event };
  return { key: `event:${payload.id}`, lane, kind: 'event', payload, dueAt };
}
