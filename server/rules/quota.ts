import { refill, type Rate, type TokenBucket } from './token-bucket.ts';

/** So many units per so many seconds: a bucket that holds all of them at once and fills evenly. */
export interface Quota {
  readonly units: number;
  readonly seconds: number;
}

export type Spent =
  | { readonly ok: true; readonly bucket: TokenBucket }
  /** Whole seconds until the same would pass. */
  | { readonly ok: false; readonly retryAfterSeconds: number };

export const rateOfQuota = ({ units, seconds }: Quota): Rate => ({ perSecond: units / seconds, burst: units });

/**
 * Takes `units`, all or none. What is larger than the whole quota passes when the bucket is full, and is paid back
 * before anything else passes: it would never pass otherwise.
 */
export function spend(bucket: TokenBucket, quota: Quota, units: number, nowMs: number): Spent {
  const rate = rateOfQuota(quota);
  const current = refill(bucket, rate, nowMs);
  const missing = Math.min(units, quota.units) - current.tokens;
  if (missing <= ROUNDING) return { ok: true, bucket: { ...current, tokens: current.tokens - units } };
  return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil(missing / rate.perSecond - ROUNDING)) };
}

/** Units that were taken and not used. */
export function giveBack(bucket: TokenBucket, quota: Quota, units: number): TokenBucket {
  return { ...bucket, tokens: Math.min(quota.units, bucket.tokens + units) };
}

/** Whole units that are left, and whole seconds until all of them are there again. */
export function standing(bucket: TokenBucket, quota: Quota, nowMs: number) {
  const rate = rateOfQuota(quota);
  const { tokens } = refill(bucket, rate, nowMs);
  return {
    remaining: Math.max(0, Math.floor(tokens + ROUNDING)),
    resetSeconds: Math.max(0, Math.ceil((quota.units - tokens) / rate.perSecond - ROUNDING)),
  };
}

const ROUNDING = 1e-6;
