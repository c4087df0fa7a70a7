import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { autoWindow, roundTrips, SAMPLES_MIN } from '../../server/rules/auto-window.ts';
import { lastSecond } from '../../server/rules/last-second.ts';

describe('the automatic window', () => {
  test.each([
    [100, 50, 8],
    [10, 300, 5],
    [50, 1, 1],
    [0, 1_000, 1],
    [10_000, 500, 100],
  ])('at %i segments a second and %i ms is %i', (perSecond, roundTripMs, expected) => {
    expect(autoWindow(perSecond, roundTripMs, 100)).toBe(expected);
  });

  propertyTest.prop([fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true })])(
    'is always a whole number from 1 to its maximum',
    (perSecond, roundTripMs) => {
      const window = autoWindow(perSecond, roundTripMs, 100);
      expect(Number.isInteger(window) && window >= 1 && window <= 100).toBe(true);
    },
  );
});

describe('round trips', () => {
  test('say nothing until there are enough of them', () => {
    const trips = roundTrips();
    for (let count = 1; count < SAMPLES_MIN; count += 1) trips.add(10);
    expect(trips.p95()).toBeNull();
    trips.add(10);
    expect(trips.p95()).toBe(10);
  });

  test('leave out the slowest twentieth and forget what is long ago', () => {
    const trips = roundTrips();
    for (let count = 0; count < 128; count += 1) trips.add(count % 32 === 0 ? 5_000 : 20);
    expect(trips.p95()).toBe(20);
    for (let count = 0; count < 128; count += 1) trips.add(300);
    expect(trips.p95()).toBe(300);
  });
});

propertyTest.prop([fc.array(fc.nat(400), { maxLength: 300 })])(
  'the last second has all that is younger and nothing that is older than it and a step',
  (steps) => {
    const counter = lastSecond();
    const times: number[] = [];
    let nowMs = 5_000_000;
    for (const step of steps) {
      nowMs += step;
      times.push(nowMs);
      counter.add(nowMs);
      const within = (ms: number) => times.filter((time) => time > nowMs - ms).length;
      expect(counter.count(nowMs)).toBeGreaterThanOrEqual(within(1_000));
      expect(counter.count(nowMs)).toBeLessThanOrEqual(within(1_051));
    }
    expect(counter.count(nowMs + 1_051)).toBe(0);
  },
);
