import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { afterBusinessDays } from '../../server/rules/business-days.ts';
import { propagationState } from '../../server/rules/propagation.ts';

const at = (text: string) => new Date(`${text}Z`);

describe('ten business days', () => {
  test.each([
    ['2026-11-20T12:00:00', '2026-12-04T12:00:00', 'a Friday'],
    ['2026-11-21T12:00:00', '2026-12-04T12:00:00', 'a Saturday'],
    ['2026-11-22T12:00:00', '2026-12-04T12:00:00', 'a Sunday'],
    ['2026-11-23T00:00:00', '2026-12-07T00:00:00', 'a Monday'],
  ])('from %s end at %s', (start, end) => {
    expect(afterBusinessDays(at(start), 10)).toEqual(at(end));
  });

  property.prop([fc.date({ min: at('2020-01-01T00:00:00'), max: at('2040-01-01T00:00:00'), noInvalidDate: true })])(
    'are two weeks at most, and never end on a weekend',
    (start) => {
      const end = afterBusinessDays(start, 10);
      expect([0, 6]).not.toContain(end.getUTCDay());
      const days = (end.getTime() - start.getTime()) / 86_400_000;
      expect(days).toBeGreaterThanOrEqual(12);
      expect(days).toBeLessThanOrEqual(14);
    },
  );
});

describe('an opt-out on its way to a system', () => {
  const opted_out_at = at('2026-11-20T12:00:00');

  test.each([
    ['2026-11-20T12:00:30', null, 'waiting', 30],
    ['2026-11-20T12:59:59', null, 'waiting', 3_599],
    ['2026-11-20T13:00:00', null, 'late', 3_600],
    ['2026-11-25T13:00:00', '2026-11-20T12:00:02', 'confirmed', 2],
    // However late it was, it is confirmed now.
    ['2026-11-25T13:00:00', '2026-11-22T12:00:00', 'confirmed', 172_800],
    // The clocks of two machines differ.
    ['2026-11-20T11:59:59', null, 'waiting', 0],
  ] as const)('at %s, confirmed at %s, is %s after %i seconds', (now, confirmed, state, lagSeconds) => {
    const confirmed_at = confirmed === null ? null : at(confirmed);
    expect(propagationState({ opted_out_at, confirmed_at }, at(now))).toMatchObject({ state, lagSeconds });
  });
});
