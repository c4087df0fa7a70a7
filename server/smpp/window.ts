/**
 * The send window: submit_sm without an answer, by sequence_number. Answers of another command never look here, so
 * a pair (command_id, sequence_number) names exactly one entry. Times in milliseconds.
 */
export interface Window {
  isFull(): boolean;
  size(): number;
  /** A sequence_number that nothing unanswered uses: 1 to 0x7FFFFFFF, then 1 again (SMPP 3.4 §3.2). */
  nextSequence(): number;
  add(sequence: number, item: number, nowMs: number): void;
  /** The item of this answer; null when it answers nothing. */
  take(sequence: number): number | null;
  /** The item of an answer that comes after its item was overdue, within 10 minutes; null when there is none. */
  takeLate(sequence: number, nowMs: number): number | null;
  /** Removes and returns the items whose answer is overdue. */
  expire(nowMs: number): number[];
  clear(): number[];
  /** When the oldest entry is overdue; null while empty. */
  deadline(): number | null;
}

const SEQUENCE_MAX = 0x7fff_ffff;
const LATE_MS = 10 * 60_000;
const LATE_MAX = 10_000;

export function createWindow(max: number, firstSequence: number, responseTimeoutMs: number): Window {
  // A Map keeps the order of insertion, and all entries wait equally long: the first one is the oldest.
  const entries = new Map<number, { readonly item: number; readonly deadlineMs: number }>();
  const late = new Map<number, { readonly item: number; readonly untilMs: number }>();
  let sequence = firstSequence - 1;

  function remember(at: number, item: number, nowMs: number): void {
    late.set(at, { item, untilMs: nowMs + LATE_MS });
    for (const [old, { untilMs }] of late) {
      if (untilMs > nowMs && late.size <= LATE_MAX) break;
      late.delete(old);
    }
  }

  return {
    isFull: () => entries.size >= max,
    size: () => entries.size,
    nextSequence() {
      do sequence = sequence >= SEQUENCE_MAX ? 1 : sequence + 1;
      while (entries.has(sequence) || late.has(sequence));
      return sequence;
    },
    add(at, item, nowMs) {
      entries.set(at, { item, deadlineMs: nowMs + responseTimeoutMs });
    },
    take(at) {
      const entry = entries.get(at);
      entries.delete(at);
      return entry?.item ?? null;
    },
    takeLate(at, nowMs) {
      const entry = late.get(at);
      late.delete(at);
      return entry && entry.untilMs > nowMs ? entry.item : null;
    },
    expire(nowMs) {
      const overdue: number[] = [];
      for (const [at, entry] of entries) {
        if (entry.deadlineMs > nowMs) break;
        entries.delete(at);
        remember(at, entry.item, nowMs);
        overdue.push(entry.item);
      }
      return overdue;
    },
    clear() {
      const items = [...entries.values()].map((entry) => entry.item);
      entries.clear();
      late.clear();
      return items;
    },
    deadline: () => entries.values().next().value?.deadlineMs ?? null,
  };
}
