import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { giveBack, type Quota, rateOfQuota, spend, standing } from '../../server/rules/quota.ts';
import { fullBucket } from '../../server/rules/token-bucket.ts';

// R057: rate limits protect what is behind them.

const perMinute: Quota = { units: 300, seconds: 60 };
const full = (quota: Quota) => fullBucket(rateOfQuota(quota), 0);

describe('a quota', () => {
  test('lets all of it through at once, and then as much as it fills', () => {
    const spent = spend(full(perMinute), perMinute, 300, 0);
    if (!spent.ok) throw new Error('refused');
    expect(spend(spent.bucket, perMinute, 1, 0)).toEqual({ ok: false, retryAfterSeconds: 1 });
    expect(spend(spent.bucket, perMinute, 10, 0)).toEqual({ ok: false, retryAfterSeconds: 2 });
    expect(spend(spent.bucket, perMinute, 10, 2_000).ok).toBe(true);
  });

  test('takes all of a request or nothing of it', () => {
    const spent = spend(full(perMinute), perMinute, 299, 0);
    if (!spent.ok) throw new Error('refused');
    expect(spend(spent.bucket, perMinute, 2, 0).ok).toBe(false);
    expect(spend(spent.bucket, perMinute, 1, 0).ok).toBe(true);
  });

  test('lets through what is larger than itself when it is full, and waits until that is paid back', () => {
    const quota = { units: 100, seconds: 10 };
    const spent = spend(full(quota), quota, 250, 0);
    if (!spent.ok) throw new Error('refused');
    expect(standing(spent.bucket, quota, 0)).toEqual({ remaining: 0, resetSeconds: 25 });
    expect(spend(spent.bucket, quota, 1, 0)).toEqual({ ok: false, retryAfterSeconds: 16 });
    expect(spend(spent.bucket, quota, 1, 16_000).ok).toBe(true);
  });

  test('says how much is left and when all of it is there again', () => {
    const spent = spend(full(perMinute), perMinute, 13, 0);
    if (!spent.ok) throw new Error('refused');
    expect(standing(spent.bucket, perMinute, 0)).toEqual({ remaining: 287, resetSeconds: 3 });
    expect(standing(spent.bucket, perMinute, 60_000)).toEqual({ remaining: 300, resetSeconds: 0 });
    expect(standing(giveBack(spent.bucket, perMinute, 50), perMinute, 0).remaining).toBe(300);
  });

  test('never lets more through than it holds and fills, and a refused request passes after the time it was told', () => {
    const request = fc.record({ afterMs: fc.nat(5_000), units: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60 }), fc.integer({ min: 1, max: 100 }), (requests, units) => {
        const quota = { units, seconds: 10 };
        let bucket = full(quota);
        let nowMs = 0;
        let passed = 0;
        let largest = 0;
        for (const one of requests) {
          nowMs += one.afterMs;
          const spent = spend(bucket, quota, one.units, nowMs);
          if (!spent.ok) {
            expect(spend(bucket, quota, one.units, nowMs + spent.retryAfterSeconds * 1_000).ok).toBe(true);
            continue;
          }
          bucket = spent.bucket;
          passed += one.units;
          largest = Math.max(largest, one.units - units);
        }
        expect(passed).toBeLessThanOrEqual(units + (nowMs * units) / 10_000 + Math.max(0, largest) + 1e-3);
      }),
    );
  });
});
