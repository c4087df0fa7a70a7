import type { Clock } from '../clock.ts';
import { adaptiveRate, cut, ease, recover } from '../rules/adaptive-rate.ts';
import { lastSecond } from '../rules/last-second.ts';
import { fullBucket, rateOf, returnToken, takeToken, waitForTokenMs } from '../rules/token-bucket.ts';
import type { TokenBucket } from '../rules/token-bucket.ts';

/**
 * How fast an account may submit: one pace for all its binds, which gives way to ESME_RTHROTTLED, and one for each
 * bind. Segments are what is counted; binds are known by their index.
 */
export interface Pace {
  /** One segment on this bind now; false when that is too early. */
  take(bind: number): boolean;
  giveBack(bind: number): void;
  /** 0 = now. */
  waitMs(bind: number): number;
  accepted(): void;
  /** The carrier has refused a segment with ESME_RTHROTTLED after this round trip. */
  throttled(roundTripMs: number): void;
  /** The same with ESME_RMSGQFUL. */
  queueFull(roundTripMs: number): void;
  /** Segments per second that may leave now; null = no limit. */
  perSecond(): number | null;
  /** Segments that were accepted in the last second. */
  goodput(): number;
}

export interface PaceOptions {
  readonly ratePerSecond: number | null;
  readonly ratePerBind: number | null;
  readonly binds: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

export function createPace({ ratePerSecond, ratePerBind, binds, clock }: PaceOptions): Pace {
  const nowMs = () => clock.monotonic();
  let adaptive = adaptiveRate(ratePerSecond, nowMs());
  const accepted = lastSecond();
  const account = createBucket(ratePerSecond, nowMs);
  const each = Array.from({ length: binds }, () => createBucket(ratePerBind, nowMs));

  /** Brings the bucket of the account to the pace of this moment. */
  function recovered() {
    adaptive = recover(adaptive, nowMs());
    account.setRate(adaptive.perSecond);
    return account;
  }

  return {
    take(bind) {
      if ((each[bind]?.waitMs() ?? 0) > 0 || !recovered().take()) return false;
      each[bind]?.take();
      return true;
    },
    giveBack(bind) {
      account.giveBack();
      each[bind]?.giveBack();
    },
    waitMs: (bind) => Math.max(recovered().waitMs(), each[bind]?.waitMs() ?? 0),
    accepted: () => accepted.add(nowMs()),
    throttled(roundTripMs) {
      const before = adaptive.cutAtMs;
      adaptive = cut(adaptive, nowMs(), roundTripMs, accepted.count(nowMs()));
      if (adaptive.cutAtMs === before) return;
      account.setRate(adaptive.perSecond);
      account.empty();
    },
    queueFull(roundTripMs) {
      adaptive = ease(adaptive, nowMs(), roundTripMs, accepted.count(nowMs()));
      account.setRate(adaptive.perSecond);
    },
    perSecond: () => recover(adaptive, nowMs()).perSecond,
    goodput: () => accepted.count(nowMs()),
  };
}

/** A token bucket whose rate may change; without a rate it always has tokens. */
function createBucket(perSecond: number | null, nowMs: () => number) {
  let rate = perSecond === null ? null : rateOf(perSecond);
  let bucket: TokenBucket = rate ? fullBucket(rate, nowMs()) : { tokens: 0, atMs: nowMs() };
  return {
    setRate(next: number | null) {
      if (next === (rate?.perSecond ?? null)) return;
      if (rate === null) bucket = { tokens: 0, atMs: nowMs() };
      rate = next === null ? null : rateOf(next);
    },
    take(): boolean {
      if (rate === null) return true;
      const next = takeToken(bucket, rate, nowMs());
      if (next) bucket = next;
      return next !== null;
    },
    giveBack() {
      if (rate) bucket = returnToken(bucket, rate);
    },
    empty() {
      bucket = { tokens: 0, atMs: nowMs() };
    },
    waitMs: () => (rate === null ? 0 : waitForTokenMs(bucket, rate, nowMs())),
  };
}
