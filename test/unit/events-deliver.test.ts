import { describe, expect, test } from 'vitest';
import { judge } from '../../server/events/deliver.ts';
import { type PostResult, parseRetryAfter } from '../../server/events/safe-fetch.ts';

const nowMs = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function delivery(attempts: number, endpoint_id: string | null = 'we_1', ageMs = 0) {
  return { id: 'd', endpoint_id, attempts, created_at: new Date(nowMs - ageMs) };
}

const answered = (status: number, retryAfterSeconds: number | null = null): PostResult => ({
  kind: 'answered',
  status,
  retryAfterSeconds,
});

/** With `random` in the middle the jitter is nothing. */
const verdict = (each: ReturnType<typeof delivery>, answer: PostResult, stopping = false) =>
  judge(each, answer, { nowMs, random: 0.5, stopping });

const delayMs = (each: ReturnType<typeof delivery>, answer: PostResult) => {
  const { retryAt } = verdict(each, answer).result;
  return retryAt && retryAt.getTime() - nowMs;
};

describe('the answer of a receiver', () => {
  test.each([200, 201, 202, 204, 299])('%i is delivered', (status) => {
    expect(verdict(delivery(1), answered(status))).toEqual({
      result: { id: 'd', state: 'delivered', retryAt: null, status, error: null },
      disablesEndpoint: false,
    });
  });

  test.each([301, 302, 304, 307, 308, 400, 401, 404, 422, 429, 500, 502, 503, 199, 300])(
    '%i is tried again after 5 seconds',
    (status) => {
      expect(delayMs(delivery(1), answered(status))).toBe(5_000);
      expect(verdict(delivery(1), answered(status)).result).toMatchObject({ state: 'pending', status, error: null });
    },
  );

  test('410 ends it and disables the endpoint', () => {
    expect(verdict(delivery(1), answered(410))).toMatchObject({ result: { state: 'failed' }, disablesEndpoint: true });
  });

  test('no answer is tried again and leaves its reason', () => {
    const { result } = verdict(delivery(1), { kind: 'failed', reason: 'timeout' });
    expect(result).toMatchObject({ state: 'pending', status: null, error: 'timeout' });
  });

  test('what this server gave up itself while stopping is due at once', () => {
    const { result } = verdict(delivery(1), { kind: 'failed', reason: 'aborted' }, true);
    expect(result).toMatchObject({ state: 'pending', retryAt: new Date(nowMs) });
    expect(verdict(delivery(1), answered(200), true).result.state).toBe('delivered');
  });
});

describe('patience', () => {
  test('an endpoint is tried ten times over more than three days', () => {
    const delays = Array.from({ length: 10 }, (_, index) => delayMs(delivery(index + 1), answered(500)));
    const hours = (count: number) => count * HOUR;
    expect(delays).toEqual([5_000, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map(hours), null]);
    expect(verdict(delivery(10), answered(500)).result.state).toBe('failed');
  });

  test('a status_callback is given up before a day is over', () => {
    expect(delayMs(delivery(5, null, 3 * HOUR), answered(500))).toBe(5 * HOUR);
    expect(delayMs(delivery(7, null, 18 * HOUR), answered(500))).toBeNull();
    expect(delayMs(delivery(7, 'we_1', 18 * HOUR), answered(500))).toBe(14 * HOUR);
  });

  test.each([429, 503])('%i with Retry-After waits that long, but never shorter than planned', (status) => {
    expect(delayMs(delivery(1), answered(status, 90))).toBe(90_000);
    expect(delayMs(delivery(2), answered(status, 1))).toBe(5 * MINUTE);
    expect(delayMs(delivery(1), answered(status, 999_999_999))).toBe(24 * HOUR);
  });

  test('Retry-After of any other answer is not asked for', () => {
    expect(delayMs(delivery(1), answered(500, 90))).toBe(5_000);
  });
});

describe('Retry-After', () => {
  test.each([
    ['120', 120],
    ['0', 0],
    ['Fri, 20 Nov 2026 12:02:00 GMT', 120],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['', null],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['soon GMT', null],
    ['9999999999', null],
    ['2026-11-20T12:02:00Z', null],
  ])('%j means %j seconds', (value, seconds) => {
    expect(parseRetryAfter(value, nowMs)).toBe(seconds);
  });

  test('is optional', () => {
    expect(parseRetryAfter(undefined, nowMs)).toBeNull();
  });
});
