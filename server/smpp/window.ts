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
  /** Removes and returns the items whose answer is overdue. */
  expire(nowMs: number): number[];
  clear(): number[];
  /** When the oldest entry is overdue; null while empty. */
  deadline(): number | null;
}

export const RESPONSE_TIMEOUT_MS = 30_000;
const SEQUENCE_MAX = 0x7fff_ffff;

export function createWindow(max: number, firstSequence: number): Window {
  // A Map keeps the order of insertion, and all entries wait equally long: the first one is the oldest.
  const entries = new Map<number, { readonly item: number; readonly deadlineMs: number }>();
  let sequence = firstSequence - 1;

  return {
    isFull: () => entries.size >= max,
    size: () => entries.size,
    nextSequence() {
      do sequence = sequence >= SEQUENCE_MAX ? 1 : sequence + 1;
      while (entries.has(sequence));
      return sequence;
    },
    add(at, item, nowMs) {
      entries.set(at, { item, deadlineMs: nowMs + RESPONSE_TIMEOUT_MS });
    },
    take(at) {
      const entry = entries.get(at);
      entries.delete(at);
      return entry?.item ?? null;
    },
    expire(nowMs) {
      const overdue: number[] = [];
      for (const [at, entry] of entries) {
        if (entry.deadlineMs > nowMs) break;
        entries.delete(at);
        overdue.push(entry.item);
      }
      return overdue;
    },
    clear() {
      const items = [...entries.values()].map((entry) => entry.item);
      entries.clear();
      return items;
    },
    deadline: () => entries.values().next().value?.deadlineMs ?? null,
  };
}
