import type { Logger } from 'pino';
import { type Clock, sleep } from '../clock.ts';
import type { Verdicts } from '../contacts/verdicts.ts';
import { forgetOldKeys } from '../access/idempotency.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { RetryPolicy } from '../rules/retry.ts';
import type { Database } from '../store/database.ts';
import { lockClaimedBy, lockDue, lockLostClaims, markReceiptMissing } from '../store/due.ts';
import { forgetEarly } from '../store/early-receipts.ts';
import { forgetArrivals } from '../store/inbound-arrivals.ts';
import { forEachDeadInstance } from '../store/instance.ts';
import { stopWaiting } from '../store/segments.ts';
import type { Carriers } from './carrier.ts';
import { decideTexts, unknownOutcome } from './decide.ts';
import { forgottenAnnouncer } from './forgotten.ts';
import type { Receipts } from './receipt.ts';
import { judgedOnTime } from './rejudge.ts';
import type { Routing } from './route.ts';

export interface SweepOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce' | 'depth' | 'mayHaveLostJobs' | 'expectLoss'>;
  readonly carriers: Pick<Carriers, 'all'>;
  readonly routing: Pick<Routing, 'adopt'>;
  /** Reads rules and senders that other servers may have changed. */
  readonly refresh: () => Promise<unknown>;
  readonly verdicts: Pick<Verdicts, 'of'>;
  readonly receipts: Pick<Receipts, 'adoptEarly' | 'refresh'>;
  /** Gives out inbound texts whose missing parts did not come in time. */
  readonly giveOutOverdue: () => Promise<unknown>;
  /** Ids of texts that this process is sending. */
  readonly inFlight: ReadonlyMap<string, unknown>;
  readonly instanceId: string;
  readonly retryPolicy: RetryPolicy;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly onEvents: () => void;
  readonly onReceiptsMissing: (count: number) => void;
  /** What other rooms have to do from time to time. */
  readonly duties?: readonly Duty[];
}

export interface Sweep {
  start(): void;
  stop(): Promise<void>;
  /** Every duty once, for a test or a start. */
  runOnce(): Promise<void>;
}

const CHUNK = 500;
const LEASE_MS = 90_000;
const SECOND = 1_000;

/**
 * Finds what was forgotten and what time has changed: a text is never lost because a job, a process or a receipt
 * was. Every duty is safe to run twice and beside another server.
 */
export function createSweep(options: SweepOptions): Sweep {
  const stopping = new AbortController();
  const duties: Duty[] = [
    { everyMs: 500, run: () => sweepDue(options) },
    { everyMs: 2 * SECOND, run: () => sweepDeadInstances(options) },
    { everyMs: 5 * SECOND, run: forgottenAnnouncer(options) },
    { everyMs: 5 * SECOND, run: () => Promise.all([options.refresh(), options.receipts.refresh()]) },
    { everyMs: 5 * SECOND, run: () => options.receipts.adoptEarly() },
    { everyMs: 2 * SECOND, run: () => options.giveOutOverdue() },
    { everyMs: 30 * SECOND, run: () => sweepLostClaims(options) },
    { everyMs: 60 * SECOND, run: () => sweepMissingReceipts(options) },
    { everyMs: 60 * SECOND, run: () => forgetArrivals(options.database, new Date(options.clock.now())) },
    { everyMs: 3_600 * SECOND, run: () => forgetOld(options) },
    ...(options.duties ?? []),
  ];
  let loops: Promise<void>[] = [];
  return {
    start() {
      loops = duties.map((duty) => repeat(options, duty, stopping.signal));
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
    async runOnce() {
      for (const duty of duties) await duty.run();
    },
  };
}

/** Something that is done again and again, and that may be done by several servers at once. */
export interface Duty {
  readonly everyMs: number;
  run(): Promise<unknown>;
}

async function repeat({ clock, log }: SweepOptions, duty: Duty, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await duty.run();
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'a sweep failed and is repeated');
    }
    await sleep(clock, duty.everyMs, signal);
  }
}

async function sweepDue(options: SweepOptions): Promise<void> {
  const rule = judgedOnTime(options.verdicts);
  for (let full = true; full;) {
    const texts = await decideTexts(options, (now) => lockDue(options.database, now, CHUNK), rule);
    full = texts === CHUNK;
  }
}

async function sweepDeadInstances(options: SweepOptions): Promise<void> {
  const decide = unknownOutcome(options.retryPolicy);
  await forEachDeadInstance(options.database, options.instanceId, async (deadId) => {
    // Texts may have been announced in its memory alone.
    options.queue.expectLoss();
    const texts = await decideTexts(options, () => lockClaimedBy(options.database, deadId, CHUNK), decide);
    if (texts > 0) options.log.warn({ texts }, 'texts of a server that ended were decided; they are flagged ambiguous');
    return texts === CHUNK ? 'more' : 'done';
  });
}

/** A claim whose answer got lost with its database session: committed, but this process never knew. */
async function sweepLostClaims(options: SweepOptions): Promise<void> {
  const known = [...options.inFlight.keys()];
  await decideTexts(
    options,
    (now) => {
      const before = new Date(now.getTime() - LEASE_MS);
      return lockLostClaims(options.database, options.instanceId, before, known, CHUNK);
    },
    unknownOutcome(options.retryPolicy),
  );
}

async function sweepMissingReceipts({ database, clock, onReceiptsMissing }: SweepOptions): Promise<void> {
  await database.transaction(async () => {
    const waited = await stopWaiting(database, new Date(clock.now()), CHUNK);
    if (waited.length === 0) return;
    onReceiptsMissing(await markReceiptMissing(database, [...new Set(waited.map((row) => row.message_id))]));
  });
}

async function forgetOld({ database, clock }: SweepOptions): Promise<void> {
  const now = new Date(clock.now());
  await forgetEarly(database, now);
  while ((await forgetOldKeys(database, now)) > 0);
}
