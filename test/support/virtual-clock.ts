import type { Clock } from '../../server/clock.ts';

export interface VirtualClock extends Clock {
  /** Moves time forward by `ms`, running each timer at its moment, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Timers still waiting: 0 proves that nothing leaks. */
  pending(): number;
}

/** A clock that only moves when told to. It starts at 2026-11-20T12:00:00Z. */
export function virtualClock(start = Date.UTC(2026, 10, 20, 12)): VirtualClock {
  let now = start;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + Math.max(0, ms), run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await settle();
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        timers = timers.filter((timer) => timer !== next);
        next.run();
      }
      now = end;
      await settle();
    },
    pending: () => timers.length,
  };
}

const settle = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
