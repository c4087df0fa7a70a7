import { PARKING_BIND_STATUSES } from './command-status.ts';
import type { Closing } from './connection.ts';

/**
 * How long to wait before the next connection. Full jitter keeps many links of one carrier from coming back in step.
 * A bind that another try in a second will not change (credentials, too many binds) is tried rarely, but for ever:
 * carriers do repair accounts. Where nobody listens a try costs the peer next to nothing and says at once when it is
 * back, so those tries never become rare.
 */
export interface Reconnect {
  /** Tries in a row without a bind that lasted; 0 = the first one. */
  readonly attempt: number;
  /** The carrier refused the bind for good. */
  readonly parked: boolean;
  /** Not even a connection stood. */
  readonly unreachable: boolean;
}

/** Milliseconds. `random` is in [0, 1). */
export function reconnectDelayMs({ attempt, parked, unreachable }: Reconnect, random: number): number {
  if (unreachable) return Math.round(KNOCK_MIN_MS + random * KNOCK_SPREAD_MS);
  const doublings = 2 ** Math.min(attempt, DOUBLINGS_MAX);
  if (parked) return Math.min(PARKED_MAX_MS, Math.round(PARKED_MIN_MS * doublings * (1 + random * PARKED_SPREAD)));
  return Math.round(random * Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * doublings));
}

/** What one link has been through, and when it tries again. */
export interface Retries {
  /** Milliseconds until the next try. */
  after(closing: Pick<Closing, 'reason' | 'commandStatus' | 'wasConnected' | 'boundMs' | 'error'>): number;
  /** The last refusal was for good; until the next bind. */
  isParked(): boolean;
  /** True for the first failure of a kind, and ever more rarely while nobody listens. */
  isNews(): boolean;
  bound(): void;
  /** An operator wants it anew: what was is forgotten. */
  forget(): void;
}

export function createRetries(random: () => number): Retries {
  let attempt = 0;
  let parked = false;
  /** Tries in a row that nobody listened to. */
  let knocks = 0;
  return {
    after({ reason, commandStatus, wasConnected, boundMs, error }) {
      const unreachable = !wasConnected && (reason === 'connect_timeout' || NOBODY_THERE.has(error ?? ''));
      knocks = unreachable ? knocks + 1 : 0;
      if (unreachable) return reconnectDelayMs({ attempt, parked, unreachable }, random());
      const isParked = reason === 'bind_refused' && PARKING_BIND_STATUSES.has(commandStatus);
      const startsAnew = isParked !== parked || (boundMs !== null && boundMs >= STABLE_AFTER_MS);
      if (startsAnew) attempt = 0;
      parked = isParked;
      const delayMs = reconnectDelayMs({ attempt, parked, unreachable }, random());
      attempt += 1;
      return delayMs;
    },
    isParked: () => parked,
    isNews: () => Number.isInteger(Math.log2(Math.max(1, knocks))),
    bound() {
      parked = false;
      knocks = 0;
    },
    forget() {
      attempt = 0;
      parked = false;
      knocks = 0;
    },
  };
}

/** A bind that lasted this long was a good one: the next loss starts from the beginning. */
export const STABLE_AFTER_MS = 30_000;

const BACKOFF_MIN_MS = 1_000;
const BACKOFF_MAX_MS = 60_000;
const PARKED_MIN_MS = 60_000;
const PARKED_MAX_MS = 15 * 60_000;
const PARKED_SPREAD = 0.1;
const DOUBLINGS_MAX = 10;
/** Never more than one try a second, and always one within 1.7 s. */
const KNOCK_MIN_MS = 1_000;
const KNOCK_SPREAD_MS = 700;
/** A name that cannot be looked up is not among them: that costs more than a connection, and says nothing of the peer. */
const NOBODY_THERE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);
