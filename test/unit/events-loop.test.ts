import { expect, test } from 'vitest';
import { startLoop } from '../../server/events/loop.ts';
import { virtualClock } from '../support/virtual-clock.ts';

function harness(round: (count: number) => Promise<number> = () => Promise.resolve(1_000)) {
  const clock = virtualClock();
  const faults: unknown[] = [];
  let rounds = 0;
  const log = { error: (fault: unknown) => faults.push(fault) };
  const loop = startLoop({ name: 'test', round: () => round(++rounds), clock, log: log as never });
  return { clock, loop, faults, rounds: () => rounds };
}

test('a round follows when the time it asked for is over, and at once when poked', async () => {
  const { clock, loop, rounds } = harness();
  await clock.advance(0);
  expect(rounds()).toBe(1);
  await clock.advance(999);
  expect(rounds()).toBe(1);
  await clock.advance(1);
  expect(rounds()).toBe(2);
  loop.poke();
  await clock.advance(0);
  expect(rounds()).toBe(3);
  await loop.stop();
});

test('a poke during a round is not lost, and many pokes are one round', async () => {
  const gate = Promise.withResolvers<void>();
  const { clock, loop, rounds } = harness(async (count) => {
    if (count === 1) await gate.promise;
    return 1_000;
  });
  for (let poke = 0; poke < 10; poke++) loop.poke();
  await clock.advance(0);
  expect(rounds()).toBe(1);
  gate.resolve();
  await clock.advance(0);
  expect(rounds()).toBe(2);
  await loop.stop();
});

test('a round that fails is logged and repeated after a second', async () => {
  const { clock, loop, rounds, faults } = harness((count) =>
    count === 1 ? Promise.reject(new Error('the database is away')) : Promise.resolve(1_000),
  );
  await clock.advance(999);
  expect(rounds()).toBe(1);
  await clock.advance(1);
  expect(rounds()).toBe(2);
  expect(faults).toHaveLength(1);
  await loop.stop();
});

test('stopping waits for the round that is running, starts no other and leaves no timer', async () => {
  const gate = Promise.withResolvers<void>();
  const { clock, loop, rounds } = harness(async () => {
    await gate.promise;
    return 0;
  });
  let stopped = false;
  const stopping = loop.stop().then(() => (stopped = true));
  await clock.advance(5_000);
  expect(stopped).toBe(false);
  gate.resolve();
  await stopping;
  expect(rounds()).toBe(1);
  expect(clock.pending()).toBe(0);
});

test('stopping ends the wait between two rounds', async () => {
  const { clock, loop } = harness();
  await clock.advance(0);
  await loop.stop();
  expect(clock.pending()).toBe(0);
});
