import { describe, expect, test } from 'vitest';
import { createNetworkOf } from '../../server/messages/portability.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const NUMBER = '+447700900123';

function asking(answer: (count: number) => Promise<string | null>) {
  const clock = virtualClock();
  let asked = 0;
  return { clock, asked: () => asked, networkOf: createNetworkOf(() => answer(++asked), clock) };
}

describe('the network of a number', () => {
  test('is unknown where nothing can be asked', async () => {
    expect(await createNetworkOf(null, virtualClock())(NUMBER)).toBeNull();
  });

  test('is asked for once a day', async () => {
    const { networkOf, clock, asked } = asking(() => Promise.resolve('23410'));
    expect(await Promise.all([networkOf(NUMBER), networkOf(NUMBER)])).toEqual(['23410', '23410']);
    expect(await networkOf(NUMBER)).toBe('23410');
    expect(asked()).toBe(1);
    await clock.advance(24 * 3_600_000 + 1);
    await networkOf(NUMBER);
    expect(asked()).toBe(2);
  });

  test('is unknown when the answer fails or is no network, and asked for again a minute later', async () => {
    const { networkOf, clock, asked } = asking((count) =>
      count === 1 ? Promise.reject(new Error('away')) : Promise.resolve(count === 2 ? 'Vodafone' : '23410'),
    );
    expect(await networkOf(NUMBER)).toBeNull();
    expect(await networkOf(NUMBER)).toBeNull();
    expect(asked()).toBe(1);
    await clock.advance(60_001);
    expect(await networkOf(NUMBER)).toBeNull();
    await clock.advance(60_001);
    expect(await networkOf(NUMBER)).toBe('23410');
  });

  test('keeps no text waiting for more than half a second', async () => {
    const { networkOf, clock } = asking(() => new Promise(() => undefined));
    const network = networkOf(NUMBER);
    await clock.advance(500);
    expect(await network).toBeNull();
    expect(clock.pending()).toBe(0);
  });

  test('is forgotten for the oldest numbers when there are too many', async () => {
    const { networkOf, asked } = asking(() => Promise.resolve('23410'));
    for (let index = 0; index <= 50_000; index++) void networkOf(`+4477${index}`);
    await networkOf('+447750000');
    expect(asked()).toBe(50_001);
    await networkOf('+44770');
    expect(asked()).toBe(50_002);
  });
});
