import { HELD_AMBIGUOUS } from '../rules/ambiguity.ts';
import { errorOfReceipt } from '../rules/message-errors.ts';
import { advance, aggregate, type SegmentState, stateOfAttempts, stateOfReceipt } from '../rules/status.ts';
import type { Database } from '../store/database.ts';
import { markSent, releaseHeld } from '../store/doubts.ts';
import type { EndedText } from '../contacts/findings.ts';
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
 * Brings texts to the status that the answers and receipts of all their segments add up to, in the transaction of the
 * caller. `matched` are receipts to be stored first, at most one for each segment. Answers the texts that ended.
 */
export async function settleTexts(
  database: Database,
  ids: readonly string[],
  now: Date,
  matched: readonly MatchedReceipt[] = [],
): Promise<EndedText[]> {
  if (ids.length === 0) return [];
  // One round trip: PostgreSQL takes them one after the other.
  const [locked, , states] = await Promise.all([
    lockTexts(database, ids),
    writeReceipts(
      database,
      matched.map(({ segment }) => segment),
    ),
    partStates(database, ids),
  ]);
  const parts = Map.groupBy(states, (part) => part.message_id);
  const texts = await settleDoubts(database, locked, parts, now);
  const receipts = Map.groupBy(matched, (match) => match.segment.message_id);
  const changes: Change[] = [];
  const counts: Pick<Change, 'id' | 'segments_delivered'>[] = [];
  for (const text of texts) {
    const counted = countParts(text, parts.get(text.id) ?? []);
    const made = changeOf(text, counted, receipts.get(text.id) ?? [], now);
    if (made) changes.push(made);
    else if (counted.delivered !== text.segments_delivered) {
      counts.push({ id: text.id, segments_delivered: counted.delivered });
    }
  }
  await noteDelivered(database, counts);
  if (changes.length === 0) return [];
  const changed = await change(database, changes, now);
  await tellAll(database, changed, changes, texts, now);
  return changed.map((row) => endedText(row, changes, receipts));
}

function endedText(
  { id, mode, contact, status }: Changed,
  changes: readonly Change[],
  receipts: ReadonlyMap<string, readonly MatchedReceipt[]>,
): EndedText {
  const error = changes.find((made) => made.id === id)?.error ?? null;
  return { id, mode, contact, status, error, smscId: receipts.get(id)?.[0]?.receipt.smscId ?? null };
}

/** Those of the texts whose parts the carriers have all accepted; locks them. */
export async function completeTexts(database: Database, ids: readonly string[]): Promise<string[]> {
  const texts = await lockTexts(database, ids);
  const parts = Map.groupBy(await partStates(database, ids), (part) => part.message_id);
  return texts.filter((text) => isComplete(text, parts.get(text.id) ?? [])).map(({ id }) => id);
}

/** Receipts are waited for this much longer than the text was valid, because they travel last. */
export const receiptDueAfter = (expiresAt: Date) => new Date(expiresAt.getTime() + RECEIPT_GRACE_MS);
const RECEIPT_GRACE_MS = 24 * 3_600_000;

type Parts = ReadonlyMap<string, readonly PartState[]>;

/**
 * A text that waits because of a doubt is sent once all its parts are known to have been accepted. One that is held
 * for a doubt that is gone goes on with the parts that the carrier does not have. Answers the texts as they are then.
 */
async function settleDoubts(
  database: Database,
  texts: readonly LockedText[],
  parts: Parts,
  now: Date,
): Promise<readonly LockedText[]> {
  const waiting = texts.filter(({ ambiguous, status }) => ambiguous && (status === 'queued' || status === 'held'));
  if (waiting.length === 0) return texts;
  const partsOf = ({ id }: LockedText) => parts.get(id) ?? [];
  const sent = waiting.filter((text) => isComplete(text, partsOf(text)));
  const free = waiting.filter((text) => text.hold_reason === HELD_AMBIGUOUS && isClear(partsOf(text)));
  const released = free.filter((text) => !sent.includes(text)).map(({ id }) => id);
  const changed = [
    ...(sent.length > 0
      ? await markSent(
          database,
          sent.map((text) => lastAccepted(text, partsOf(text))),
          now,
        )
      : []),
    ...(released.length > 0 ? await releaseHeld(database, released, now) : []),
  ];
  await insertEvents(
    database,
    changed.map((row) =>
      tell(row, row.status as 'sent', now, row.status === 'sent' ? { sent_at: now.toISOString() } : {}),
    ),
  );
  const statuses = new Map(changed.map(({ id, status }) => [id, status]));
  return texts.map((text) => {
    const status = statuses.get(text.id);
    return status ? { ...text, status, status_updated_at: now } : text;
  });
}

const isAccepted = (state: PartState['state']): state is SegmentState => state !== 'refused' && state !== 'unknown';

function isComplete(text: LockedText, parts: readonly PartState[]): boolean {
  const accepted = new Set(parts.filter(({ state }) => isAccepted(state)).map(({ part }) => part));
  return accepted.size >= text.segments;
}

/** No part of the last attempt is in doubt any more. */
function isClear(parts: readonly PartState[]): boolean {
  const last = Math.max(...parts.map(({ attempt }) => attempt));
  return parts.length > 0 && !parts.some(({ attempt, state }) => attempt === last && state === 'unknown');
}

function lastAccepted({ id }: LockedText, parts: readonly PartState[]) {
  const last = parts.filter(({ state }) => isAccepted(state)).sort((a, b) => b.attempt - a.attempt)[0];
  return { id, smsc_id: last?.smsc_id ?? '' };
}

interface Counted {
  readonly delivered: number;
  readonly state: SegmentState;
}

/** A part that was never accepted counts as still under way. */
function countParts(text: LockedText, parts: readonly PartState[]): Counted {
  const byPart = Map.groupBy(
    parts.filter(({ state }) => isAccepted(state)),
    ({ part }) => part,
  );
  const submitted = text.submit_count ?? text.segments;
  const states = Array.from({ length: submitted }, (_, index) =>
    stateOfAttempts((byPart.get(index + 1) ?? []).map(({ state }) => state).filter(isAccepted)),
  );
  const delivered = states.filter((state) => state === 'delivered').length;
  // Where the carrier cuts a text itself, one receipt is for several segments.
  return { delivered: delivered === submitted ? text.segments : delivered, state: aggregate(states) };
}

function changeOf(text: LockedText, counted: Counted, matched: readonly MatchedReceipt[], now: Date): Change | null {
  // Receipts of some parts say nothing about a text whose other parts are still ours to send.
  if (counted.state === 'sent' || (text.status !== 'sent' && text.status !== 'expired')) return null;
  const step = advance(text.status, counted.state, {
    nowMs: now.getTime(),
    sinceMs: text.status_updated_at.getTime(),
  });
  if (!step.change) return null;
  return {
    id: text.id,
    status: step.status,
    error: counted.state === 'delivered' ? null : errorOf(counted.state, matched),
    due_at: null,
    hold_reason: null,
    late: step.late,
    segments_delivered: counted.delivered,
    delivered_at: counted.state === 'delivered' ? now : null,
  };
}

/** The receipt of the part that decided speaks for the text. */
function errorOf(state: SegmentState, matched: readonly MatchedReceipt[]) {
  const receipt = matched.find((match) => stateOfReceipt(match.receipt.state) === state)?.receipt;
  const shown = receipt?.state === 'rejected' ? 'rejected' : state === 'expired' ? 'expired' : 'undelivered';
  return errorOfReceipt({
    state: shown,
    error: receipt?.error ?? null,
    raw: receipt?.raw ?? '',
    tlvs: receipt?.tlvs,
  });
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
