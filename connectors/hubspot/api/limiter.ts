import { type Clock, sleep } from '../../../server/clock.ts';

export interface Limit {
  readonly max: number;
  readonly windowMs: number;
}

/** HubSpot allows five searches a second. */
export const SEARCHES: Limit = { max: 4, windowMs: 1_000 };

export interface Limiter {
  /** Resolves when one more call fits into every window, and counts it. */
  take(key: string, limit: Limit): Promise<void>;
}

/** Windows that slide: never more than `max` calls in any `windowMs`. First come, first served. */
export function createLimiter(clock: Clock): Limiter {
  const calls = new Map<string, number[]>();
  const turns = new Map<string, Promise<void>>();
  async function wait(key: string, { max, windowMs }: Limit): Promise<void> {
    for (;;) {
      const now = clock.monotonic();
      const recent = (calls.get(key) ?? []).filter((at) => now - at < windowMs);
      calls.set(key, recent);
      const oldest = recent[recent.length - max];
      if (oldest === undefined) return void recent.push(now);
      await sleep(clock, oldest + windowMs - now);
    }
  }
  return {
    take(key, limit) {
      const turn = (turns.get(key) ?? Promise.resolve()).then(() => wait(key, limit));
      turns.set(key, turn);
      return turn;
    },
  };
}
