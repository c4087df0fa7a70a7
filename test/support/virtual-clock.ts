import type { Clock } from '../../server/clock.ts';

export interface VirtualClock extends Clock {
  /** Moves time forward by `ms`, running each timer at its moment, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Sets the time of day forward or back, as an operator or NTP may; no timer runs. */
  jump(ms: number): void;
  /** Timers still waiting: 0 proves that nothing leaks. */
  pending(): number;
}

/** A clock that only moves when told to. It starts at 2026-11-20T12:00:00Z. */
export function virtualClock(start = Date.UTC(2026, 10, 20, 12)): VirtualClock {
  let elapsed = 0;
  let dayStart = start;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => dayStart + elapsed,
    monotonic: () => elapsed,
    after(ms, run) {
      const timer = { at: elapsed + Math.max(0, ms), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        await settle();
        const next = earliest(timers, end);
        if (!next) break;
        elapsed = Math.max(elapsed, next.at);
        timers.delete(next);
        next.run();
      }
      elapsed = end;
      await settle();
    },
    jump(ms) {
      dayStart += ms;
    },
    pending: () => timers.size,
  };
}

const settle = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

/** Of those that ring at the same moment, the one that was set first. */
function earliest<Timer extends { readonly at: number }>(timers: Iterable<Timer>, end: number): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) if (timer.at <= end && timer.at < (first?.at ?? Infinity)) first = timer;
  return first;
}
