import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  afterRefusal,
  DEFAULT_RETRY_POLICY,
  dueAt,
  nextWebhookDelayMs,
  retryPolicy,
} from '../../server/rules/retry.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const failed = { target: 'endpoint', attempts: 0, elapsedMs: 0, retryAfterMs: null, random: 0.5 } as const;

describe('R132: when a webhook is tried again', () => {
  test('at once, then after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, then never', () => {
    const delays = Array.from({ length: 12 }, (_, attempts) => nextWebhookDelayMs({ ...failed, attempts }));
    const hours = [2, 5, 10, 14, 20, 24].map((count) => count * hour);
    expect(delays).toEqual([0, 5 * second, 5 * minute, 30 * minute, ...hours, null, null]);
  });

  test('R090: the jitter is 10 % either way', () => {
    expect(nextWebhookDelayMs({ ...failed, attempts: 4, random: 0 })).toBe(1.8 * hour);
    expect(nextWebhookDelayMs({ ...failed, attempts: 4, random: 0.999_999 })).toBeCloseTo(2.2 * hour, -2);
  });

  test('Retry-After lengthens a wait, never shortens it, and never beyond a day', () => {
    expect(nextWebhookDelayMs({ ...failed, attempts: 1, retryAfterMs: minute })).toBe(minute);
    expect(nextWebhookDelayMs({ ...failed, attempts: 3, retryAfterMs: minute })).toBe(30 * minute);
    expect(nextWebhookDelayMs({ ...failed, attempts: 1, retryAfterMs: 1e12 })).toBe(24 * hour);
    expect(nextWebhookDelayMs({ ...failed, attempts: 1, retryAfterMs: -5 })).toBe(5 * second);
  });

  property.prop([
    fc.array(
      fc.record({
        random: fc.double({ min: 0, max: 0.999, noNaN: true }),
        asked: fc.option(fc.integer({ min: 0, max: 48 * hour })),
      }),
      { minLength: 15, maxLength: 15 },
    ),
  ])(
    'a status_callback is over within 24 hours, whatever the receiver asks for; an endpoint after ten attempts',
    (answers) => {
      for (const target of ['status_callback', 'endpoint'] as const) {
        let elapsedMs = 0;
        let attempts = 0;
        for (const { random, asked } of answers) {
          const delay = nextWebhookDelayMs({ target, attempts, elapsedMs, retryAfterMs: asked, random });
          if (delay === null) break;
          attempts += 1;
          elapsedMs += delay;
        }
        if (target === 'status_callback') expect(elapsedMs).toBeLessThanOrEqual(24 * hour);
        else expect(attempts).toBe(10);
      }
    },
  );

  test('a status_callback that nobody delays gets seven attempts', () => {
    let elapsedMs = 0;
    let attempts = 0;
    for (;;) {
      const delay = nextWebhookDelayMs({ ...failed, target: 'status_callback', attempts, elapsedMs });
      if (delay === null) break;
      attempts += 1;
      elapsedMs += delay;
    }
    expect(attempts).toBe(7);
  });
});

describe('when a refused text is tried again', () => {
  const refused = { class: 'retry', attempts: 1, throttles: 0, random: 0.5 } as const;

  test('R090 R091: a temporary refusal: after 5, 30 and 120 s, then another carrier may have it', () => {
    const verdicts = [1, 2, 3, 4, 5].map((attempts) => afterRefusal({ ...refused, attempts }));
    const retries = [5, 30, 120].map((seconds) => ({
      action: 'retry',
      delayMs: seconds * second,
      countsAsAttempt: true,
    }));
    expect(verdicts).toEqual([...retries, { action: 'failover' }, { action: 'failover' }]);
  });

  test('throttling is no attempt and is waited out, from 1 s to 30 s', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 1_000].map((throttles) =>
      afterRefusal({ ...refused, class: 'throttle', throttles }),
    );
    expect(delays).toEqual(
      [1, 2, 4, 8, 16, 30, 30, 30].map((seconds) => ({
        action: 'retry',
        delayMs: seconds * second,
        countsAsAttempt: false,
      })),
    );
  });

  test('a fault of the link leaves the text untouched', () => {
    expect(afterRefusal({ ...refused, class: 'link', attempts: 99 })).toMatchObject({
      action: 'retry',
      countsAsAttempt: false,
    });
  });

  test('R092: a refusal for good is never tried again; one of this carrier alone may be tried at another', () => {
    expect(afterRefusal({ ...refused, class: 'permanent' })).toEqual({ action: 'fail' });
    expect(afterRefusal({ ...refused, class: 'failover' })).toEqual({ action: 'failover' });
  });

  test('a full queue is given more time, and a status that nobody knows less', () => {
    const delays = (plan: 'queue_full' | 'unlisted') =>
      [1, 2, 3, 4, 5, 6].map((attempts) => {
        const verdict = afterRefusal({ ...refused, plan, attempts });
        return verdict.action === 'retry' ? verdict.delayMs / second : verdict.action;
      });
    expect(delays('queue_full')).toEqual([10, 30, 60, 120, 120, 'failover']);
    expect(delays('unlisted')).toEqual([5, 30, 'failover', 'failover', 'failover', 'failover']);
  });

  test('R089: the plans are settings: intervals and attempts by class, and what is left out keeps its default', () => {
    const policy = retryPolicy({
      retry: { intervals_seconds: [1, 2], max_attempts: 6 },
      throttle: { max_attempts: 2 },
    });
    const delays = [1, 2, 3, 5, 6].map((attempts) => afterRefusal({ ...refused, attempts }, policy));
    expect(delays.map((verdict) => ('delayMs' in verdict ? verdict.delayMs : verdict.action))).toEqual([
      1_000,
      2_000,
      2_000,
      2_000,
      'failover',
    ]);
    const throttled = { ...refused, class: 'throttle' } as const;
    expect(afterRefusal({ ...throttled, throttles: 1 }, policy)).toMatchObject({ delayMs: 1_000 });
    expect(afterRefusal({ ...throttled, throttles: 2 }, policy)).toEqual({ action: 'failover' });
    expect(retryPolicy()).toEqual(DEFAULT_RETRY_POLICY);
    expect(policy.ambiguous).toEqual(DEFAULT_RETRY_POLICY.ambiguous);
  });

  test('an attempt limit of null is no limit', () => {
    const policy = retryPolicy({ retry: { max_attempts: null } });
    expect(afterRefusal({ ...refused, attempts: 1_000 }, policy)).toMatchObject({ delayMs: 120 * second });
  });

  test('what waits is never due at the very moment of its expiry, which means now', () => {
    const expires = new Date(10_000);
    expect(dueAt(expires, 9_999)).toEqual(new Date(9_999));
    expect(dueAt(expires, 10_000)).toEqual(new Date(10_001));
    expect(dueAt(expires, 99_999)).toEqual(new Date(10_001));
    expect(dueAt(null, 99_999)).toEqual(new Date(99_999));
  });

  property.prop([
    fc.constantFrom('throttle', 'retry', 'permanent', 'failover', 'link'),
    fc.nat(1_000),
    fc.nat(1_000),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
  ])('a wait is never zero and never longer than 132 s', (refusalClass, attempts, throttles, random) => {
    const verdict = afterRefusal({ class: refusalClass, attempts: attempts + 1, throttles, random });
    if (verdict.action !== 'retry') return;
    expect(verdict.delayMs).toBeGreaterThanOrEqual(0.9 * second);
    expect(verdict.delayMs).toBeLessThanOrEqual(132 * second);
  });
});
