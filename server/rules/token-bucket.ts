/**
 * A token bucket: at most `perSecond` on average and `burst` at once. Times in milliseconds. Values, not objects that
 * change: keep the bucket that comes back.
 */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Carriers count per second, so what may come at once is a tenth of that. */
export function rateOf(perSecond: number): Rate {
  return { perSecond, burst: Math.max(1, perSecond / 10) };
}

export function fullBucket(rate: Rate, nowMs: number): TokenBucket {
  return { tokens: rate.burst, atMs: nowMs };
}

/** The bucket at `nowMs`. A clock that goes back adds nothing. */
export function refill(bucket: TokenBucket, rate: Rate, nowMs: number): TokenBucket {
  const passedMs = Math.max(0, nowMs - bucket.atMs);
  return {
    tokens: Math.min(rate.burst, bucket.tokens + (passedMs * rate.perSecond) / 1000),
    atMs: nowMs,
  };
}

/** Null when there is no whole token. */
export function takeToken(bucket: TokenBucket, rate: Rate, nowMs: number): TokenBucket | null {
  const current = refill(bucket, rate, nowMs);
  return current.tokens >= 1 - ROUNDING ? { ...current, tokens: Math.max(0, current.tokens - 1) } : null;
}

export function returnToken(bucket: TokenBucket, rate: Rate): TokenBucket {
  return { ...bucket, tokens: Math.min(rate.burst, bucket.tokens + 1) };
}

/** How long until a whole token is there, in whole milliseconds; 0 = now. */
export function waitForTokenMs(bucket: TokenBucket, rate: Rate, nowMs: number): number {
  const missing = 1 - ROUNDING - refill(bucket, rate, nowMs).tokens;
  return missing <= 0 ? 0 : Math.ceil((missing * 1000) / rate.perSecond);
}

/** Sums of thirds of a token fall just short of one. */
const ROUNDING = 1e-6;
