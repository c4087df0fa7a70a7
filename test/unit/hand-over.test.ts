import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHandOver } from '../../server/queue/hand-over.ts';

/** A worker that ends a batch when it is told to. */
function held(batch = 100) {
  const started: (readonly string[])[] = [];
  const ends: (() => void)[] = [];
  const run = (ids: readonly string[]) => {
    started.push(ids);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  const handOver = createHandOver({ batch, run });
  const endOne = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { handOver, started, endOne };
}

const names = (count: number, name = 'id') => Array.from({ length: count }, (_, index) => `${name}-${index}`);

describe('the hand-over', () => {
  test('takes nothing before the lane is known to have no job that waits', () => {
    const { handOver } = held();
    expect(handOver.takes(1)).toBe(false);
    handOver.open();
    expect(handOver.takes(1)).toBe(true);
  });

  test('closes when there is no room, and stays closed until the queue is empty again', async () => {
    const { handOver, endOne } = held();
    handOver.open();
    handOver.give(names(990), 1);
    expect(handOver.takes(10)).toBe(true);
    expect(handOver.takes(11)).toBe(false);
    while (handOver.size() > 0) await endOne();
    expect(handOver.takes(1)).toBe(false);
    handOver.open();
    expect(handOver.takes(1)).toBe(true);
  });

  test('starts two batches at once, and what comes meanwhile together', async () => {
    const { handOver, started, endOne } = held();
    handOver.open();
    for (const name of ['a', 'b', 'c', 'd']) handOver.give([name], 1);
    expect(started).toEqual([['a'], ['b']]);
    await endOne();
    expect(started).toEqual([['a'], ['b'], ['c', 'd']]);
  });

  test('lets lower ranks go first, and of equal ones the first that came', async () => {
    const { handOver, started, endOne } = held(1);
    handOver.open();
    handOver.give(['first', 'second'], 1);
    handOver.give(['late'], 9);
    handOver.give(['early'], 2);
    handOver.give(['early too'], 2);
    while (handOver.size() > 0) await endOne();
    expect(started.flat()).toEqual(['first', 'second', 'early', 'early too', 'late']);
  });

  test('answers what is left when it is stopped, waits for what is under way, and takes nothing more', async () => {
    const { handOver, started, endOne } = held(1);
    handOver.open();
    handOver.give(['a', 'b', 'c', 'd'], 1);
    const stopped = handOver.stop();
    await endOne();
    await endOne();
    expect(await stopped).toEqual(['c', 'd']);
    expect(started.flat()).toEqual(['a', 'b']);
    handOver.open();
    expect(handOver.takes(1)).toBe(false);
  });

  test('gives every text to the worker exactly once, in batches that are not too large', async () => {
    const gifts = fc.array(
      fc.record({ texts: fc.integer({ min: 1, max: 30 }), rank: fc.integer({ min: 1, max: 5 }) }),
      {
        maxLength: 30,
      },
    );
    await fc.assert(
      fc.asyncProperty(gifts, fc.integer({ min: 1, max: 12 }), async (given, batch) => {
        const { handOver, started, endOne } = held(batch);
        handOver.open();
        given.forEach(({ texts, rank }, index) => handOver.give(names(texts, String(index)), rank));
        while (handOver.size() > 0) await endOne();
        expect(started.flat().toSorted()).toEqual(
          given.flatMap(({ texts }, at) => names(texts, String(at))).toSorted(),
        );
        expect(Math.max(0, ...started.map((ids) => ids.length))).toBeLessThanOrEqual(batch);
      }),
      { numRuns: 50 },
    );
  });
});
