import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { type AdaptiveRate, adaptiveRate, cut, ease, recover } from '../../server/rules/adaptive-rate.ts';
import { lastSecond } from '../../server/rules/last-second.ts';
import { rateOf, takeToken } from '../../server/rules/token-bucket.ts';

/** Says whether a segment that arrives at `atMs` is taken. Carriers count in one of these ways. */
type Limit = (atMs: number) => boolean;

const limits: Readonly<Record<string, (perSecond: number) => Limit>> = {
  'per second of its clock': (perSecond) => {
    let second = -1;
    let taken = 0;
    return (atMs) => {
      if (Math.floor(atMs / 1_000) !== second) taken = 0;
      second = Math.floor(atMs / 1_000);
      if (taken >= perSecond) return false;
      taken += 1;
      return true;
    };
  },
  'in the last 1,000 ms': (perSecond) => {
    let taken: number[] = [];
    return (atMs) => {
      taken = taken.filter((before) => before > atMs - 1_000);
      if (taken.length >= perSecond) return false;
      taken.push(atMs);
      return true;
    };
  },
  'by a token bucket of a second': (perSecond) => bucketLimit(perSecond, perSecond),
  'by a token bucket of a tenth of a second': (perSecond) => bucketLimit(perSecond, perSecond / 10),
};

function bucketLimit(perSecond: number, burst: number): Limit {
  let tokens = burst;
  let lastMs = 0;
  return (atMs) => {
    tokens = Math.min(burst, tokens + ((atMs - lastMs) * perSecond) / 1_000);
    lastMs = atMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

interface Drive {
  readonly limit: Limit;
  readonly ceiling: number | null;
  readonly roundTripMs: number;
  readonly window: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Always something to send. Counts what was accepted and throttled between `fromMs` and `toMs`. */
function drive({ limit, ceiling, roundTripMs, window, fromMs, toMs }: Drive) {
  let rate = adaptiveRate(ceiling, 0);
  let bucket = { tokens: 0, atMs: 0 };
  let underWay: { readonly backMs: number; readonly accepted: boolean }[] = [];
  const good = lastSecond();
  const counts = { accepted: 0, throttled: 0 };
  for (let nowMs = 0; nowMs < toMs; nowMs += 1) {
    for (const { accepted } of underWay.filter(({ backMs }) => backMs <= nowMs)) {
      if (nowMs >= fromMs) counts[accepted ? 'accepted' : 'throttled'] += 1;
      if (accepted) good.add(nowMs);
      else rate = cut(rate, nowMs, roundTripMs, good.count(nowMs));
      if (rate.cutAtMs === nowMs) bucket = { tokens: 0, atMs: nowMs };
    }
    underWay = underWay.filter(({ backMs }) => backMs > nowMs);
    rate = recover(rate, nowMs);
    while (underWay.length < window) {
      const next = rate.perSecond === null ? bucket : takeToken(bucket, rateOf(rate.perSecond), nowMs);
      if (!next) break;
      bucket = next;
      underWay.push({ backMs: nowMs + roundTripMs, accepted: limit(nowMs + roundTripMs / 2) });
    }
  }
  return { ...counts, rate };
}

const cases = Object.keys(limits).flatMap((name) =>
  [2, 50, 300].flatMap((roundTripMs) => [null, 1_000, 200].map((ceiling) => [name, roundTripMs, ceiling] as const)),
);

describe('a carrier that allows 100 segments a second', () => {
  test.each(cases)('%s, at a round trip of %i ms and an agreed %s, gets 95 and throttles less than 2 %%', (...one) => {
    const [name, roundTripMs, ceiling] = one;
    const limit = limits[name]?.(100) ?? (() => true);
    // Where nothing is agreed, the first second may be far off, and it takes a while to feel the way up.
    const fromMs = 30_000;
    const toMs = 60_000;
    const { accepted, throttled } = drive({ limit, ceiling, roundTripMs, window: 50, fromMs, toMs });
    expect(accepted).toBeGreaterThanOrEqual(95 * 30);
    expect(throttled / (accepted + throttled)).toBeLessThan(0.02);
  });

  test('that allows 20 from some moment on is followed, and followed back', () => {
    const before = limits['per second of its clock']?.(100) ?? (() => true);
    const meanwhile = limits['per second of its clock']?.(20) ?? (() => true);
    const limit: Limit = (atMs) => (atMs > 20_000 && atMs < 60_000 ? meanwhile(atMs) : before(atMs));
    const common = { limit, ceiling: 1_000, roundTripMs: 20, window: 50 };
    const low = drive({ ...common, fromMs: 30_000, toMs: 60_000 });
    expect(low.accepted).toBeGreaterThanOrEqual(0.9 * 20 * 30);
    expect(low.throttled / (low.accepted + low.throttled)).toBeLessThan(0.05);
    const high = drive({ ...common, fromMs: 90_000, toMs: 120_000 });
    expect(high.accepted).toBeGreaterThanOrEqual(95 * 30);
  });
});

describe('R086: the pace', () => {
  test('is what is agreed until the carrier throttles', () => {
    expect(recover(adaptiveRate(50, 0), 100_000).perSecond).toBe(50);
    expect(recover(adaptiveRate(null, 0), 100_000).perSecond).toBeNull();
  });

  test('is cut to 70 %, once per round trip', () => {
    const first = cut(adaptiveRate(100, 0), 1_000, 300, 100);
    expect(first.perSecond).toBeCloseTo(70);
    expect(cut(first, 1_299, 300, 100).perSecond).toBeGreaterThanOrEqual(70);
    expect(cut(first, 1_300, 300, 100).perSecond).toBeLessThan(70);
  });

  test('returns to just below what was borne, waits, and then rises by 5 % a second', () => {
    let rate = cut(adaptiveRate(1_000, 0), 0, 100, 1_000);
    const at = (toMs: number) => {
      for (let nowMs = rate.atMs; nowMs <= toMs; nowMs += 10) rate = recover(rate, nowMs);
      return rate.perSecond ?? 0;
    };
    expect(at(1_000)).toBeCloseTo(980);
    expect(at(4_990)).toBeCloseTo(980);
    expect(at(5_400)).toBeCloseTo(1_000);
    expect(at(60_000)).toBe(1_000);
  });

  test('is eased to 90 % by a full queue, once per round trip, and is back within half a second', () => {
    const first = ease(adaptiveRate(100, 0), 1_000, 300, 100);
    expect(first.perSecond).toBeCloseTo(90);
    expect(ease(first, 1_299, 300, 100).perSecond).toBeGreaterThanOrEqual(90);
    expect(recover(first, 1_500).perSecond).toBeCloseTo(98);
    const cutBefore = cut(adaptiveRate(100, 0), 1_000, 300, 100);
    expect(ease(cutBefore, 1_200, 300, 100).perSecond).toBeGreaterThanOrEqual(70);
    expect(cut(first, 1_100, 300, 100).perSecond).toBeLessThanOrEqual(70);
  });

  test('never falls below half by full queues alone, which may be those of a few recipients', () => {
    let rate = adaptiveRate(100, 0);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 10) rate = ease(rate, nowMs, 10, 100);
    expect(rate.perSecond).toBeGreaterThanOrEqual(45);
    expect(rate.perSecond).toBeLessThan(70);
  });

  test('has nothing to ease where nothing is agreed and hardly anything is sent', () => {
    expect(ease(adaptiveRate(null, 0), 1_000, 50, 10).perSecond).toBeNull();
    expect(ease(adaptiveRate(null, 0), 1_000, 50, 500).perSecond).toBeCloseTo(450);
  });

  test('learns nothing while nobody sends', () => {
    const rate = cut(adaptiveRate(1_000, 0), 0, 100, 1_000);
    expect(recover(rate, 3_600_000).perSecond).toBeLessThanOrEqual(980);
  });

  propertyTest.prop([
    fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: null }),
    fc.array(fc.record({ afterMs: fc.nat(3_000), throttled: fc.boolean(), goodput: fc.nat(6_000) }), {
      maxLength: 200,
    }),
  ])('never exceeds what is agreed, never reaches zero, never goes up at a throttle', (ceiling, steps) => {
    let rate: AdaptiveRate = adaptiveRate(ceiling, 0);
    let nowMs = 0;
    for (const { afterMs, throttled, goodput } of steps) {
      nowMs += afterMs;
      const before = recover(rate, nowMs).perSecond;
      rate = throttled ? cut(rate, nowMs, 50, goodput) : recover(rate, nowMs);
      if (throttled && before !== null) expect(rate.perSecond).toBeLessThanOrEqual(Math.max(before, rate.floor));
      if (rate.perSecond === null) continue;
      expect(rate.perSecond).toBeGreaterThanOrEqual(rate.floor);
      if (ceiling !== null) expect(rate.perSecond).toBeLessThanOrEqual(ceiling);
    }
  });
});
