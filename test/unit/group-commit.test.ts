import { describe, expect, test } from 'vitest';
import { groupCommit } from '../../server/store/group-commit.ts';
import { until } from '../support/until.ts';

/** A flush that ends when the test says so. */
function held() {
  const batches: { items: readonly number[]; end: () => void; fail: (error: unknown) => void }[] = [];
  const flush = (items: readonly number[]) =>
    new Promise<number[]>((resolve, reject) => {
      batches.push({ items, end: () => resolve(items.map((item) => item * 10)), fail: reject });
    });
  return { batches, flush };
}

describe('group commit', () => {
  test('answers each item with its own result', async () => {
    const commit = groupCommit(async (items: readonly number[]) => items.map((item) => item * 10));
    expect(await Promise.all([1, 2, 3].map(commit))).toEqual([10, 20, 30]);
  });

  test('puts what arrives while a flush is running into one next flush', async () => {
    const { batches, flush } = held();
    const commit = groupCommit(flush);
    const first = commit(1);
    await until(() => batches.length === 1);
    const rest = [2, 3, 4].map(commit);
    batches[0]?.end();
    await until(() => batches.length === 2);
    expect(batches[1]?.items).toEqual([2, 3, 4]);
    batches[1]?.end();
    expect(await Promise.all([first, ...rest])).toEqual([10, 20, 30, 40]);
  });

  test('after a busy flush takes in what its callers send next, so that they stay one group', async () => {
    const { batches, flush } = held();
    const commit = groupCommit(flush);
    const group = [1, 2].map(commit);
    await until(() => batches.length === 1);
    const late = commit(3);
    batches[0]?.end();
    await Promise.all(group);
    const again = [4, 5].map(commit);
    await until(() => batches.length === 2);
    expect(batches[1]?.items).toEqual([3, 4, 5]);
    batches[1]?.end();
    await Promise.all([late, ...again]);
  });

  test('never takes more than its limit into one flush', async () => {
    const sizes: number[] = [];
    const commit = groupCommit(
      async (items: readonly number[]) => {
        sizes.push(items.length);
        return items;
      },
      { maxItems: 3 },
    );
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map(commit));
    expect(sizes).toEqual([3, 3, 1]);
  });

  test('lets one bad item fail alone', async () => {
    const commit = groupCommit(async (items: readonly number[]) => {
      if (items.includes(2)) throw new Error('bad');
      return items;
    });
    const results = await Promise.allSettled([1, 2, 3].map(commit));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('repeats the whole batch after a deadlock', async () => {
    let tries = 0;
    const commit = groupCommit(async (items: readonly number[]) => {
      tries += 1;
      if (tries === 1) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
      return items;
    });
    expect(await Promise.all([1, 2].map(commit))).toEqual([1, 2]);
    expect(tries).toBe(2);
  });

  test('fails every item at once while the database is away', async () => {
    let tries = 0;
    const commit = groupCommit(async (): Promise<number[]> => {
      tries += 1;
      throw Object.assign(new Error('going away'), { code: '57P01' });
    });
    const results = await Promise.allSettled([1, 2, 3].map(commit));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(tries).toBe(1);
  });
});
