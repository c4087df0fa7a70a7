import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { addTask, type Task, type TaskOutcome } from '../../seam/tasks.ts';
import type { SlackClient } from '../egress/client.ts';
import type { Pace } from '../egress/pace.ts';
import { type Thread, threadById, threadsToCatchUp } from '../store/threads.ts';

/** Slack tells of a message three times within six minutes, and then never again. */

export interface CatchUpOptions {
  readonly storage: Storage;
  readonly client: Pick<SlackClient, 'bulk'>;
  readonly pace: Pace;
  readonly clock: Clock;
  /** The workspace in which the app is installed; null = Slack does not say. */
  readonly teamOf: () => Promise<string | null>;
}

const THREADS_MAX = 500;
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

/** Looks into every open thread for what was missed. `round` tells one look from the next. */
export async function planCatchUp(
  { storage, clock }: Pick<CatchUpOptions, 'storage' | 'clock'>,
  round: string,
): Promise<void> {
  const at = new Date(clock.now());
  for (const thread of await threadsToCatchUp(storage, THREADS_MAX)) {
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
  if (!thread || thread.root_ts === null || thread.state === 'resolved') return { type: 'done' };
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
  if (result.type === 'unknown') return { type: 'failed', reason: result.reason };
  if (result.type === 'refused') return { type: 'give_up', reason: result.error };
  const page = pageSchema.parse(result.data);
  const team = await options.teamOf();
  const missed = page.messages.filter(({ ts }) => Number(ts) > Number(oldest));
  const last = page.has_more ? missed.at(-1)?.ts : undefined;
  return {
    type: 'done',
    async record(tx) {
      for (const message of missed)
        await addTask(tx, missedTask(thread, message, team, options.clock), new Date(options.clock.now()));
      if (last !== undefined)
        await addTask(tx, nextPage(task, thread, last, options.clock), new Date(options.clock.now()));
      onMissed();
    },
  };
}

const nextPage = (task: Task, { id: thread, channel }: Thread, after: string, clock: Clock) => {
  const payload: CatchUpPayload = { thread, channel, after };
  return {
    key: `${task.key}:${after}`,
    lane: laneOf({ channel }),
    kind: 'catch_up',
    payload,
    dueAt: new Date(clock.now()),
  };
};

/** One workspace must not wait for another. */
const laneOf = ({ channel }: Pick<Thread, 'channel'>) => `catch_up:${channel}`;

/** A little before the newest that was seen: what came out of order is looked at again. */
function startOf(root: string, seen: string | null): string {
  if (seen === null) return root;
  const from = String(Number(seen) - OVERLAP_SECONDS);
  return Number(from) > Number(root) ? from : root;
}

/** As if Slack had told of it; what was dealt with before is not dealt with again. */
function missedTask(
  thread: Thread,
  message: { ts: string; team?: string | undefined },
  installed: string | null,
  clock: Clock,
) {
  const { channel, root_ts: root } = thread;
  const team = installed ?? message.team ?? '';
  const event = { ...message, type: 'message', channel, thread_ts: root };
  const lane = `in:${team}:${channel}:${root}`;
  const payload = { id: `missed:${channel}:${message.ts}`, team, lane, isShared: false, event };
  return { key: `event:${payload.id}`, lane, kind: 'event', payload, dueAt: new Date(clock.now()) };
}
