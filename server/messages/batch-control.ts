import type { Clock } from '../clock.ts';
import { NEVER } from '../rules/ambiguity.ts';
import type { Mode, Status } from '../rules/message.ts';
import {
  batchById,
  type BatchCount,
  type BatchRow,
  cancelBatchTexts,
  completeBatch,
  countTexts,
  lockDueBatches,
  lookAgain,
  pauseBatchTexts,
  resumeBatchTexts,
  setBatchStatus,
} from '../store/batches.ts';
import type { Database } from '../store/database.ts';
import { endWaitsOfTexts } from '../store/edits.ts';
import { insertEvents } from '../store/events.ts';
import type { Changed } from '../store/messages.ts';
import { HELD_PAUSED } from './held-batch.ts';
import { tell } from './tell.ts';

/** A batch after it was accepted. Null = this mode has no such batch. */
export interface BatchControl {
  find(mode: Mode, id: string): Promise<Batch | null>;
  /** Nothing of it leaves until it is resumed. */
  pause(mode: Mode, id: string): Promise<Batch | null>;
  /** Its texts go on in their order, at its rate. */
  resume(mode: Mode, id: string): Promise<Batch | null>;
  /** What has not left is canceled. */
  cancel(mode: Mode, id: string): Promise<Batch | null>;
  /** Tells of batches whose texts are all done with. Safe beside another server. */
  completeDue(): Promise<void>;
}

export interface Batch extends BatchRow {
  /** Of its texts; refused items that left no text are not in it. */
  readonly counts: Readonly<Partial<Record<Status, number>>>;
}

export interface BatchControlOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly onEvents: () => void;
}

export function createBatchControl(options: BatchControlOptions): BatchControl {
  const { database, clock, onEvents } = options;
  const now = () => new Date(clock.now());

  const change = async (mode: Mode, id: string, work: Work): Promise<Batch | null> => {
    const changed = await database.transaction(async () => {
      const batch = await batchById(database, mode, id, 'lock');
      if (batch && batch.completed_at === null) await work(batch, now());
      return batch !== null;
    });
    if (changed) onEvents();
    return find(mode, id);
  };
  const find = async (mode: Mode, id: string): Promise<Batch | null> => {
    const batch = await batchById(database, mode, id);
    return batch && { ...batch, counts: byStatus(await countTexts(database, id)) };
  };

  return {
    find,
    pause: (mode, id) =>
      change(mode, id, async (batch, at) => {
        if (batch.status !== 'processing') return;
        await setBatchStatus(database, id, 'paused');
        const texts = await pauseBatchTexts(database, id, HELD_PAUSED, NEVER, at);
        await tellAll(database, texts, at, { hold_reason: HELD_PAUSED });
      }),
    resume: (mode, id) =>
      change(mode, id, async (batch, at) => {
        if (batch.status !== 'paused') return;
        await setBatchStatus(database, id, 'processing');
        const everyMs = batch.rate_per_minute === null ? 0 : 60_000 / batch.rate_per_minute;
        await tellAll(database, await resumeBatchTexts(database, id, HELD_PAUSED, everyMs, at), at, {});
      }),
    cancel: (mode, id) =>
      change(mode, id, async (_batch, at) => {
        await setBatchStatus(database, id, 'canceled');
        const texts = await cancelBatchTexts(database, id, at);
        await endWaitsOfTexts(
          database,
          texts.map((text) => text.id),
          at,
        );
        await tellAll(database, texts, at, {});
        await lookAgain(database, id, at);
      }),
    completeDue: () => completeDue(options),
  };
}

type Work = (batch: BatchRow, at: Date) => Promise<void>;

async function tellAll(
  database: Database,
  texts: readonly Changed[],
  at: Date,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await insertEvents(
    database,
    texts.map((text) => tell(text, text.status as 'held', at, data)),
  );
}

const CHUNK = 50;

async function completeDue({ database, clock, onEvents }: BatchControlOptions): Promise<void> {
  for (let locked = CHUNK; locked === CHUNK;) {
    const now = new Date(clock.now());
    locked = await database.transaction(async () => {
      const batches = await lockDueBatches(database, now, CHUNK);
      for (const batch of batches) await lookAt(database, batch, now);
      return batches.length;
    });
    if (locked > 0) onEvents();
  }
}

async function lookAt(database: Database, batch: BatchRow, now: Date): Promise<void> {
  const counts = await countTexts(database, batch.id);
  if (counts.some(({ isDone }) => !isDone)) return lookAgain(database, batch.id, nextLook(batch, now));
  await completeBatch(database, batch.id, now);
  const { id: batch_id, mode, status, total, rejected, duplicates, created_at } = batch;
  const data = {
    batch_id,
    status: status === 'canceled' ? status : 'completed',
    total,
    accepted: total - rejected - duplicates,
    rejected,
    duplicates,
    counts: byStatus(counts),
    created_at: created_at.toISOString(),
  };
  const event = { type: 'batch.completed', mode, message_id: null, sequence: 0, data, created_at: now };
  await insertEvents(database, [event]);
}

/** A batch that takes days need not be counted every two seconds. */
function nextLook({ created_at }: BatchRow, now: Date): Date {
  const age = now.getTime() - created_at.getTime();
  return new Date(now.getTime() + Math.min(60_000, Math.max(2_000, age / 10)));
}

function byStatus(counts: readonly BatchCount[]): Batch['counts'] {
  const totals = new Map<Status, number>();
  for (const { status, count } of counts) totals.set(status, (totals.get(status) ?? 0) + count);
  return Object.fromEntries(totals);
}
