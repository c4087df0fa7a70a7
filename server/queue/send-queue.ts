import { DelayedError, type JobsOptions, type JobType, Queue, runMigrations, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type pg from 'pg';
import type { Logger } from 'pino';
import { createFairOrder, type FairOrder } from './fair-order.ts';
import { createHandOver, type HandOver } from './hand-over.ts';
import { asPgPool, postgresBackend, workerPool } from './postgres-backend.ts';

/**
 * Tells workers that texts are ready to be sent. It is a hint: the message row decides, so a job that is lost
 * or runs twice can neither lose nor double a text. Jobs carry ids, never text.
 */
export interface SendQueue {
  /**
   * Announces texts. While this process works off the lane and keeps up, they are handed over in memory after the
   * commit. Otherwise by a job: on PostgreSQL it is part of the caller's transaction; on Redis it is added after the
   * commit and a failure is only logged, because the sweep announces forgotten texts again. In one lane those who
   * announce (`flow`) take turns.
   */
  announce(lane: string, ids: readonly string[], flow?: string): Promise<void>;
  /**
   * Jobs waiting, delayed or running, and texts handed over; Infinity while that cannot be known. Of each kind of job no
   * more than ten are counted: to count a million would take a second.
   */
  depth(lane: string): Promise<number>;
  /** `again` puts the job back for later, for instance because the server is stopping. */
  work(lane: string, handle: Handle): void;
  isUp(): boolean;
  /** True once after announcements may have got lost: Redis was away or had not been seen before, or a worker failed. */
  mayHaveLostJobs(): boolean;
  /** A server ended, and with it what was handed over in its memory. */
  expectLoss(): void;
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
const COUNTED_MAX = 10;
const AGAIN_AFTER_MS = 1_000;
const CLOSE_MAX_MS = 5_000;
const PREFIX = 'smsbridge';

export function openSendQueue(options: QueueOptions): Promise<SendQueue> {
  return options.redisUrl === null ? openOnPostgres(options) : openOnRedis(options, options.redisUrl);
}

async function openOnPostgres({ pool, joiningPool, afterCommit, log }: QueueOptions): Promise<SendQueue> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
    const { rows } = await client.query<{ missing: boolean }>(
      `select to_regclass('bullmq.smsbridge_stalled') is null as missing`,
    );
    if (rows[0]?.missing) await client.query(INDEX_OF_STALLED);
  } finally {
    client.release();
  }
  const workers = workerPool(pool);
  return openLanes(log, afterCommit, {
    isUp: () => true,
    adding: (_lane, add) => add(),
    queue: (lane) => new Queue(lane, { connection: asPgPool(joiningPool) }, postgresBackend),
    worker: (lane, run) => new Worker(lane, run, { ...workerOptions, connection: workers }, postgresBackend),
  });
}

async function openOnRedis({ afterCommit, log }: QueueOptions, url: string): Promise<SendQueue> {
  // A producer fails at once while Redis is away (the row is safe); a worker waits for as long as it takes.
  const producer = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: true });
  // Not lazy: BullMQ gives up for good on a lazy connection whose first try fails, and the worker with it.
  const consumer = new Redis(url, { maxRetriesPerRequest: null });
  for (const redis of [producer, consumer]) {
    redis.on('error', (error: Error) => log.warn({ reason: error.message }, 'redis is not reachable'));
  }
  await producer.connect().catch(() => undefined);
  const isUp = () => producer.status === 'ready';
  const lanes = openLanes(log, afterCommit, {
    isUp,
    adding(lane, add) {
      afterCommit(() => {
        if (!isUp()) return;
        add().catch((error: Error) => {
          lanes.expectLoss();
          log.warn({ lane, reason: error.message }, 'a job could not be added; the sweep announces its texts again');
        });
      });
      return Promise.resolve();
    },
    queue: (lane) =>
      new Queue(lane, { connection: producer, prefix: PREFIX, skipVersionCheck: true, skipWaitingForReady: true }),
    worker: (lane, run) =>
      new Worker(lane, run, { ...workerOptions, connection: consumer, prefix: PREFIX, skipVersionCheck: true }),
  });
  // Redis may come back empty, and announcements were dropped while it was away.
  lanes.expectLoss();
  producer.on('close', () => lanes.expectLoss());
  // Jobs are only hints: nothing is worth waiting for a Redis that is away.
  const unlessAway = (work: Promise<void>) =>
    isUp() ? Promise.race([work, new Promise<void>((resolve) => producer.once('close', resolve))]) : work;
  return {
    ...lanes,
    depth: (lane) => (isUp() ? lanes.depth(lane) : Promise.resolve(Infinity)),
    stopWorking: () => unlessAway(lanes.stopWorking()),
    async close() {
      await unlessAway(lanes.close());
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

/** Every 2.5 s BullMQ looks for the jobs that it marked as stalled, among all of a lane: without this, a million. */
const INDEX_OF_STALLED = `create index if not exists smsbridge_stalled on bullmq.job (queue) where stalled_marked`;

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

/** They are looked at one after the other: a job that moves on meanwhile is seen later, not missed. */
const IN_ORDER_OF_LIFE: JobType[] = ['delayed', 'waiting', 'prioritized', 'active'];

/** What both backends share of BullMQ's classes, whose types differ by backend. */
interface Backend {
  isUp(): boolean;
  /** Adds jobs in the caller's transaction, or after it. */
  adding(lane: string, add: () => Promise<void>): Promise<void>;
  queue(lane: string): LaneQueue;
  worker(lane: string, run: (job: SendJob, token?: string) => Promise<void>): LaneWorker;
}

interface LaneQueue {
  on(event: 'error', listener: (error: Error) => void): unknown;
  add(name: string, data: { ids: readonly string[] }, options: JobsOptions): Promise<unknown>;
  /** Ids of jobs of these types, from number `start` to `end` of each. */
  getRanges(types: JobType[], start: number, end: number, asc: boolean): Promise<string[]>;
  close(): Promise<void>;
}

interface LaneWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** No job waits. */
  on(event: 'drained', listener: () => void): unknown;
  /** `force` does not wait for what is under way. */
  close(force?: boolean): Promise<void>;
}

interface SendJob {
  readonly data: { readonly ids: readonly string[] };
  readonly opts: { readonly priority?: number };
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
}

/** A lane that this process works off. */
interface Worked {
  readonly lane: string;
  readonly worker: LaneWorker;
  readonly handOver: HandOver;
}

function openLanes(log: QueueOptions['log'], afterCommit: QueueOptions['afterCommit'], backend: Backend): SendQueue {
  const queues = new Map<string, LaneQueue>();
  const orders = new Map<string, FairOrder>();
  const worked = new Map<string, Worked>();
  let stopped = false;
  let lost = false;
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
  const addJobs = (lane: string, ids: readonly string[], flow: string, delay = 0) =>
    backend.adding(lane, async () => {
      for (let start = 0; start < ids.length; start += IDS_PER_JOB) {
        const chunk = ids.slice(start, start + IDS_PER_JOB);
        const priority = orderOf(lane).rank(flow, chunk.length);
        const options = { priority, delay, removeOnComplete: true, removeOnFail: true };
        await queueOf(lane).add('send', { ids: chunk }, options);
      }
    });
  const expectLoss = () => {
    lost = true;
  };
  const openHandOver = (lane: string, handle: Handle) =>
    createHandOver({
      batch: IDS_PER_JOB,
      async run(ids, rank) {
        orderOf(lane).started(rank);
        try {
          if ((await handle(ids)) === 'again') await addJobs(lane, ids, '', AGAIN_AFTER_MS);
        } catch (error) {
          expectLoss();
          log.warn({ lane, reason: (error as Error).message }, 'texts handed over are announced again by the sweep');
        }
      },
    });
  return {
    expectLoss,
    isUp: () => backend.isUp(),
    mayHaveLostJobs() {
      const answer = backend.isUp() && lost;
      if (answer) lost = false;
      return answer;
    },
    async announce(lane, ids, flow = '') {
      const handOver = worked.get(lane)?.handOver;
      if (!handOver?.takes(ids.length)) return addJobs(lane, ids, flow);
      afterCommit(() => handOver.give(ids, orderOf(lane).rank(flow, ids.length)));
    },
    async depth(lane) {
      const jobs = await queueOf(lane).getRanges(IN_ORDER_OF_LIFE, 0, COUNTED_MAX - 1, true);
      const depth = jobs.length + (worked.get(lane)?.handOver.size() ?? 0);
      if (depth === 0) orderOf(lane).reset();
      return depth;
    },
    work(lane, handle) {
      const worker = backend.worker(lane, (job, token) => {
        orderOf(lane).started(job.opts.priority ?? 0);
        return runJob(job, token, handle);
      });
      const handOver = openHandOver(lane, handle);
      worker.on('error', (error) => {
        if (!stopped) log.warn({ lane, reason: error.message }, 'queue worker');
      });
      worker.on('drained', () => handOver.open());
      worked.set(lane, { lane, worker, handOver });
    },
    async stopWorking() {
      await Promise.all([...worked.values()].map(stopOne));
      stopped = true;
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };

  async function stopOne({ lane, worker, handOver }: Worked): Promise<void> {
    const [rest] = await Promise.all([handOver.stop(), atMost(CLOSE_MAX_MS, worker.close(!backend.isUp()))]);
    await addJobs(lane, rest, '');
  }
}

/** An idle worker of BullMQ whose Redis has just come back takes more than a minute to close. What it leaves is only a hint. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, ms);
  await Promise.race([work, limit.promise]);
  clearTimeout(timer);
}

async function runJob(job: SendJob, token: string | undefined, handle: Handle): Promise<void> {
  if ((await handle(job.data.ids)) === 'done') return;
  await job.moveToDelayed(Date.now() + AGAIN_AFTER_MS, token);
  throw new DelayedError();
}
