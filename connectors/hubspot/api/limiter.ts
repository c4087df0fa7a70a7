import type { Clock } from '../../../server/clock.ts';

export interface Limit {
  readonly max: number;
  readonly windowMs: number;
  /** The second half of the calls of a window goes evenly: nobody waits for the end of a window that an import has filled. */
  readonly isEven?: boolean;
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

interface Waiting {
  readonly windows: readonly Limited[];
  readonly resolve: () => void;
}

/**
 * Windows that slide: never more than `max` calls in any `windowMs`. Who asked first goes first, of those who fit; what is
 * asked for while calls wait for their turns gathers in fewer of them.
 */
export function createLimiter(clock: Clock): Limiter {
  const calls = new Map<string, number[]>();
  const waiting: Waiting[] = [];
  let cancel = () => {};

  /** 0 = one more fits now. */
  function waitMs({ key, max, windowMs, isEven = false }: Limited): number {
    const now = clock.monotonic();
    const recent = (calls.get(key) ?? []).filter((at) => now - at < windowMs);
    calls.set(key, recent);
    const [oldest, last] = [recent[recent.length - max], recent.at(-1)];
    if (oldest !== undefined) return oldest + windowMs - now;
    if (!isEven || last === undefined || recent.length < max / 2) return 0;
    return Math.max(0, Math.ceil(last + windowMs / max - now));
  }

  function letThrough(): void {
    cancel();
    let nextMs = Infinity;
    for (const one of waiting.splice(0)) {
      const ms = Math.max(...one.windows.map((window) => waitMs(window)));
      if (ms === 0) {
        for (const { key } of one.windows) calls.get(key)?.push(clock.monotonic());
        one.resolve();
      } else {
        waiting.push(one);
        nextMs = Math.min(nextMs, ms);
      }
    }
    if (waiting.length > 0) cancel = clock.after(nextMs, letThrough);
  }

  return {
    take: (windows) =>
      new Promise((resolve) => {
        waiting.push({ windows, resolve });
        letThrough();
      }),
  };
}
