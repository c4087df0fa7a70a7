/**
 * Takes turns between those who announce texts (start-time fair queueing): a job's rank is the turn in which it is due,
 * so what comes from somebody new stands beside the head of a long backlog and not behind its end. Lower ranks go first;
 * equal ones in the order in which they came.
 */
export interface FairOrder {
  /** The rank of a job with so many texts. `flow` is who announced them. */
  rank(flow: string, texts: number): number;
  /** A job of this rank is being worked off. */
  started(rank: number): void;
  /** Nothing waits any more. */
  reset(): void;
}

/** BullMQ's priorities end at 2^21; those who are that far ahead are served as they come. */
const RANK_MAX = 2 ** 21 - 1;
const FLOWS_MAX = 10_000;

/** `turn` is how many texts one turn has. */
export function createFairOrder(turn: number): FairOrder {
  let now = 0;
  const ends = new Map<string, number>();
  return {
    rank(flow, texts) {
      const start = Math.max(now, ends.get(flow) ?? 0);
      // Who is forgotten is served as if new.
      if (ends.size >= FLOWS_MAX) ends.clear();
      ends.set(flow, start + texts / turn);
      return Math.min(RANK_MAX, 1 + Math.floor(start));
    },
    started(rank) {
      now = Math.max(now, rank - 1);
    },
    reset() {
      now = 0;
      ends.clear();
    },
  };
}
