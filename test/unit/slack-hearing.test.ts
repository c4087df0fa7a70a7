import { expect, test } from 'vitest';
import { watchHearing } from '../../connectors/slack/ingress/hearing.ts';
import { virtualClock } from '../support/virtual-clock.ts';

test('Slack is heard from the start on, until something was not taken', async () => {
  const clock = virtualClock();
  const hearing = watchHearing(clock, () => true);
  const start = clock.now();
  await clock.advance(3_600_000);
  expect(hearing.since()).toBe(start);
  hearing.miss();
  const missed = clock.now();
  await clock.advance(60_000);
  expect(hearing.since()).toBe(missed);
  hearing.stop();
  expect(clock.pending()).toBe(0);
});

test('Slack was not heard while the process stood still, whoever asks first afterwards', async () => {
  for (const waitMs of [0, 5_000]) {
    const clock = virtualClock();
    const hearing = watchHearing(clock, () => true);
    await clock.advance(60_000);
    clock.jump(30_000);
    const woken = clock.now();
    await clock.advance(waitMs);
    expect(hearing.since()).toBeGreaterThanOrEqual(woken);
    hearing.stop();
  }
});

test('and is not while its socket is lost', async () => {
  const clock = virtualClock();
  let isOpen = false;
  const hearing = watchHearing(clock, () => isOpen);
  await clock.advance(60_000);
  expect(hearing.since()).toBe(clock.now());
  isOpen = true;
  hearing.miss();
  await clock.advance(1_000);
  expect(hearing.since()).toBe(clock.now() - 1_000);
  hearing.stop();
});
