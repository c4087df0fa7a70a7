import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { createPace } from '../../connectors/slack/egress/pace.ts';
import { virtualClock } from '../support/virtual-clock.ts';

function stage() {
  const clock = virtualClock();
  return { clock, pace: createPace(clock) };
}

describe('the pace of calls', () => {
  test('is one post in 1.05 s and channel, and channels do not wait for each other', async () => {
    const { clock, pace } = stage();
    const post = (channel = 'C1') => pace.take('chat.postMessage', channel);
    expect([post(), post(), post()]).toEqual([0, 1_050, 1_050]);
    expect(post('C2')).toBe(0);
    await clock.advance(1_049);
    expect(post()).toBe(1);
    await clock.advance(1);
    expect([post(), post()]).toEqual([0, 1_050]);
    // A long rest is no reason for a burst.
    await clock.advance(3_600_000);
    expect([post(), post()]).toEqual([0, 1_050]);
  });

  test('is not kept up by a fraction of a millisecond', async () => {
    const { clock, pace } = stage();
    while (pace.take('chat.update', 'C1') === 0);
    // 45 a minute are one in 1,333 1/3 ms.
    await clock.advance(1_333);
    expect(pace.take('chat.update', 'C1')).toBe(0);
  });

  test.each([
    ['chat.update', 45],
    ['chat.postEphemeral', 90],
    ['conversations.history', 40],
    ['conversations.info', 20],
  ])('is what Slack allows a workspace in a minute, and less than that: %s %i', async (method, perMinute) => {
    const { clock, pace } = stage();
    const burst = () => Array.from({ length: 200 }, (_, index) => pace.take(method, `C${index}`));
    expect(burst().filter((waitMs) => waitMs === 0)).toHaveLength(perMinute);
    expect(pace.take(method, 'C1')).toBe(Math.ceil(60_000 / perMinute));
    await clock.advance(30_000);
    expect(burst().filter((waitMs) => waitMs === 0)).toHaveLength(Math.floor(perMinute / 2));
    await clock.advance(3_600_000);
    expect(burst().filter((waitMs) => waitMs === 0)).toHaveLength(perMinute);
  });

  property.prop([fc.constantFrom('chat.postMessage', 'chat.update', 'views.open'), fc.nat({ max: 50 })])(
    'is looked at without being used up, and waiting for what it says is enough',
    async (method, taken) => {
      const { clock, pace } = stage();
      for (let count = 0; count < taken; count++) pace.take(method, 'C1');
      const waitMs = pace.look(method, 'C1');
      expect(pace.look(method, 'C1')).toBe(waitMs);
      await clock.advance(waitMs);
      expect(pace.take(method, 'C1')).toBe(0);
    },
  );

  test('stands still for what Slack has refused, for as long as it said, and for nothing else', async () => {
    const { clock, pace } = stage();
    await clock.advance(7_000);
    pace.block('chat.postMessage', 'C1', 30_000);
    pace.block('chat.update', 'C1', 10_000);
    expect(pace.take('chat.postMessage', 'C1')).toBe(30_000);
    expect(pace.take('chat.postMessage', 'C2')).toBe(0);
    // The limit of other methods is that of the workspace.
    expect(pace.take('chat.update', 'C2')).toBe(10_000);
    expect(pace.take('reactions.add', 'C1')).toBe(0);
    await clock.advance(29_999);
    expect(pace.take('chat.postMessage', 'C1')).toBe(1);
    expect(pace.take('chat.update', 'C2')).toBe(0);
    await clock.advance(1);
    expect(pace.take('chat.postMessage', 'C1')).toBe(0);
  });
});
