import { type Clock, sleep } from '../../../server/clock.ts';

export interface Limit {
  readonly max: number;
  readonly windowMs: number;
}

/** HubSpot allows five searches a second. */
export const SEARCHES: Limit = { max: 4, windowMs: 1_000 };

export interface Limited extends Limit {
  /** Whose window it is. */
  readonly key: string;
}

export interface Limiter {
  /** Resolves when one more call fits into all windows at once, and counts it in each. */
  take(windows: readonly [Limited, ...Limited[]]): Promise<void>;
}

/**
 * Windows that slide: never more than `max` calls in any `windowMs`, the first half of them at once and the others evenly:
 * who is urgent waits for the next turn, not for the end of a window that an import has filled, and what is asked for
 * meanwhile gathers in fewer calls. Who asks with the same first window waits in order.
 */
export function createLimiter(clock: Clock): Limiter {
  const calls = new Map<string, number[]>();
  const turns = new Map<string, Promise<void>>();

  /** 0 = one more fits now. */
  function waitMs({ key, max, windowMs }: Limited): number {
    const now = clock.monotonic();
    const recent = (calls.get(key) ?? []).filter((at) => now - at < windowMs);
    calls.set(key, recent);
    const [oldest, last] = [recent[recent.length - max], recent.at(-1)];
    if (oldest !== undefined) return oldest + windowMs - now;
    return last === undefined || recent.length < max / 2 ? 0 : Math.max(0, Math.ceil(last + windowMs / max - now));
  }

  async function wait(windows: readonly Limited[]): Promise<void> {
    for (;;) {
      const ms = Math.max(...windows.map((one) => waitMs(one)));
      if (ms === 0) break;
      await sleep(clock, ms);
    }
    for (const { key } of windows) calls.get(key)?.push(clock.monotonic());
  }

  return {
    take(windows) {
      const [{ key }] = windows;
      const turn = (turns.get(key) ?? Promise.resolve()).then(() => wait(windows));
      turns.set(key, turn);
      return turn;
    },
  };
}
