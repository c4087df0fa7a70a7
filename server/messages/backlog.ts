import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { countWaiting } from '../store/due.ts';

/** How many texts wait to be sent, closely enough to know when to take on no more. */
export interface Backlog {
  readonly isFull: () => boolean;
  /** A text was accepted. */
  note(): void;
}

const COUNT_EVERY_MS = 2_000;

/**
 * Counting is what a big backlog makes slow, so requests go by the last count and what was accepted since. `max`: texts;
 * 0 = there is no bound, and nothing is counted.
 */
export function createBacklog(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  max: number,
): Backlog {
  let counted = 0;
  let since = 0;
  let nextMs = 0;
  let isCounting = false;

  const count = async () => {
    isCounting = true;
    const before = since;
    try {
      counted = await countWaiting(database, max);
      since -= before;
    } catch {
      // Whoever cannot count cannot accept either: that is answered there.
    } finally {
      isCounting = false;
      nextMs = clock.now() + COUNT_EVERY_MS;
    }
  };

  return {
    isFull() {
      if (max === 0) return false;
      if (!isCounting && clock.now() >= nextMs) void count();
      return counted + since >= max;
    },
    note() {
      since += 1;
    },
  };
}
