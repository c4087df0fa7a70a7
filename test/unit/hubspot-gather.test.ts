import { describe, expect, test } from 'vitest';
import { createGatherer } from '../../connectors/hubspot/api/gather.ts';

describe('what many ask HubSpot at the same time', () => {
  const setUp = (itemsMax: number) => {
    const asked: { readonly key: string; readonly items: readonly number[]; readonly end: (error?: Error) => void }[] =
      [];
    const gather = createGatherer<number, number>(
      itemsMax,
      (key, items) =>
        new Promise((resolve, reject) =>
          asked.push({ key, items, end: (error) => (error ? reject(error) : resolve(items.length)) }),
        ),
    );
    return { asked, gather };
  };

  test('goes at once while nothing is under way, and together when three calls are', async () => {
    const { asked, gather } = setUp(4);
    const answers = Array.from({ length: 10 }, (_, item) => gather('a', item));
    expect(asked.map(({ items }) => items)).toEqual([[0], [1], [2]]);
    asked[0]?.end();
    expect(await answers[0]).toBe(1);
    await Promise.resolve();
    expect(asked[3]?.items).toEqual([3, 4, 5, 6]);
    asked[1]?.end();
    await answers[1];
    await Promise.resolve();
    expect(asked[4]?.items).toEqual([7, 8, 9]);
    for (const { end } of asked) end();
    expect(await Promise.all(answers)).toEqual([1, 1, 1, 4, 4, 4, 4, 3, 3, 3]);
  });

  test('of one account waits for no other, and fails with those it went with alone', async () => {
    const { asked, gather } = setUp(10);
    const busy = [1, 2, 3, 4].map((item) => gather('a', item));
    const other = gather('b', 5);
    expect(asked.map(({ key }) => key)).toEqual(['a', 'a', 'a', 'b']);
    asked[0]?.end(new Error('no'));
    await expect(busy[0]).rejects.toThrow('no');
    await Promise.resolve();
    for (const { end } of asked) end();
    expect(await Promise.all([...busy.slice(1), other])).toEqual([1, 1, 1, 1]);
  });
});
