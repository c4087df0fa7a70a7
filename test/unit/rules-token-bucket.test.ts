import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { fullBucket, rateOf, refill, returnToken, takeToken, waitForTokenMs } from '../../server/rules/token-bucket.ts';

describe('a token bucket', () => {
  test('gives a tenth of a second at once and then one at a time', () => {
    const rate = rateOf(50);
    let bucket = fullBucket(rate, 0);
    for (let taken = 0; taken < 5; taken += 1) bucket = takeToken(bucket, rate, 0) ?? expect.fail('empty too soon');
    expect(takeToken(bucket, rate, 0)).toBeNull();
    expect(waitForTokenMs(bucket, rate, 0)).toBe(20);
    expect(takeToken(bucket, rate, 19)).toBeNull();
    expect(takeToken(bucket, rate, 20)).not.toBeNull();
  });

  test('of a slow carrier still gives one token', () => {
    const rate = rateOf(0.5);
    const empty = takeToken(fullBucket(rate, 0), rate, 0);
    expect(empty && waitForTokenMs(empty, rate, 0)).toBe(2_000);
  });

  test('takes a token back, never more than it holds', () => {
    const rate = rateOf(10);
    const full = fullBucket(rate, 0);
    expect(returnToken(full, rate)).toEqual(full);
    const empty = takeToken(full, rate, 0);
    expect(empty && returnToken(empty, rate)).toEqual(full);
  });

  test('gains nothing when the clock goes back', () => {
    const rate = rateOf(10);
    expect(refill({ tokens: 0, atMs: 1_000 }, rate, 0).tokens).toBe(0);
  });

  propertyTest.prop([
    fc.double({ min: 0.2, max: 1_000, noNaN: true }),
    fc.array(fc.nat(500), { minLength: 1, maxLength: 200 }),
  ])(
    'never gives more than the rate and one burst in any time, and gives when it said it would',
    (perSecond, steps) => {
      const rate = rateOf(perSecond);
      let bucket = fullBucket(rate, 0);
      let now = 0;
      let taken = 0;
      for (const step of steps) {
        now += step;
        for (let next = takeToken(bucket, rate, now); next; next = takeToken(bucket, rate, now)) {
          bucket = next;
          taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(rate.burst + (now * perSecond) / 1000 + 0.01);
        now += waitForTokenMs(bucket, rate, now);
        bucket = takeToken(bucket, rate, now) ?? expect.fail('the wait was too short');
        taken += 1;
      }
    },
  );
});
