import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { variantFor } from '../../server/rules/variant.ts';

const variants = fc.uniqueArray(
  fc.record({ name: fc.string({ minLength: 1, maxLength: 5 }), weight: fc.integer({ min: 1, max: 1_000 }) }),
  { minLength: 1, maxLength: 6, selector: ({ name }) => name },
);
const numberOf = (n: number) => `+1415555${String(n).padStart(4, '0')}`;

describe('R106: the variant for a recipient', () => {
  test.prop([variants, fc.string(), fc.nat(9_999), fc.nat()])(
    'is one of them, and the same however often and in whichever order they are named',
    (some, campaign, n, turn) => {
      const chosen = variantFor(some, campaign, numberOf(n));
      const turned = [...some.slice(turn % some.length), ...some.slice(0, turn % some.length)];
      expect(some).toContain(chosen);
      expect(variantFor(turned, campaign, numberOf(n))).toBe(chosen);
    },
  );

  test.each([
    [1, 1, 0.5],
    [9, 1, 0.9],
    [1, 3, 0.25],
  ])('falls by weight: %i to %i', (a, b, share) => {
    const two = [
      { name: 'a', weight: a },
      { name: 'b', weight: b },
    ];
    const firsts = Array.from({ length: 10_000 }, (_, n) => variantFor(two, 'autumn', numberOf(n)).name === 'a');
    expect(firsts.filter(Boolean).length / 10_000).toBeCloseTo(share, 1);
  });

  test('is not the same for everybody in the next campaign', () => {
    const two = [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 1 },
    ];
    const isSame = (n: number) => variantFor(two, 'autumn', numberOf(n)) === variantFor(two, 'winter', numberOf(n));
    const same = Array.from({ length: 2_000 }, (_, n) => isSame(n)).filter(Boolean).length;
    expect(same / 2_000).toBeCloseTo(0.5, 1);
  });
});
