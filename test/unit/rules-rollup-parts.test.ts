import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rollupParts, startOf } from '../../server/rules/rollup-parts.ts';

const HOUR_MS = 3_600_000;
const shown = (from: string, to: string) =>
  rollupParts(new Date(from), new Date(to)).map(
    (part) => `${part.step} ${part.from.toISOString().slice(0, 13)} ${part.to.toISOString().slice(0, 13)}`,
  );

describe('the parts of a time', () => {
  test('are hours, days, months, and days and hours again', () => {
    expect(shown('2025-01-30T22:00Z', '2025-05-03T02:00Z')).toEqual([
      'hour 2025-01-30T22 2025-01-31T00',
      'day 2025-01-31T00 2025-02-01T00',
      'month 2025-02-01T00 2025-05-01T00',
      'day 2025-05-01T00 2025-05-03T00',
      'hour 2025-05-03T00 2025-05-03T02',
    ]);
    expect(shown('2025-03-01T05:00Z', '2025-03-01T09:00Z')).toEqual(['hour 2025-03-01T05 2025-03-01T09']);
    expect(shown('2025-03-01T05:00Z', '2025-03-01T05:00Z')).toEqual([]);
  });

  const hour = fc.integer({ min: 450_000, max: 500_000 });
  test('leave no gap and no overlap, begin and end with it, and are whole', () => {
    fc.assert(
      fc.property(hour, fc.integer({ min: 1, max: 20_000 }), (start, hours) => {
        const [from, to] = [new Date(start * HOUR_MS), new Date((start + hours) * HOUR_MS)];
        const parts = rollupParts(from, to);
        const ends = [from, ...parts.map((part) => part.to)];
        expect(parts.map((part) => part.from)).toEqual(ends.slice(0, -1));
        expect(ends.at(-1)).toEqual(to);
        for (const part of parts) {
          expect(startOf(part.step, part.from)).toEqual(part.from);
          expect(startOf(part.step, part.to)).toEqual(part.to);
        }
        expect(parts.length).toBeLessThanOrEqual(5);
      }),
    );
  });
});
