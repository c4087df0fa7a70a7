import { describe, expect, test } from 'vitest';
import { type Arrival, type Earlier, isRedelivery } from '../../server/rules/redelivery.ts';

const SECOND = 1_000;
const T = Date.UTC(2026, 10, 20, 12);

/** Stored at T, ten seconds after its bind was made. */
const earlier: Earlier = {
  bind: 'a',
  sequence: 7,
  arrivedAtMs: T,
  boundAtMs: T - 10 * SECOND,
  lastLossMs: T - 3_600 * SECOND,
  storedAtMs: T + 20,
  wasRefused: false,
  isPart: false,
};

/** The same five seconds later on the same bind, nothing lost since long before. */
const later: Arrival = {
  bind: 'a',
  sequence: 8,
  arrivedAtMs: T + 5 * SECOND,
  boundAtMs: T - 10 * SECOND,
  lastLossMs: T - 3_600 * SECOND,
};

const anew = { bind: 'b', lastLossMs: T + SECOND, boundAtMs: T + 2 * SECOND };

describe('an equal text', () => {
  test.each<[string, Partial<Earlier>, Partial<Arrival>, boolean]>([
    ['five seconds later is a second text', {}, {}, false],
    ['at the same moment is a second text', {}, { arrivedAtMs: T }, false],
    ['over another bind that was there all along is a second text', {}, { bind: 'b' }, false],
    ['over a bind that was added, none being lost, is a second text', {}, { bind: 'b', boundAtMs: T + SECOND }, false],
    ['after a rebind is the same', {}, anew, true],
    ['on another bind after the first was lost is the same', {}, { bind: 'b', lastLossMs: T + SECOND }, true],
    ['on its own bind after another bind was lost is a second text', {}, { lastLossMs: T + SECOND }, false],
    ['a minute after the new bind is a second text', {}, { ...anew, arrivedAtMs: T + 62 * SECOND }, false],
    ['a moment before that is the same', {}, { ...anew, arrivedAtMs: T + 62 * SECOND - 1 }, true],
    [
      'after an hour without a bind is the same when it comes at once',
      {},
      { ...anew, boundAtMs: T + 3_600 * SECOND, arrivedAtMs: T + 3_601 * SECOND },
      true,
    ],
    [
      'a minute or more before the loss was surely answered',
      {},
      { bind: 'b', lastLossMs: T + 60 * SECOND, boundAtMs: T + 61 * SECOND, arrivedAtMs: T + 62 * SECOND },
      false,
    ],
    ['with the same sequence_number on the same bind is the same PDU', {}, { sequence: 7 }, true],
    [
      'with that sequence_number a minute later is a second text',
      {},
      { sequence: 7, arrivedAtMs: T + 60 * SECOND },
      false,
    ],
    ['is the same when our answer took five seconds', { storedAtMs: T + 5 * SECOND }, {}, true],
    [
      'is a second text when it came before any carrier loses patience',
      { storedAtMs: T + 5 * SECOND },
      { arrivedAtMs: T + 4_999 },
      false,
    ],
    [
      'is the same when the first was answered with an error',
      { wasRefused: true },
      { arrivedAtMs: T + 600 * SECOND },
      true,
    ],
    ['that is a part of several is a duplicate, over whichever bind', { isPart: true }, { bind: 'b' }, true],
    ['that is a part of several is none after a minute', { isPart: true }, { arrivedAtMs: T + 60 * SECOND }, false],
  ])('%s', (_, before, after, isSame) => {
    expect(isRedelivery({ ...earlier, ...before }, { ...later, ...after })).toBe(isSame);
  });

  test('is the same when the one that came after the loss was stored first', () => {
    expect(isRedelivery({ ...earlier, ...anew, arrivedAtMs: T + 3 * SECOND }, { ...later, arrivedAtMs: T })).toBe(true);
    expect(isRedelivery({ ...earlier, ...anew, arrivedAtMs: T + 3 * SECOND }, later)).toBe(false);
  });
});
