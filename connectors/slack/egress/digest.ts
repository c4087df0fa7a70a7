import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../server/clock.ts';
import type { Queries, Storage } from '../../seam/storage.ts';
import { addTask, type Task, type TaskOutcome } from '../../seam/tasks.ts';
import type { Content } from '../blocks/card.ts';
import { digest, digestKey, endedDigest, LISTED_MAX } from '../blocks/digest.ts';
import {
  countBegun,
  countWaiting,
  type Digest,
  digestById,
  endDigest,
  insertDigest,
  openDigest,
  moveRootsUp,
  rankOfArrival,
  setDigestTs,
  setRootsBack,
  waitingThreads,
} from '../store/digests.ts';
import type { Thread } from '../store/threads.ts';
import { addRoot } from './outbox.ts';

/**
 * Slack takes about one post a second, so hundreds of new conversations would be minutes away, and what known contacts
 * write behind them. Above a limit one message lists them at once; their roots follow, and stand back for the others.
 */

/** Places in the lane of a channel; what was written down before goes first among equals. */
export const RANKS = { first: '-1', usual: '0' } as const;

/** Nobody stands back for longer. */
const PATIENCE_MS = 600_000;
const UPDATE_EVERY_MS = 10_000;
const COUNTED_MAX = 10_000;

interface DigestPayload {
  readonly digest: string;
  readonly channel: string;
}

/** The root of a new thread; `above` is how many may wait in a channel before they are listed. */
export async function addNewRoot(
  tx: Queries,
  thread: Pick<Thread, 'id' | 'channel' | 'last_inbound_at'>,
  above: number,
  at: Date,
): Promise<void> {
  const isBurst = await isListed(tx, thread.channel, above, at);
  await addRoot(tx, thread, at, isBurst ? rankOfArrival(thread.last_inbound_at ?? at) : RANKS.usual);
}

async function isListed(tx: Queries, channel: string, above: number, at: Date): Promise<boolean> {
  if (await openDigest(tx, channel)) return true;
  if ((await countWaiting(tx, channel, above)) < above) return false;
  const [oldest] = await waitingThreads(tx, channel, 1);
  const begun = { id: randomUUID(), channel, since: oldest?.created_at ?? at };
  if (!(await insertDigest(tx, begun))) return true;
  await setRootsBack(tx, channel);
  const payload: DigestPayload = { digest: begun.id, channel };
  const key = `digest:${begun.id}`;
  const { first: rank } = RANKS;
  await addTask(tx, { key, lane: `post:${channel}`, rank, kind: 'digest', payload, dueAt: at }, at);
  return true;
}

export interface DigestKindsOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Posts beside all threads, once; `done` gets the ts, or null when the channel does not take it. */
  readonly postOnce: (task: Task, post: PostedOnce, done: (ts: string | null) => TaskOutcome) => Promise<TaskOutcome>;
  /** Changes a message; `done` follows whether Slack takes it or not. */
  readonly update: (message: Readonly<Record<string, unknown>>, done: () => TaskOutcome) => Promise<TaskOutcome>;
}

export interface PostedOnce {
  readonly channel: string;
  /** `block_id` of the first block of `content`. */
  readonly key: string;
  readonly content: Content;
}

export function digestKinds({ storage, clock, postOnce, update }: DigestKindsOptions) {
  const now = () => new Date(clock.now());

  /** The next look, after a while: what has come and gone by then is shown at once. */
  function addNext(tx: Queries, { id, channel }: Digest): Promise<boolean> {
    const at = now();
    const payload: DigestPayload = { digest: id, channel };
    const dueAt = new Date(at.getTime() + UPDATE_EVERY_MS);
    const key = `digest_update:${id}:${at.getTime()}`;
    return addTask(tx, { key, lane: `digest:${channel}`, kind: 'digest_update', payload, dueAt }, at);
  }

  async function contentOf({ id, channel, since }: Digest): Promise<{ content: Content; isOver: boolean }> {
    const count = await countWaiting(storage, channel, COUNTED_MAX);
    if (count === 0) return { content: endedDigest(id, await countBegun(storage, channel, since)), isOver: true };
    return { content: digest(id, count, await waitingThreads(storage, channel, LISTED_MAX)), isOver: false };
  }

  return {
    async digest(task: Task): Promise<TaskOutcome> {
      const open = await digestById(storage, (task.payload as DigestPayload).digest);
      if (!open) return { type: 'done' };
      const { content } = await contentOf(open);
      return postOnce(task, { channel: open.channel, key: digestKey(open.id), content }, (ts) => ({
        type: 'done',
        async record(tx) {
          if (ts !== null) await setDigestTs(tx, open.id, ts);
          await addNext(tx, open);
        },
      }));
    },
    async digest_update(task: Task): Promise<TaskOutcome> {
      const open = await digestById(storage, (task.payload as DigestPayload).digest);
      if (!open) return { type: 'done' };
      const { content, isOver } = await contentOf(open);
      const done = (): TaskOutcome => ({
        type: 'done',
        async record(tx) {
          if (isOver) return endDigest(tx, open.id, now());
          const before = new Date(clock.now() - PATIENCE_MS);
          await moveRootsUp(tx, open.channel, before);
          await addNext(tx, open);
        },
      });
      return open.ts === null ? done() : update({ channel: open.channel, ts: open.ts, ...content }, done);
    },
  };
}
