import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterAnswer,
  type Breaker,
  circuitOf,
  closedBreaker,
  FAILURES_MAX,
  OPEN_FOR_MAX_MS,
  OPEN_FOR_MS,
} from '../../server/rules/circuit-breaker.ts';

const fail = (breaker: Breaker, times: number, nowMs = 0): Breaker =>
  times === 0 ? breaker : fail(afterAnswer(breaker, false, nowMs), times - 1, nowMs);

describe('R095: the circuit breaker', () => {
  test('opens with the fifth failure in a row, and not before', () => {
    expect(circuitOf(fail(closedBreaker, FAILURES_MAX - 1), 0)).toBe('closed');
    expect(circuitOf(fail(closedBreaker, FAILURES_MAX), 0)).toBe('open');
  });

  test('counts failures in a row only', () => {
    const nearly = afterAnswer(fail(closedBreaker, FAILURES_MAX - 1), true, 0);
    expect(circuitOf(fail(nearly, FAILURES_MAX - 1), 0)).toBe('closed');
  });

  test('is tried again after 30 s: a success closes it', () => {
    const open = fail(closedBreaker, FAILURES_MAX);
    expect(circuitOf(open, OPEN_FOR_MS - 1)).toBe('open');
    expect(circuitOf(open, OPEN_FOR_MS)).toBe('half_open');
    expect(afterAnswer(open, true, OPEN_FOR_MS)).toEqual(closedBreaker);
  });

  test('opens for twice as long after each failed trial, at most for eight minutes', () => {
    let breaker = fail(closedBreaker, FAILURES_MAX);
    const waits: number[] = [];
    for (let nowMs = 0, trial = 0; trial < 6; trial++) {
      nowMs = breaker.openUntilMs ?? 0;
      breaker = afterAnswer(breaker, false, nowMs);
      waits.push((breaker.openUntilMs ?? 0) - nowMs);
    }
    expect(waits).toEqual([60_000, 120_000, 240_000, 480_000, OPEN_FOR_MAX_MS, OPEN_FOR_MAX_MS]);
  });

  test('is not moved by late answers while it is open', () => {
    const open = fail(closedBreaker, FAILURES_MAX);
    expect(afterAnswer(open, true, 1)).toBe(open);
    expect(afterAnswer(open, false, 1)).toBe(open);
  });

  test('whatever the answers are, is open only after a failure and never for longer than the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(120_000))), (answers) => {
        let breaker = closedBreaker;
        let nowMs = 0;
        for (const [isSuccess, passedMs] of answers) {
          nowMs += passedMs;
          const before = circuitOf(breaker, nowMs);
          breaker = afterAnswer(breaker, isSuccess, nowMs);
          if (before !== 'open' && isSuccess) expect(circuitOf(breaker, nowMs)).toBe('closed');
          expect((breaker.openUntilMs ?? nowMs) - nowMs).toBeLessThanOrEqual(OPEN_FOR_MAX_MS);
        }
      }),
    );
  });
});
