import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { BURST_LIMITS, burstClose, burstsOf, type BurstText, joinBurst } from '../../server/rules/burst.ts';

const start = Date.UTC(2026, 10, 20, 10);
const at = (seconds: number) => new Date(start + seconds * 1_000);
const text = (seconds: number, body = 'x', id = `id-${String(1_000 + seconds)}`): BurstText => ({
  id,
  received_at: at(seconds),
  body,
});

describe('a burst of texts', () => {
  test('closes after some seconds of silence, which each text begins anew', () => {
    expect(burstClose([text(0)], 5)).toEqual({ at: at(5), why: 'silence' });
    expect(burstClose([text(0), text(4)], 5)).toEqual({ at: at(9), why: 'silence' });
  });

  test('closes after five times that, however fast the texts come', () => {
    const texts = [text(0), ...[4, 8, 12, 16, 20, 24].map((seconds) => text(seconds))] as const;
    expect(burstClose(texts as unknown as [BurstText], 5)).toEqual({ at: at(25), why: 'longest_wait' });
  });

  test('never waits longer than two minutes, whatever is asked for', () => {
    expect(burstClose([text(0)], 1e9)).toEqual({ at: at(60), why: 'silence' });
    expect(burstClose([text(0), text(50), text(100)], 60)).toEqual({ at: at(120), why: 'longest_wait' });
  });

  test('of no seconds closes at once', () => {
    expect(burstClose([text(3)], 0)).toEqual({ at: at(3), why: 'silence' });
    expect(burstClose([text(3)], -1)).toEqual({ at: at(3), why: 'silence' });
  });

  test('closes at once when there are many texts or they are long', () => {
    const [first, ...others] = Array.from({ length: BURST_LIMITS.texts }, (_, index) => text(index / 100));
    expect(burstClose([first!, ...others], 5)).toEqual({ at: others.at(-1)?.received_at, why: 'count' });
    const long = 'y'.repeat(BURST_LIMITS.length / 2);
    expect(burstClose([text(0, long), text(1, long)], 5)).toEqual({ at: at(1), why: 'length' });
  });

  test('becomes one text, in the order in which the texts came', () => {
    const texts = [text(2, 'three', 'c'), text(0, 'one', 'a'), text(2, 'two', 'b')] as const;
    expect(joinBurst([...texts])).toEqual({
      body: 'one\ntwo\nthree',
      ids: ['a', 'b', 'c'],
      first_received_at: at(0),
      last_received_at: at(2),
    });
  });

  test('ends where the next text comes too late', () => {
    const bursts = burstsOf([text(20), text(0), text(4), text(25)], 5);
    expect(bursts.map((burst) => burst.map(({ received_at }) => received_at))).toEqual([
      [at(0), at(4)],
      [at(20)],
      [at(25)],
    ]);
  });

  const texts = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 1_500 })), { maxLength: 60 })
    .map((list) => list.map(([seconds, length], index) => text(seconds, 'z'.repeat(length), String(1_000 + index))));

  property.prop([texts, fc.integer({ min: 0, max: 90 })])(
    'takes every text once, in order, and within its limits',
    (all, seconds) => {
      const bursts = burstsOf(all, seconds);
      const ids = bursts.flatMap((burst) => joinBurst(burst).ids);
      expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      const times = bursts.flat().map(({ received_at }) => received_at.getTime());
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const burst of bursts) {
        const { first_received_at, last_received_at } = joinBurst(burst);
        const spanMs = last_received_at.getTime() - first_received_at.getTime();
        expect(spanMs).toBeLessThanOrEqual(BURST_LIMITS.waitSecondsMax * 1_000);
        expect(burst.length).toBeLessThanOrEqual(BURST_LIMITS.texts);
        expect(burstClose(burst, seconds).at.getTime()).toBeGreaterThanOrEqual(last_received_at.getTime());
      }
    },
  );
});
