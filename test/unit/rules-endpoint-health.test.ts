import { describe, expect, test } from 'vitest';
import { afterFailure, type EndpointHealth } from '../../server/rules/endpoint-health.ts';

const start = Date.UTC(2026, 10, 20);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const healthy: EndpointHealth = { failedAt: null, failingSince: null };
const failures = (...atMs: number[]) =>
  atMs.reduce<EndpointHealth & { disables: boolean }>((health, at) => afterFailure(health, new Date(start + at)), {
    ...healthy,
    disables: false,
  });

describe('an endpoint that fails', () => {
  test('once a day is never given up', () => {
    const once = Array.from({ length: 20 }, (_, day) => day * 25 * HOUR);
    expect(failures(...once)).toMatchObject({ failingSince: null, disables: false });
  });

  test('twice within a day has begun to fail with the second', () => {
    expect(failures(0, 5 * HOUR).failingSince).toEqual(new Date(start + 5 * HOUR));
  });

  test('is given up after five days of nothing else, and not a moment before', () => {
    expect(failures(0, HOUR, HOUR + 5 * DAY - 1).disables).toBe(false);
    expect(failures(0, HOUR, HOUR + 5 * DAY).disables).toBe(true);
  });
});
