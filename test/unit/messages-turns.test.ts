import { expect, test } from 'vitest';
import { createTurns } from '../../server/messages/turns.ts';

test('what is asked for under one key runs in order, one at a time; another key does not wait', async () => {
  const inTurn = createTurns();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = inTurn('a', async () => {
    await gate.promise;
    done.push('first');
  });
  const second = inTurn('a', () => Promise.resolve(void done.push('second')));
  await inTurn('b', () => Promise.resolve(void done.push('other')));
  expect(done).toEqual(['other']);
  gate.resolve();
  await Promise.all([first, second]);
  expect(done).toEqual(['other', 'first', 'second']);
});

test('a failure is told to whoever asked, and the next one runs', async () => {
  const inTurn = createTurns();
  const failed = inTurn('a', () => Promise.reject(new Error('no')));
  const next = inTurn('a', () => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
