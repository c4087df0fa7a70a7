import { advance, aggregate, stateOfAttempts } from '../rules/status.ts';
import { errorOfReceipt } from '../rules/message-errors.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import { type Change, change, type Changed, noteDelivered } from '../store/messages.ts';
import {
  type LockedText,
  lockTexts,
  partStates,
  type PartState,
  type SegmentReceipt,
  writeReceipts,
} from '../store/segments.ts';
import type { Receipt } from './carrier.ts';
import { tell } from './tell.ts';

/** A receipt with the segment that it is for. */
export interface MatchedReceipt {
  readonly segment: SegmentReceipt;
  readonly receipt: Receipt;
}

/**
 * Brings texts to the status that the receipts of all their segments add up to, in the transaction of the
 * caller. `matched` are receipts to be stored first, at most one for each segment.
 */
export async function settleTexts(
  database: Database,
  ids: readonly string[],
  now: Date,
  matched: readonly MatchedReceipt[] = [],
): Promise<void> {
  if (ids.length === 0) return;
  const texts = await lockTexts(database, ids);
  if (matched.length > 0)
    await writeReceipts(
      database,
      matched.map(({ segment }) => segment),
    );
  const parts = Map.groupBy(await partStates(database, ids), (part) => part.message_id);
  const receipts = new Map(matched.map((match) => [match.segment.message_id, match.receipt]));
  const changes: Change[] = [];
  const counts: Pick<Change, 'id' | 'segments_delivered'>[] = [];
  for (const text of texts) {
    const counted = countParts(text, parts.get(text.id) ?? []);
    const made = changeOf(text, counted, receipts.get(text.id), now);
    if (made) changes.push(made);
    else if (counted.delivered !== text.segments_delivered) {
      counts.push({ id: text.id, segments_delivered: counted.delivered });
    }
  }
  await noteDelivered(database, counts);
  if (changes.length > 0) await tellAll(database, await change(database, changes, now), changes, texts, now);
}

interface Counted {
  readonly delivered: number;
  readonly state: ReturnType<typeof aggregate>;
}

/** A part that was never submitted counts as still under way. */
function countParts(text: LockedText, parts: readonly PartState[]): Counted {
  const byPart = Map.groupBy(parts, ({ part }) => part);
  const states = Array.from({ length: text.segments }, (_, index) =>
    stateOfAttempts((byPart.get(index + 1) ?? [{ state: 'sent' as const }]).map(({ state }) => state)),
  );
  return { delivered: states.filter((state) => state === 'delivered').length, state: aggregate(states) };
}

function changeOf(text: LockedText, counted: Counted, receipt: Receipt | undefined, now: Date): Change | null {
  const step = advance(text.status, counted.state, {
    nowMs: now.getTime(),
    sinceMs: text.status_updated_at.getTime(),
  });
  if (!step.change) return null;
  return {
    id: text.id,
    status: step.status,
    error: counted.state === 'delivered' ? null : errorOf(counted.state, receipt),
    due_at: null,
    hold_reason: null,
    late: step.late,
    segments_delivered: counted.delivered,
    delivered_at: counted.state === 'delivered' ? now : null,
  };
}

function errorOf(state: Counted['state'], receipt: Receipt | undefined) {
  const stateOfError = receipt?.state === 'rejected' ? 'rejected' : state === 'expired' ? 'expired' : 'undelivered';
  return errorOfReceipt({ state: stateOfError, error: receipt?.error ?? null, raw: receipt?.raw ?? '' });
}

async function tellAll(
  database: Database,
  rows: readonly Changed[],
  changes: readonly Change[],
  texts: readonly LockedText[],
  now: Date,
): Promise<void> {
  const byId = new Map(changes.map((made) => [made.id, made]));
  const before = new Map(texts.map((text) => [text.id, text]));
  const events = rows.map((row) => {
    const made = byId.get(row.id);
    const text = before.get(row.id);
    return tell(row, row.status as 'delivered', now, {
      ...(text?.status === 'sent' && { sent_at: text.status_updated_at.toISOString() }),
      ...(made?.delivered_at && { delivered_at: made.delivered_at.toISOString() }),
      ...(made?.error && { error: made.error }),
      ...(made?.late && { late: true }),
    });
  });
  await insertEvents(database, events);
}
