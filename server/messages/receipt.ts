import type { Clock } from '../clock.ts';
import type { IdFormat } from '../rules/carrier-id.ts';
import type { EndedText } from '../contacts/findings.ts';
import type { Database } from '../store/database.ts';
import { dropEarly, earlyReceipts, keepEarly } from '../store/early-receipts.ts';
import { groupCommit } from '../store/group-commit.ts';
import type { Receipt } from './carrier.ts';
import { createIdHabits, type HabitLog, type IdHabits } from './id-habits.ts';
import { type Asked, findSegments, type Match, type SearchOf } from './match.ts';
import { proveDoubts } from './prove.ts';
import { settleTexts } from './settle.ts';

export interface Receipts {
  /** Stores what a receipt says. Resolves after the commit; only then may the deliver_sm be answered. */
  take(receipt: Receipt): Promise<void>;
  /** Looks again at receipts that came before the answer to their submit_sm. */
  adoptEarly(): Promise<void>;
  /** The same, but only when one is known to wait: cheap enough to call after every submit. */
  adoptIfWaiting(): void;
  /** Reads what other servers have learned about the ids in receipts. */
  refresh(): Promise<void>;
}

export interface ReceiptOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: HabitLog;
  /** What the profile of a carrier says about its ids. */
  readonly idFormatOf: (smscId: string) => IdFormat;
  readonly onEvents: () => void;
  /** Texts that receipts ended, after the commit. */
  readonly onEnded?: (ended: readonly EndedText[]) => void;
  /** A receipt that names no message: counted, answered, and of no further use. */
  readonly onNameless: () => void;
}

const ADOPT_LIMIT = 1_000;

/** A carrier may send a receipt before it answers the submit_sm, on another link, or twice. */
export function createReceipts(options: ReceiptOptions): Receipts {
  const habits = createIdHabits(options);
  const commit = groupCommit((items: readonly Item[]) => flush(options, habits, items));
  let mayWait = true;
  /** How many were kept so far: what was read before the last of them says nothing about it. */
  let kept = 0;
  const adoptEarly = async () => {
    const keptBefore = kept;
    const early = await earlyReceipts<Receipt>(options.database, ADOPT_LIMIT);
    mayWait = early.length > 0 || kept !== keptBefore;
    await Promise.all(
      early.map(({ id, receipt, received_at }) => commit({ receipt, receivedAt: received_at, earlyId: id })),
    );
  };
  return {
    async take(receipt) {
      if (!receipt.carrierId) return options.onNameless();
      const known = await commit({ receipt, receivedAt: new Date(options.clock.now()), earlyId: null });
      if (known) return;
      // Its submit_sm may have been stored meanwhile: whoever commits last sees the other.
      mayWait = true;
      kept += 1;
      await adoptEarly();
    },
    adoptEarly,
    adoptIfWaiting() {
      // The sweep repeats it, so a failure here costs a moment at most.
      if (mayWait) adoptEarly().catch(() => undefined);
    },
    refresh: habits.refresh,
  };
}

interface Item extends Asked {
  /** Its row in early_receipts, if it waits there. */
  readonly earlyId: string | null;
}

/** Answers for each item whether its segment is known. */
async function flush(options: ReceiptOptions, habits: IdHabits, items: readonly Item[]): Promise<boolean[]> {
  const { database, clock } = options;
  const now = new Date(clock.now());
  await habits.load();
  const learning = habits.begin();
  let changed = false;
  let ended: readonly EndedText[] = [];
  const known = await database.transaction(async () => {
    const matches = await matchAll(options, learning.searchOf, items, now);
    const perSegment = oneForEachSegment(matches.filter((match) => match !== null));
    const ids = [...new Set(perSegment.map(({ segment }) => segment.message_id))];
    ended = await settleTexts(database, ids, now, perSegment);
    const unknown = items.filter(({ earlyId }, index) => matches[index] === null && earlyId === null);
    await keepEarly(
      database,
      unknown.map(({ receipt }) => ({ ...receipt, carrierId: receipt.carrierId ?? '' })),
      now,
    );
    await dropEarly(
      database,
      items.flatMap(({ earlyId }, index) => (earlyId && matches[index] ? [earlyId] : [])),
    );
    await learning.store(matches, now);
    changed = ids.length > 0;
    return matches.map((match) => match !== null);
  });
  learning.keep();
  if (changed) options.onEvents();
  options.onEnded?.(ended);
  return known;
}

/**
 * By id; and what has waited and is still unknown may be the proof of something in doubt. A receipt that is new is not
 * taken for one, because its own text may be about to be stored.
 */
async function matchAll(
  { database }: ReceiptOptions,
  searchOf: SearchOf,
  items: readonly Item[],
  now: Date,
): Promise<(Match | null)[]> {
  const matches = await findSegments(database, items, searchOf, now);
  const waiting = items.filter(({ earlyId }, index) => earlyId !== null && matches[index] === null);
  if (waiting.length === 0) return matches;
  const proven = await proveDoubts(database, waiting, searchOf, now);
  return matches.map((match, index) => match ?? proven.get(items[index] as Item) ?? null);
}

/** Of several receipts for one segment the first final one counts, but delivered comes before expired. */
function oneForEachSegment(matches: readonly Match[]): Match[] {
  const kept = new Map<string, Match>();
  for (const match of matches) {
    const { message_id, part, attempt, state } = match.segment;
    const name = `${message_id} ${part} ${attempt}`;
    const before = kept.get(name)?.segment.state;
    if (!before || (before === 'expired' && state === 'delivered')) kept.set(name, match);
  }
  return [...kept.values()];
}
