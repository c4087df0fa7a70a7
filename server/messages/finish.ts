import { type Clock, sleep } from '../clock.ts';
import { afterUnknown, HELD_AMBIGUOUS, NEVER } from '../rules/ambiguity.ts';
import { afterRefusal, dueAt, type RetryPolicy } from '../rules/retry.ts';
import { commandStatusText, errorOfRefusal } from '../rules/message-errors.ts';
import { endOfLife } from '../rules/text-life.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { EndedText } from '../contacts/findings.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import { groupCommit, isDatabaseAway } from '../store/group-commit.ts';
import { type Claimed, type Finish, finish, type Finished } from '../store/messages.ts';
import { dropRefusals, insertSegments, type NewSegment } from '../store/segments.ts';
import type { Outcome } from './carrier.ts';
import { announceTexts } from './lane.ts';
import { completeTexts, receiptDueAfter, settleTexts } from './settle.ts';
import { tell } from './tell.ts';

/** What came of one try to send one text. */
export interface Attempt {
  readonly message: Claimed;
  readonly smscId: string;
  /** The parts that the carrier accepted in this try. */
  readonly accepted: readonly PartAccepted[];
  /** How the last part ended: `accepted` when all of them were. */
  readonly outcome: Outcome;
  /** The number of the part that was not accepted; null when there is none, or it never left this process. */
  readonly failedPart: number | null;
  /** The carrier that may have a text which this one refuses; null = there is none, or a part of it was taken. */
  readonly nextCarrier: string | null;
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
  readonly retryPolicy: RetryPolicy;
  /** Called after each commit that stored carrier ids: a receipt may have come before its answer. */
  readonly onSegments: () => void;
  readonly onEvents: () => void;
  /** Texts that ended, after the commit. */
  readonly onEnded?: (ended: readonly EndedText[]) => void;
}

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
  const { database, instanceId, clock, random, retryPolicy } = options;
  const now = new Date(clock.now());
  const ended = await database.transaction(async () => {
    const decided = attempts.map((attempt) => endOf(attempt, now, random(), retryPolicy));
    const ends = await withoutFalseFailures(database, attempts, decided, now);
    await dropRefusals(database, untried(attempts));
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
    const settled = await settleTexts(database, toSettle(attempts, finished), now);
    return [...failedTexts(finished, ends), ...settled];
  });
  options.onSegments();
  options.onEvents();
  options.onEnded?.(ended);
  return attempts.map(() => undefined);
}

/** The rule of what follows from each outcome. */
export function endOf(attempt: Attempt, now: Date, random: number, policy: RetryPolicy): Finish {
  const { message, smscId, outcome } = attempt;
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
      return {
        ...base,
        ...unknownEnd(message, now, policy),
        ambiguous: true,
        retries: message.retries + 1,
        tells: true,
      };
    case 'refused':
      return { ...base, ...refusedEnd(attempt, outcome, now, random, policy) };
  }
}

function unknownEnd(
  message: Claimed,
  now: Date,
  policy: RetryPolicy,
): Pick<Finish, 'status' | 'hold_reason' | 'due_at'> {
  const next = afterUnknown(message, message.doubts + 1, policy.ambiguous);
  if (next.action === 'hold') return { status: 'held', hold_reason: HELD_AMBIGUOUS, due_at: NEVER };
  const due_at = next.delayMs === 0 ? message.expires_at : dueAt(message.expires_at, now.getTime() + next.delayMs);
  return { status: 'queued', hold_reason: null, due_at };
}

function refusedEnd(
  { message, nextCarrier }: Attempt,
  outcome: Extract<Outcome, { kind: 'refused' }>,
  now: Date,
  random: number,
  policy: RetryPolicy,
): Pick<Finish, 'status'> & Partial<Finish> {
  const throttles = message.attempts - message.attempts_elsewhere - message.retries;
  const attempts = message.retries + 1;
  const verdict = afterRefusal({ class: outcome.class, ...planOf(outcome), attempts, throttles, random }, policy);
  if (verdict.action === 'failover' && nextCarrier !== null) {
    return { status: 'queued', smsc_id: nextCarrier, retries: 0, tells: true };
  }
  if (verdict.action !== 'retry') {
    const error = errorOfRefusal(outcome.commandStatus, outcome.name, outcome.class);
    return { status: 'failed', due_at: null, error, tells: true };
  }
  const retries = message.retries + (verdict.countsAsAttempt ? 1 : 0);
  return { status: 'queued', due_at: dueAt(message.expires_at, now.getTime() + verdict.delayMs), retries };
}

const planOf = ({ plan }: Extract<Outcome, { kind: 'refused' }>) => (plan ? { plan } : {});

/** Texts that were not tried at all, and may be thousands of times: their earlier refusals say no more than the last. */
function untried(attempts: readonly Attempt[]): string[] {
  const isUntried = ({ outcome, message }: Attempt) =>
    message.attempts > 1 && outcome.kind === 'refused' && (outcome.class === 'throttle' || outcome.class === 'link');
  return attempts.filter(isUntried).map(({ message }) => message.id);
}

/** What an earlier attempt left in doubt may have turned out well while this one was under way. */
async function withoutFalseFailures(
  database: Database,
  attempts: readonly Attempt[],
  ends: readonly Finish[],
  now: Date,
): Promise<readonly Finish[]> {
  const failed = ends.filter(({ status, attempts: count }) => status === 'failed' && count > 1).map(({ id }) => id);
  if (failed.length === 0) return ends;
  const complete = new Set(await completeTexts(database, failed));
  const due = { due_at: null, sent_at: now, tells: true } as const;
  return ends.map((end, index) =>
    complete.has(end.id)
      ? { ...end, ...due, status: 'sent', error: null, smsc_id: attempts[index]?.smscId ?? end.smsc_id }
      : end,
  );
}

function segmentRows({ message, smscId, accepted, outcome, failedPart }: Attempt, now: Date): NewSegment[] {
  const common = {
    message_id: message.id,
    attempt: message.attempts,
    smsc_id: smscId,
    created_at: message.claimed_at ?? now,
  };
  const receiptDueAt = receiptDueAfter(endOfLife(message) ?? now);
  const rows = accepted.map(({ part, carrierId }) => ({
    ...common,
    ...ACCEPTED,
    part,
    carrier_id: carrierId,
    receipt_due_at: receiptDueAt,
  }));
  if (failedPart === null) return rows;
  return [...rows, { ...common, ...NOT_ACCEPTED, part: failedPart, ...answerOf(outcome, message) }];
}

const ACCEPTED = {
  state: 'sent',
  command_status: commandStatusText(0),
  command_status_name: 'ESME_ROK',
  in_doubt_of: null,
} as const;

const NOT_ACCEPTED = { carrier_id: null, receipt_due_at: null } as const;

function answerOf(outcome: Outcome, message: Claimed) {
  const refused = outcome.kind === 'refused';
  return {
    state: refused ? ('refused' as const) : ('unknown' as const),
    command_status: refused ? commandStatusText(outcome.commandStatus) : null,
    command_status_name: refused ? outcome.name : null,
    in_doubt_of: refused ? null : message.to,
  };
}

/**
 * Texts whose earlier parts may say something now: their receipts could not count before the text was sent, or an
 * answer came after their claim had seemed lost.
 */
function toSettle(attempts: readonly Attempt[], finished: readonly Finished[]): string[] {
  const done = new Set(finished.map(({ id }) => id));
  return attempts
    .filter(({ message, accepted }) => message.attempts > 1 || (accepted.length > 0 && !done.has(message.id)))
    .map(({ message }) => message.id);
}

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

function failedTexts(finished: readonly Finished[], ends: readonly Finish[]): EndedText[] {
  const byId = new Map(ends.map((end) => [end.id, end]));
  return finished.flatMap(({ id, mode, contact }) => {
    const end = byId.get(id);
    if (end?.status !== 'failed') return [];
    return [{ id, mode, contact, status: end.status, error: end.error, smscId: end.smsc_id }];
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
  const done = new Set(finished.map(({ id }) => id));
  const texts = attempts.flatMap(({ message }, index) => {
    const end = ends[index];
    return end && ready.has(end.id) && done.has(end.id) ? [{ ...message, smsc_id: end.smsc_id }] : [];
  });
  await announceTexts(queue, texts);
}
