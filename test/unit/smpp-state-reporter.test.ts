import { expect, test } from 'vitest';
import { createStateReporter } from '../../server/smpp/state-reporter.ts';
import type { CarrierState } from '../../server/smpp/carrier.ts';
import { virtualClock } from '../support/virtual-clock.ts';

function setUp() {
  const clock = virtualClock();
  const recorded: CarrierState[] = [];
  const database = { isAway: false };
  const reporter = createStateReporter({
    clock,
    log: { warn: () => undefined },
    record(state) {
      if (database.isAway) return Promise.reject(new Error('away'));
      recorded.push(state);
      return Promise.resolve();
    },
  });
  return { clock, recorded, database, reporter };
}

test('changes are recorded in their order', async () => {
  const { clock, recorded, reporter } = setUp();
  for (const state of ['up', 'down', 'parked', 'up'] as const) reporter.changed(state, null);
  await clock.advance(0);
  expect(recorded).toEqual(['up', 'down', 'parked', 'up']);
});

test('a database that is away gets them when it is back', async () => {
  const { clock, recorded, database, reporter } = setUp();
  database.isAway = true;
  reporter.changed('down', null);
  await clock.advance(60_000);
  reporter.changed('up', null);
  database.isAway = false;
  await clock.advance(2_000);
  expect(recorded).toEqual(['down', 'up']);
  expect(clock.pending()).toBe(0);
});

test('a link that comes and goes a thousand times meanwhile fills no memory, and its last state is right', async () => {
  const { clock, recorded, database, reporter } = setUp();
  database.isAway = true;
  for (let flap = 0; flap < 1_000; flap += 1) {
    reporter.changed('down', null);
    reporter.changed('up', null);
  }
  database.isAway = false;
  await clock.advance(2_000);
  expect(recorded.length).toBeLessThanOrEqual(21);
  expect(recorded).toEqual(recorded.map((_state, index) => (index % 2 === 0 ? 'down' : 'up')));
  expect(recorded.at(-1)).toBe('up');
});

test('a stop ends the trying', async () => {
  const { clock, database, reporter } = setUp();
  database.isAway = true;
  reporter.changed('down', null);
  await clock.advance(100);
  reporter.stop();
  await clock.advance(0);
  expect(clock.pending()).toBe(0);
});
