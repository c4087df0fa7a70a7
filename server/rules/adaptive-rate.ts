/**
 * The pace that a carrier can bear, learned from its ESME_RTHROTTLED: additive increase, multiplicative decrease, as
 * TCP does it, with a memory. A throttled segment cuts the pace to 70 %, once per round trip; the pace then returns
 * within a second to just below what the carrier was seen to take, stays there for a while, and feels its way up by
 * 5 % a second (20 % once that met no resistance). A plain sawtooth would waste a sixth of what the carrier allows. Times in milliseconds, rates in
 * segments per second. Values, not objects that change: keep the one that comes back.
 */
export interface AdaptiveRate {
  /** Null = nothing is known and nothing agreed: no limit. */
  readonly perSecond: number | null;
  /** What is agreed; it is never exceeded. Null = nothing. */
  readonly ceiling: number | null;
  /** The highest pace that the carrier was seen to bear; null while it has never throttled. */
  readonly known: number | null;
  /** The pace never falls below it. */
  readonly floor: number;
  readonly cutAtMs: number;
  readonly easedAtMs: number;
  readonly holdUntilMs: number;
  readonly atMs: number;
}

export function adaptiveRate(ceiling: number | null, nowMs: number): AdaptiveRate {
  const never = Number.NEGATIVE_INFINITY;
  const floor = ceiling === null ? FLOOR : Math.min(FLOOR, ceiling);
  return {
    perSecond: ceiling,
    ceiling,
    known: null,
    floor,
    cutAtMs: never,
    easedAtMs: never,
    holdUntilMs: never,
    atMs: nowMs,
  };
}

/**
 * The carrier has throttled. `goodput` is what it accepted in the last second: hardly less than it can bear, if the
 * pace was used.
 */
export function cut(rate: AdaptiveRate, nowMs: number, roundTripMs: number, goodput: number): AdaptiveRate {
  const current = recover(rate, nowMs);
  if (nowMs - current.cutAtMs < Math.max(roundTripMs, CUT_EVERY_MIN_MS)) return current;
  // A cut on the way back says nothing of the pace at which it happened, only of the one that was aimed at.
  const isOnTheWay = current.known !== null && (current.perSecond ?? 0) < current.known * PLATEAU;
  const tried = (isOnTheWay ? current.known : current.perSecond) ?? Math.max(goodput, START);
  const known = Math.max(current.floor, Math.min(tried, Math.max(goodput, tried * CUT)));
  const perSecond = Math.max(current.floor, CUT * Math.min(current.perSecond ?? known, known));
  return { ...current, known, perSecond, cutAtMs: nowMs, holdUntilMs: nowMs + HOLD_MS, atMs: nowMs };
}

/**
 * The carrier's queue is full, perhaps that of one recipient only: 90 %, once per round trip, for the moment it takes
 * to come back from there. What the carrier is known to bear stays as it is: this alone never costs more than half.
 */
export function ease(rate: AdaptiveRate, nowMs: number, roundTripMs: number, goodput: number): AdaptiveRate {
  const current = recover(rate, nowMs);
  const lastMs = Math.max(current.cutAtMs, current.easedAtMs);
  if (nowMs - lastMs < Math.max(roundTripMs, CUT_EVERY_MIN_MS)) return current;
  // Where nothing is agreed and little is sent, there is nothing to slow down.
  const tried = current.perSecond ?? (goodput >= START ? goodput : null);
  if (tried === null) return current;
  const perSecond = Math.max(current.floor, EASE * tried);
  return { ...current, known: current.known ?? tried, perSecond, easedAtMs: nowMs, atMs: nowMs };
}

/** The pace at `nowMs`. Time in which nobody asked does not count: an idle link learns nothing. */
export function recover(rate: AdaptiveRate, nowMs: number): AdaptiveRate {
  const passedMs = Math.min(ACTIVE_MAX_MS, Math.max(0, nowMs - rate.atMs));
  if (passedMs === 0 || rate.perSecond === null || rate.known === null) return rate;
  const plateau = rate.known * PLATEAU;
  const growth = nowMs < rate.holdUntilMs ? 0 : nowMs < rate.holdUntilMs + PROBE_MS ? PROBE : FAST_PROBE;
  const perSecond =
    rate.perSecond < plateau
      ? Math.min(plateau, rate.perSecond + (rate.known * RETURN * passedMs) / 1_000)
      : rate.perSecond * (1 + (growth * passedMs) / 1_000);
  return { ...rate, perSecond: Math.min(perSecond, rate.ceiling ?? PACE_MAX), atMs: nowMs };
}

const CUT = 0.7;
const EASE = 0.9;
const PLATEAU = 0.98;
/** Shares of the pace, per second. */
const RETURN = 0.5;
const PROBE = 0.05;
/** Nothing throttled for so long: the carrier bears far more than was seen. */
const FAST_PROBE = 0.2;
const HOLD_MS = 5_000;
const PROBE_MS = 5_000;
const FLOOR = 1;
/** Where nothing is agreed and hardly anything was sent, one throttled segment says little: perhaps one recipient's limit. */
const START = 100;
/** Round trips of a carrier nearby are shorter than the bursts in which it throttles. */
const CUT_EVERY_MIN_MS = 100;
const ACTIVE_MAX_MS = 1_000;
const PACE_MAX = 100_000;
