import { type Clock, sleep } from '../clock.ts';
import { afterUnknown, HELD_AMBIGUOUS, NEVER } from '../rules/ambiguity.ts';
import { afterRefusal } from '../rules/retry.ts';
import { errorOfRefusal } from '../rules/message-errors.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import { groupCommit, isDatabaseAway } from '../store/group-commit.ts';
import { type Claimed, type Finish, finish, type Finished } from '../store/messages.ts';
import { insertSegments } from '../store/segments.ts';
import type { Outcome } from './carrier.ts';
import { laneOf } from './lane.ts';
import { settleTexts } from './settle.ts';
import { tell } from './tell.ts';

/** What came of one try to send one text. */
export interface Attempt {
  readonly message: Claimed;
  readonly smscId: string;
  /** The parts that the carrier accepted in this try. */
  readonly accepted: readonly PartAccepted[];
  /** How the last part ended: `accepted` when all of them were. */
  readonly outcome: Outcome;
}

export interface PartAccepted {
  readonly part: number;
  /** The carrier's id, as it wrote it. */
  readonly carrierId: string;
}

/** Resolves once the end of the attempt is stored. It never rejects: without the database it waits for it. */
export type FinishAttempts = (attempt: Attempt) => Promise<void>;

export interface FinishOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce'>;
  readonly instanceId: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called after each commit that stored carrier ids: a receipt may have come before its answer. */
  readonly onSegments: () => void;
  readonly onEvents: () => void;
}

/** Receipts are waited for this much longer than the text was valid, because they travel last. */
const RECEIPT_GRACE_MS = 24 * 3_600_000;
const RETRY_AFTER_MS = 500;

export function createFinishAttempts(options: FinishOptions): FinishAttempts {
  const commit = groupCommit((attempts: readonly Attempt[]) => flush(options, attempts));
  return async (attempt) => {
    for (;;) {
      try {
        return await commit(attempt);
      } catch (error) {
        // Anything but a lost database is a mistake of ours; the lease of the row decides the text then.
        if (!isDatabaseAway(error)) throw error;
        await sleep(options.clock, RETRY_AFTER_MS);
      }
    }
  };
}

async function flush(options: FinishOptions, attempts: readonly Attempt[]): Promise<void[]> {
  const { database, instanceId, clock, random } = options;
  const now = new Date(clock.now());
  const ends = attempts.map((attempt) => endOf(attempt, now, random()));
  await database.transaction(async () => {
    const [finished] = await Promise.all([
      finish(database, ends, instanceId, now),
      insertSegments(
        database,
        attempts.flatMap((attempt) => segmentRows(attempt, now)),
      ),
    ]);
    await Promise.all([
      insertEvents(database, eventsOf(finished, ends, now)),
      announceAgain(options.queue, finished, attempts, ends),
    ]);
    await settleTexts(database, retriedParts(attempts), now);
  });
  options.onSegments();
  options.onEvents();
  return attempts.map(() => undefined);
}

/** The rule of what follows from each outcome. */
export function endOf({ message, smscId, outcome }: Attempt, now: Date, random: number): Finish {
  const base = {
    id: message.id,
    attempts: message.attempts,
    smsc_id: smscId,
    ambiguous: false,
    retries: message.retries,
    hold_reason: null,
    error: null,
    sent_at: null,
    due_at: message.expires_at,
    tells: false,
  } as const;
  switch (outcome.kind) {
    case 'accepted':
      return { ...base, status: 'sent', due_at: null, sent_at: now, tells: true };
    case 'unsent':
      return { ...base, status: 'queued' };
    case 'unknown':
      return { ...base, ...unknownEnd(message), ambiguous: true, retries: message.retries + 1, tells: true };
    case 'refused':
      return { ...base, ...refusedEnd(message, outcome, now, random) };
  }
}

function unknownEnd(message: Claimed): Pick<Finish, 'status' | 'hold_reason' | 'due_at'> {
  if (afterUnknown(message, message.retries + 1) === 'hold') {
    return { status: 'held', hold_reason: HELD_AMBIGUOUS, due_at: NEVER };
  }
  return { status: 'queued', hold_reason: null, due_at: message.expires_at };
}

function refusedEnd(
  message: Claimed,
  outcome: Extract<Outcome, { kind: 'refused' }>,
  now: Date,
  random: number,
): Pick<Finish, 'status'> & Partial<Finish> {
  const throttles = message.attempts - message.retries;
  const verdict = afterRefusal({ class: outcome.class, attempts: message.retries + 1, throttles, random });
  if (verdict.action === 'fail') {
    const error = errorOfRefusal(outcome.commandStatus, outcome.name);
    return { status: 'failed', due_at: null, error, tells: true };
  }
  const retries = message.retries + (verdict.countsAsAttempt ? 1 : 0);
  return { status: 'queued', due_at: retryAt(message, now.getTime() + verdict.delayMs), retries };
}

/** Never the very moment of expiry, which marks a text that may go at once; after it the text expires. */
function retryAt(message: Claimed, atMs: number): Date {
  const expiresMs = message.expires_at?.getTime() ?? atMs;
  return new Date(atMs < expiresMs ? atMs : expiresMs + 1);
}

function segmentRows({ message, smscId, accepted }: Attempt, now: Date) {
  const receiptDueAt = new Date((message.expires_at ?? now).getTime() + RECEIPT_GRACE_MS);
  return accepted.map(({ part, carrierId }) => ({
    message_id: message.id,
    part,
    attempt: message.attempts,
    smsc_id: smscId,
    carrier_id: carrierId,
    receipt_due_at: receiptDueAt,
    created_at: now,
  }));
}

/** Parts of an earlier attempt may have their receipts already, which could not count before the text was sent. */
const retriedParts = (attempts: readonly Attempt[]) =>
  attempts
    .filter(({ message, outcome }) => outcome.kind === 'accepted' && message.segments > 1 && message.attempts > 1)
    .map(({ message }) => message.id);

function eventsOf(finished: readonly Finished[], ends: readonly Finish[], now: Date) {
  const byId = new Map(ends.map((end) => [end.id, end]));
  return finished.flatMap((row) => {
    const end = byId.get(row.id);
    if (!end?.tells) return [];
    const data = {
      smsc_id: end.smsc_id,
      ...(end.sent_at && { sent_at: end.sent_at.toISOString() }),
      ...(end.error && { error: end.error }),
      ...(end.hold_reason && { hold_reason: end.hold_reason }),
    };
    return [tell(row, end.status, now, data)];
  });
}

async function announceAgain(
  queue: Pick<SendQueue, 'announce'>,
  finished: readonly Finished[],
  attempts: readonly Attempt[],
  ends: readonly Finish[],
): Promise<void> {
  // A retry with a delay is announced by the sweep when it is due.
  const isReady = (end: Finish, index: number) =>
    end.status === 'queued' && end.due_at === attempts[index]?.message.expires_at;
  const ready = new Set(ends.filter(isReady).map((end) => end.id));
  for (const mode of ['test', 'live'] as const) {
    const ids = finished.filter((row) => row.mode === mode && ready.has(row.id)).map((row) => row.id);
    if (ids.length > 0) await queue.announce(laneOf(mode), ids);
  }
}
