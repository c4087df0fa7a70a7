import { describe, expect, test } from 'vitest';
import { createSenderPace } from '../../server/smpp/sender-pace.ts';

/** How many segments of each sender may leave within the first 900 ms, when they are asked for all at once. */
function leaving(perSecond: number | null, own: Readonly<Record<string, number>>) {
  const pace = createSenderPace(perSecond, { monotonic: () => 0 }, (sender) => own[sender] ?? null);
  return (sender: string) =>
    Array.from({ length: 50 }, () => pace.take(sender)).filter((ms) => ms !== null && ms < 900);
}

describe('R077: the pace of a sender', () => {
  test('is its own where it has one, and no limit where nothing says so', () => {
    const of = leaving(null, { '+14155550100': 5 });
    expect(of('+14155550100')).toEqual([0, 200, 400, 600, 800]);
    expect(of('+14155550101')).toHaveLength(50);
  });

  test('is the lower one of its own and that of the account', () => {
    const of = leaving(10, { slow: 5, fast: 100 });
    expect([of('slow').length, of('fast').length, of('other').length]).toEqual([5, 9, 9]);
  });
});
