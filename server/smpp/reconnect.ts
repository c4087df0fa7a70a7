/**
 * How long to wait before the next connection. Full jitter keeps many links of one carrier from coming back in step.
 * A bind that another try in a second will not change (credentials, too many binds) is tried rarely, but for ever:
 * carriers do repair accounts.
 */
export interface Reconnect {
  /** Tries in a row without a bind that lasted; 0 = the first one. */
  readonly attempt: number;
  /** The carrier refused the bind for good. */
  readonly parked: boolean;
}

/** Milliseconds. `random` is in [0, 1). */
export function reconnectDelayMs({ attempt, parked }: Reconnect, random: number): number {
  const doublings = Math.min(attempt, DOUBLINGS_MAX);
  if (parked) return Math.min(PARKED_MAX_MS, PARKED_MIN_MS * 2 ** doublings);
  return Math.round(random * Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** doublings));
}

/** A bind that lasted this long was a good one: the next loss starts from the beginning. */
export const STABLE_AFTER_MS = 30_000;

const BACKOFF_MIN_MS = 1_000;
const BACKOFF_MAX_MS = 60_000;
const PARKED_MIN_MS = 60_000;
const PARKED_MAX_MS = 15 * 60_000;
const DOUBLINGS_MAX = 10;
