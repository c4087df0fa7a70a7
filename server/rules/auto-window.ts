/**
 * How many submit_sm may be unanswered at once on a bind, so that waiting for answers never slows it down (Little's
 * law, and half as much again). `perSecond`: segments per second on this bind; `roundTripMs`: 95 of 100 answers come
 * within it.
 */
export function autoWindow(perSecond: number, roundTripMs: number, max: number): number {
  return Math.min(max, Math.max(1, Math.ceil((perSecond * roundTripMs * 1.5) / 1_000)));
}

/** More would put too many texts in doubt when a link is lost. */
export const AUTO_WINDOW_MAX = 100;
/** Until enough answers are measured. */
export const AUTO_WINDOW_START = 10;

/** The last round trips, in milliseconds, and their 95th percentile. */
export interface RoundTrips {
  add(ms: number): void;
  /** Null until there are {@link SAMPLES_MIN}. */
  p95(): number | null;
}

export function roundTrips(): RoundTrips {
  const samples: number[] = [];
  let next = 0;
  let since = 0;
  let p95: number | null = null;
  return {
    add(ms) {
      samples[next] = ms;
      next = (next + 1) % SAMPLES_MAX;
      since += 1;
      // Sorting for each answer would cost more than the answer.
      if (since < (p95 === null ? SAMPLES_MIN : SORT_EVERY)) return;
      since = 0;
      p95 = samples.toSorted((a, b) => a - b)[Math.ceil(samples.length * 0.95) - 1] ?? null;
    },
    p95: () => p95,
  };
}

export const SAMPLES_MIN = 16;
const SAMPLES_MAX = 128;
const SORT_EVERY = 64;
