import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { addTask, type Task, type TaskOutcome } from '../../seam/tasks.ts';
import type { SlackClient } from '../egress/client.ts';
import type { Pace } from '../egress/pace.ts';
import { knownReplies } from '../store/replies.ts';
import { threadsToCatchUp } from '../store/thread-lists.ts';
import { noteSeen, type Thread, threadById } from '../store/threads.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';
import { sha256 } from './around.ts';
import { asTold } from './as-told.ts';
import { isHeard } from './hear-message.ts';
import type { People } from './people.ts';

/** Slack tells of a message three times within six minutes, and then never again. */

export interface CatchUpOptions {
  readonly storage: Storage;
  readonly client: Pick<SlackClient, 'bulk'>;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly people: Pick<People, 'self'>;
  readonly workspaces: Pick<Workspaces, 'channel'>;
}

/** As many as can be looked into within an hour. */
const THREADS_MAX = 2_000;
const MESSAGES_MAX = 200;
const OVERLAP_SECONDS = 3_600;

const pageSchema = z.object({
  has_more: z.boolean().catch(false),
  response_metadata: z.object({ next_cursor: z.string().max(1_000).catch('') }).catch({ next_cursor: '' }),
  messages: z.array(z.looseObject({ ts: z.string(), team: z.string().nullish() })),
});

interface CatchUpPayload {
  readonly thread: string;
  readonly channel: string;
  /** Where the reading began, and where the page before ended. */
  readonly after?: string;
  /** Slack's name for the next page; without one it begins behind `after`. */
  readonly cursor?: string;
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
  const { thread: id, after, cursor } = task.payload as CatchUpPayload;
  const thread = await threadById(options.storage, id);
  if (!thread || thread.root_ts === null) return { type: 'done' };
  const waitMs = options.pace.take('conversations.replies', thread.channel);
  if (waitMs > 0) return { type: 'wait', ms: waitMs, reason: 'the pace of Slack' };
  const oldest = after ?? startOf(thread.root_ts, thread.seen_ts);
  const given = {
    channel: thread.channel,
    ts: thread.root_ts,
    oldest,
    limit: MESSAGES_MAX,
    ...(cursor ? { cursor } : {}),
  };
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
  const isShared = (await options.workspaces.channel(thread.channel))?.is_shared === true;
  const read = page.messages.filter(({ ts }) => Number(ts) > Number(oldest));
  const last = read
    .map(({ ts }) => ts)
    .sort()
    .at(-1);
  const next = page.response_metadata.next_cursor;
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
        const event = { ...message, type: 'message', channel: thread.channel, thread_ts: thread.root_ts };
        if (!isHeard(event)) continue;
        const id = `missed:${thread.channel}:${message.ts}`;
        await addTask(tx, asTold(thread, { id, team: team ?? message.team ?? '', isShared, event }, at), at);
      }
      // Only what was read here counts: an event that comes later says nothing about those before it.
      if (last !== undefined) await noteSeen(tx, thread.id, last);
      if (next !== '') await addTask(tx, nextPage(task, thread, { after: oldest, cursor: next }, at), at);
      else if (last !== undefined && page.has_more) await addTask(tx, nextPage(task, thread, { after: last }, at), at);
      onMissed();
    },
  };
}

type NextPage = Pick<CatchUpPayload, 'after' | 'cursor'>;

const nextPage = (task: Task, { id: thread, channel }: Thread, next: NextPage, dueAt: Date) => {
  const payload: CatchUpPayload = { thread, channel, ...next };
  const place = sha256(next.cursor ?? next.after ?? '').slice(0, 16);
  return { key: `${keyOfRound(task)}:${place}`, lane: laneOf({ channel }), kind: 'catch_up', payload, dueAt };
};

/** The pages of one look have its name: the same page is read once. */
const keyOfRound = ({ key }: Task) => key.split(':').slice(0, 3).join(':');

/** One workspace must not wait for another. */
const laneOf = ({ channel }: Pick<Thread, 'channel'>) => `catch_up:${channel}`;

/** A little before the newest that was read: what came out of order is looked at again. */
function startOf(root: string, seen: string | null): string {
  if (seen === null) return root;
  const from = (Number(seen) - OVERLAP_SECONDS).toFixed(6);
  return Number(from) > Number(root) ? from : root;
}
