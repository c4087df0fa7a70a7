import {
  createPostgresBackend,
  DelayedError,
  type JobsOptions,
  type JobType,
  type PgPool,
  Queue,
  runMigrations,
  Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import type pg from 'pg';
import type { Logger } from 'pino';
import { createFairOrder, type FairOrder } from './fair-order.ts';

/**
 * Tells workers that texts are ready to be sent. It is a hint: the message row decides, so a job that is lost
 * or runs twice can neither lose nor double a text. Jobs carry ids, never text.
 */
export interface SendQueue {
  /**
   * Announces texts. On PostgreSQL the job is part of the caller's transaction; on Redis it is added after the
   * commit and a failure is only logged, because the sweep announces forgotten texts again. In one lane those who
   * announce (`flow`) take turns.
   */
  announce(lane: string, ids: readonly string[], flow?: string): Promise<void>;
  /** Jobs waiting, delayed or running; Infinity while that cannot be known. */
  depth(lane: string): Promise<number>;
  /** `again` puts the job back for later, for instance because the server is stopping. */
  work(lane: string, handle: Handle): void;
  isUp(): boolean;
  /** True once after announced jobs may have got lost: Redis was away or had not been seen before. */
  mayHaveLostJobs(): boolean;
  /** Takes no further jobs and waits until the running ones have ended. */
  stopWorking(): Promise<void>;
  close(): Promise<void>;
}

export type Handle = (ids: readonly string[]) => Promise<'done' | 'again'>;

export interface QueueOptions {
  readonly pool: pg.Pool;
  /** Writes join the transaction that is running (see Database.joiningPool). */
  readonly joiningPool: pg.Pool;
  readonly redisUrl: string | null;
  readonly afterCommit: (run: () => void) => void;
  readonly log: Pick<Logger, 'warn'>;
}

/** A job holds what a route sends in well under a second, so that stopping and pausing stay quick. */
const IDS_PER_JOB = 100;
const AGAIN_AFTER_MS = 1_000;
const PREFIX = 'smsbridge';

export function openSendQueue(options: QueueOptions): Promise<SendQueue> {
  return options.redisUrl === null ? openOnPostgres(options) : openOnRedis(options, options.redisUrl);
}

async function openOnPostgres({ pool, joiningPool, log }: QueueOptions): Promise<SendQueue> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  const isUp = () => true;
  const lanes = openLanes(log, {
    isUp,
    queue: (lane) => new Queue(lane, { connection: asPgPool(joiningPool) }, createPostgresBackend),
    worker: (lane, run) =>
      new Worker(lane, run, { ...workerOptions, connection: asPgPool(pool) }, createPostgresBackend),
  });
  return { ...lanes, isUp, mayHaveLostJobs: () => false };
}

async function openOnRedis({ afterCommit, log }: QueueOptions, url: string): Promise<SendQueue> {
  // A producer fails at once while Redis is away (the row is safe); a worker waits for as long as it takes.
  const producer = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: true });
  // Not lazy: BullMQ gives up for good on a lazy connection whose first try fails, and the worker with it.
  const consumer = new Redis(url, { maxRetriesPerRequest: null });
  for (const redis of [producer, consumer]) {
    redis.on('error', (error: Error) => log.warn({ reason: error.message }, 'redis is not reachable'));
  }
  // Redis may come back empty, and announcements were dropped while it was away.
  let lost = true;
  producer.on('close', () => (lost = true));
  await producer.connect().catch(() => undefined);
  const isUp = () => producer.status === 'ready';
  const lanes = openLanes(log, {
    isUp,
    queue: (lane) =>
      new Queue(lane, { connection: producer, prefix: PREFIX, skipVersionCheck: true, skipWaitingForReady: true }),
    worker: (lane, run) =>
      new Worker(lane, run, { ...workerOptions, connection: consumer, prefix: PREFIX, skipVersionCheck: true }),
  });
  const announceLater = (lane: string, ids: readonly string[], flow?: string) => {
    if (!isUp()) return;
    lanes.announce(lane, ids, flow).catch((error: Error) => {
      lost = true;
      log.warn({ lane, reason: error.message }, 'a job could not be added; the sweep announces its texts again');
    });
  };
  // Jobs are only hints: nothing is worth waiting for a Redis that is away.
  const unlessAway = (work: Promise<void>) =>
    isUp() ? Promise.race([work, new Promise<void>((resolve) => producer.once('close', resolve))]) : work;
  return {
    ...lanes,
    announce(lane, ids, flow) {
      afterCommit(() => announceLater(lane, ids, flow));
      return Promise.resolve();
    },
    depth: (lane) => (isUp() ? lanes.depth(lane) : Promise.resolve(Infinity)),
    isUp,
    mayHaveLostJobs() {
      const answer = isUp() && lost;
      if (answer) lost = false;
      return answer;
    },
    stopWorking: () => unlessAway(lanes.stopWorking()),
    async close() {
      await unlessAway(lanes.close());
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

/** BullMQ describes a pool by its own, narrower types. */
const asPgPool = (pool: pg.Pool) => pool as unknown as PgPool;

/**
 * maxStalledCount is high because a job that ran twice does no harm: the claim of the row protects the text. The
 * lock is short for the same reason: the jobs of a process that was killed are taken up again within seconds. And
 * one second after a connection was lost the worker tries again, not 15.
 */
const workerOptions = {
  concurrency: 2,
  lockDuration: 5_000,
  stalledInterval: 2_500,
  maxStalledCount: 50,
  runRetryDelay: 1_000,
};

/** What both backends share of BullMQ's classes, whose types differ by backend. */
interface Backend {
  isUp(): boolean;
  queue(lane: string): LaneQueue;
  worker(lane: string, run: (job: SendJob, token?: string) => Promise<void>): Closing;
}

interface LaneQueue extends Closing {
  add(name: string, data: { ids: readonly string[] }, options: JobsOptions): Promise<unknown>;
  getJobCounts(...types: JobType[]): Promise<Record<string, number>>;
}

interface Closing {
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** `force` does not wait for what is under way. */
  close(force?: boolean): Promise<void>;
}

interface SendJob {
  readonly data: { readonly ids: readonly string[] };
  readonly opts: { readonly priority?: number };
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
}

function openLanes(log: QueueOptions['log'], backend: Backend): Omit<SendQueue, 'isUp' | 'mayHaveLostJobs'> {
  const queues = new Map<string, LaneQueue>();
  const orders = new Map<string, FairOrder>();
  const workers: Closing[] = [];
  let stopped = false;
  const orderOf = (lane: string) => {
    const known = orders.get(lane) ?? createFairOrder(IDS_PER_JOB);
    orders.set(lane, known);
    return known;
  };
  const queueOf = (lane: string) => {
    const known = queues.get(lane) ?? backend.queue(lane);
    // A listener is needed on every emitter: without one an error would end the process.
    if (!queues.has(lane)) known.on('error', (error) => log.warn({ lane, reason: error.message }, 'queue'));
    queues.set(lane, known);
    return known;
  };
  return {
    async announce(lane, ids, flow = '') {
      for (let start = 0; start < ids.length; start += IDS_PER_JOB) {
        const chunk = ids.slice(start, start + IDS_PER_JOB);
        const priority = orderOf(lane).rank(flow, chunk.length);
        await queueOf(lane).add('send', { ids: chunk }, { priority, removeOnComplete: true, removeOnFail: true });
      }
    },
    async depth(lane) {
      const counts = await queueOf(lane).getJobCounts('waiting', 'active', 'delayed', 'prioritized');
      const depth = Object.values(counts).reduce((sum, count) => sum + count, 0);
      if (depth === 0) orderOf(lane).reset();
      return depth;
    },
    work(lane, handle) {
      const worker = backend.worker(lane, (job, token) => {
        orderOf(lane).started(job.opts.priority ?? 0);
        return runJob(job, token, handle);
      });
      worker.on('error', (error) => {
        if (!stopped) log.warn({ lane, reason: error.message }, 'queue worker');
      });
      workers.push(worker);
    },
    async stopWorking() {
      await Promise.all(workers.map((worker) => worker.close(!backend.isUp())));
      stopped = true;
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

async function runJob(job: SendJob, token: string | undefined, handle: Handle): Promise<void> {
  if ((await handle(job.data.ids)) === 'done') return;
  await job.moveToDelayed(Date.now() + AGAIN_AFTER_MS, token);
  throw new DelayedError();
}
