import type { Clock } from '../clock.ts';
import { afterUnknown, HELD_AMBIGUOUS, NEVER } from '../rules/ambiguity.ts';
import { expiredBeforeSending } from '../rules/message-errors.ts';
import { dueAt, type RetryPolicy } from '../rules/retry.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Database } from '../store/database.ts';
import { noteDoubts } from '../store/doubts.ts';
import { type DueText, flagAmbiguous, makeReady, setLives } from '../store/due.ts';
import { insertEvents } from '../store/events.ts';
import { type Change, change } from '../store/messages.ts';
import { announceTexts } from './lane.ts';
import { tell } from './tell.ts';

/** What becomes of a text that the sweep has found. */
export type Decision =
  /** It was queued all along and may go now. */
  | { readonly kind: 'ready'; readonly life?: Life }
  /** It is as it should be. */
  | { readonly kind: 'keep' }
  | {
      readonly kind: 'change';
      readonly status: 'queued' | 'held' | 'expired' | 'canceled';
      readonly due_at: Date | null;
      readonly error: Change['error'];
      readonly hold_reason: string | null;
      readonly ambiguous: boolean;
      /** Left out: it goes on living as it did. */
      readonly life?: Life;
    };

/** Until when a text may be sent: null = it does not grow old while it waits; its recipient keeps no hours. */
export interface Life {
  readonly expires_at: Date | null;
  readonly send_before: Date | null;
}

/** Decides for each text, in their order; it may read, in the transaction that has locked them. */
export type Rule = (texts: readonly DueText[], now: Date) => readonly Decision[] | Promise<readonly Decision[]>;

/** The moment that a text waited for has come: it expires, is released, or is tried again. */
export function onTime(text: DueText, now: Date): Decision {
  if (text.expires_at !== null && text.expires_at <= now) {
    return { ...unchanged, status: 'expired', due_at: null, error: expiredBeforeSending };
  }
  if (text.status === 'queued') return { kind: 'ready' };
  return { ...unchanged, status: 'queued', due_at: text.expires_at };
}

/** It was claimed, and whoever claimed it is gone: the carrier may have taken it. */
export function unknownOutcome({ ambiguous: plan }: RetryPolicy): Rule {
  const decide = (text: DueText, now: Date): Decision => {
    const next = afterUnknown(text, text.doubts + 1, plan);
    if (next.action === 'hold') {
      return { ...unchanged, status: 'held', due_at: NEVER, hold_reason: HELD_AMBIGUOUS, ambiguous: true };
    }
    const due_at = next.delayMs === 0 ? text.expires_at : dueAt(text.expires_at, now.getTime() + next.delayMs);
    return { ...unchanged, status: 'queued', due_at, ambiguous: true };
  };
  return (texts, now) => texts.map((text) => decide(text, now));
}

const unchanged = { kind: 'change', error: null, hold_reason: null, ambiguous: false } as const;

/** Locks texts, decides, writes, tells and announces, in one transaction. Answers how many were locked. */
export async function decideTexts(
  { database, queue, clock, onEvents }: DecideOptions,
  lock: (now: Date) => Promise<DueText[]>,
  rule: Rule,
): Promise<number> {
  const now = new Date(clock.now());
  const texts = await database.transaction(async () => {
    const locked = await lock(now);
    const decisions = await rule(locked, now);
    const decided = locked.map((text, index) => ({ text, decision: decisions[index] ?? KEEP }));
    await makeReady(
      database,
      decided.filter(({ decision }) => decision.kind === 'ready').map(({ text }) => text.id),
    );
    await writeChanges(database, decided, now);
    await setLives(database, decided.flatMap(lifeOf));
    await announceTexts(
      queue,
      decided.filter(mayGo).map(({ text }) => text),
    );
    return locked.length;
  });
  if (texts > 0) onEvents();
  return texts;
}

export interface DecideOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce'>;
  readonly clock: Clock;
  readonly onEvents: () => void;
}

interface Decided {
  readonly text: DueText;
  readonly decision: Decision;
}

/** One that has to wait is announced when it is due. */
const mayGo = ({ text, decision }: Decided) =>
  decision.kind === 'ready' ||
  (decision.kind === 'change' &&
    decision.status === 'queued' &&
    decision.due_at === (decision.life ? decision.life.expires_at : text.expires_at));

const KEEP: Decision = { kind: 'keep' };

const lifeOf = ({ text, decision }: Decided) =>
  decision.kind !== 'keep' && decision.life ? [{ id: text.id, ...decision.life }] : [];

async function writeChanges(database: Database, decided: readonly Decided[], now: Date): Promise<void> {
  const changes = decided.flatMap(({ text, decision }) =>
    decision.kind === 'change' ? [{ decision, change: changeOf(text, decision) }] : [],
  );
  if (changes.length === 0) return;
  const inDoubt = changes.filter((one) => one.decision.ambiguous).map((one) => one.change.id);
  await flagAmbiguous(database, inDoubt);
  await noteDoubts(database, inDoubt);
  const byId = new Map(changes.map((one) => [one.change.id, one.decision]));
  const rows = await change(
    database,
    changes.map((one) => one.change),
    now,
  );
  const events = rows.map((row) => {
    const decision = byId.get(row.id);
    return tell(row, row.status as 'queued', now, {
      ...(decision?.error && { error: decision.error }),
      ...(decision?.hold_reason && { hold_reason: decision.hold_reason }),
    });
  });
  await insertEvents(database, events);
}

function changeOf(text: DueText, decision: Extract<Decision, { kind: 'change' }>): Change {
  const { status, due_at, error, hold_reason } = decision;
  const { id, late, segments_delivered } = text;
  return { id, status, due_at, error, hold_reason, late, segments_delivered, delivered_at: null };
}
