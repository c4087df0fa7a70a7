import type { Clock } from '../clock.ts';
import { bestMatch, idForms } from '../rules/carrier-id.ts';
import { stateOfReceipt } from '../rules/status.ts';
import type { Database } from '../store/database.ts';
import { dropEarly, earlyReceipts, keepEarly } from '../store/early-receipts.ts';
import { groupCommit } from '../store/group-commit.ts';
import { type SegmentFound, segmentsByCarrierId } from '../store/segments.ts';
import type { Receipt } from './carrier.ts';
import { type MatchedReceipt, settleTexts } from './settle.ts';

export interface Receipts {
  /** Stores what a receipt says. Resolves after the commit; only then may the deliver_sm be answered. */
  take(receipt: Receipt): Promise<void>;
  /** Looks again at receipts that came before the answer to their submit_sm. */
  adoptEarly(): Promise<void>;
  /** The same, but only when one is known to wait: cheap enough to call after every submit. */
  adoptIfWaiting(): void;
}

export interface ReceiptOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly onEvents: () => void;
  /** A receipt that names no message: counted, answered, and of no further use. */
  readonly onNameless: () => void;
}

const ADOPT_LIMIT = 1_000;

/** A carrier may send a receipt before it answers the submit_sm, on another link, or twice. */
export function createReceipts(options: ReceiptOptions): Receipts {
  const commit = groupCommit((items: readonly Item[]) => flush(options, items));
  let mayWait = true;
  const adoptEarly = async () => {
    const early = await earlyReceipts<Receipt>(options.database, ADOPT_LIMIT);
    mayWait = early.length > 0;
    await Promise.all(early.map(({ id, receipt }) => commit({ receipt, earlyId: id })));
  };
  return {
    async take(receipt) {
      if (!receipt.carrierId) return options.onNameless();
      const known = await commit({ receipt, earlyId: null });
      if (known) return;
      // Its submit_sm may have been stored meanwhile: whoever commits last sees the other.
      mayWait = true;
      await adoptEarly();
    },
    adoptEarly,
    adoptIfWaiting() {
      // The sweep repeats it, so a failure here costs a moment at most.
      if (mayWait) adoptEarly().catch(() => undefined);
    },
  };
}

interface Item {
  readonly receipt: Receipt;
  /** Its row in early_receipts, if it waits there. */
  readonly earlyId: string | null;
}

/** Answers for each item whether its segment is known. */
async function flush(options: ReceiptOptions, items: readonly Item[]): Promise<boolean[]> {
  const { database, clock } = options;
  const now = new Date(clock.now());
  let changed = false;
  const known = await database.transaction(async () => {
    const matches = await matchAll(
      database,
      items.map(({ receipt }) => receipt),
    );
    const perSegment = oneForEachSegment(matches.filter((match) => match !== null));
    const ids = [...new Set(perSegment.map(({ segment }) => segment.message_id))];
    await settleTexts(database, ids, now, perSegment);
    const unknown = items.filter(({ earlyId }, index) => matches[index] === null && earlyId === null);
    if (unknown.length > 0)
      await keepEarly(
        database,
        unknown.map(({ receipt }) => named(receipt)),
        now,
      );
    await dropEarly(
      database,
      items.flatMap(({ earlyId }, index) => (earlyId && matches[index] ? [earlyId] : [])),
    );
    changed = ids.length > 0;
    return matches.map((match) => match !== null);
  });
  if (changed) options.onEvents();
  return known;
}

const named = (receipt: Receipt) => ({ ...receipt, carrierId: receipt.carrierId ?? '' });

/** Nearly every id matches as it is written, so the other forms are looked up only for the rest. */
async function matchAll(database: Database, receipts: readonly Receipt[]): Promise<(MatchedReceipt | null)[]> {
  const exact = await matchBy(database, receipts, ({ carrierId }) => (carrierId ? [carrierId] : []));
  const rest = receipts.filter((_, index) => exact[index] === null);
  if (rest.length === 0) return exact;
  const guessed = await matchBy(database, rest, ({ carrierId }) => idForms(carrierId ?? ''));
  const byReceipt = new Map(rest.map((receipt, index) => [receipt, guessed[index] ?? null]));
  return exact.map((match, index) => match ?? byReceipt.get(receipts[index] as Receipt) ?? null);
}

async function matchBy(
  database: Database,
  receipts: readonly Receipt[],
  formsOf: (receipt: Receipt) => readonly string[],
): Promise<(MatchedReceipt | null)[]> {
  const asked = receipts.map((receipt) => formsOf(receipt).map((carrierId) => ({ smscId: receipt.smscId, carrierId })));
  const found = await segmentsByCarrierId(database, asked.flat());
  const byId = Map.groupBy(found, (segment) => JSON.stringify([segment.smsc_id, segment.carrier_id]));
  return receipts.map((receipt, index) => {
    const forms = asked[index] ?? [];
    const segments = forms.flatMap(({ smscId, carrierId }) => byId.get(JSON.stringify([smscId, carrierId])) ?? []);
    return matchOf(receipt, segments);
  });
}

function matchOf(receipt: Receipt, segments: readonly SegmentFound[]): MatchedReceipt | null {
  const candidates = segments.map((segment) => ({
    segment,
    carrierId: segment.carrier_id,
    to: segment.to,
    awaiting: segment.state === 'sent',
    createdAt: segment.created_at,
  }));
  const best = bestMatch(receipt, candidates)?.segment;
  if (!best) return null;
  const state = stateOfReceipt(receipt.state);
  return {
    receipt,
    segment: { message_id: best.message_id, part: best.part, attempt: best.attempt, state, receipt: receipt.raw },
  };
}

/** Of several receipts for one segment the first final one counts, but delivered comes before expired. */
function oneForEachSegment(matches: readonly MatchedReceipt[]): MatchedReceipt[] {
  const kept = new Map<string, MatchedReceipt>();
  for (const match of matches) {
    const { message_id, part, attempt, state } = match.segment;
    const name = `${message_id} ${part} ${attempt}`;
    const before = kept.get(name)?.segment.state;
    if (!before || (before === 'expired' && state === 'delivered')) kept.set(name, match);
  }
  return [...kept.values()];
}
