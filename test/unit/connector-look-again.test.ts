import { describe, expect, test } from 'vitest';
import { lookAgain } from '../../connectors/seam/look-again.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** Looks that end when they are told to. */
function stage(waitMs = 1_000) {
  const clock = virtualClock();
  const ends: (() => void)[] = [];
  const looking = lookAgain({ clock, look: () => new Promise((resolve) => ends.push(() => resolve(waitMs))) });
  return { clock, looking, ends };
}

describe('looking for something to do', () => {
  test.each(Array.from({ length: 12 }, (_, ticks) => ticks))(
    'misses no poke, not even one that comes %i ticks after a look has ended',
    async (ticks) => {
      const { ends, looking } = stage();
      ends[0]?.();
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
      looking.poke();
      // Time stands still: nothing else would look.
      await until(() => ends.length === 2);
    },
  );

  test('is done once at a time, again as soon as it was poked meanwhile, and otherwise when the last look has said so', async () => {
    const { clock, ends, looking } = stage(700);
    for (let pokes = 0; pokes < 5; pokes += 1) looking.poke();
    await clock.advance(10_000);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await until(() => ends.length === 2);
    ends[1]?.();
    await clock.advance(699);
    expect(ends).toHaveLength(2);
    await clock.advance(1);
    expect(ends).toHaveLength(3);
  });

  test('ends with the look that is under way, and leaves no timer', async () => {
    const { clock, ends, looking } = stage();
    const stopping = looking.stop();
    ends[0]?.();
    await stopping;
    looking.poke();
    await clock.advance(10_000);
    expect([ends.length, clock.pending()]).toEqual([1, 0]);
  });
});
