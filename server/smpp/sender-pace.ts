import type { Clock } from '../clock.ts';

/** How fast each sender may submit: segments at even distances, each sender for itself. */
export interface SenderPace {
  /**
   * Milliseconds until the next segment of this sender may leave; that moment is then taken. Null when it is more
   * than a second away: a text that waited for it would keep others out of the send window.
   */
  take(sender: string): number | null;
}

/** `perSecond` is for every sender; `ownRate` for one that has a rate of its own. The lower one counts. */
export function createSenderPace(
  perSecond: number | null,
  clock: Pick<Clock, 'monotonic'>,
  ownRate: (sender: string) => number | null = () => null,
): SenderPace {
  const nextAtMs = new Map<string, number>();

  function forgetThePast(nowMs: number): void {
    for (const [sender, atMs] of nextAtMs) if (atMs <= nowMs) nextAtMs.delete(sender);
  }

  return {
    take(sender) {
      const rate = Math.min(perSecond ?? Infinity, ownRate(sender) ?? Infinity);
      if (rate === Infinity) return 0;
      const nowMs = clock.monotonic();
      const atMs = Math.max(nowMs, nextAtMs.get(sender) ?? 0);
      if (atMs - nowMs > WAIT_MAX_MS) return null;
      if (nextAtMs.size >= SENDERS_MAX) forgetThePast(nowMs);
      nextAtMs.set(sender, atMs + 1_000 / rate);
      return atMs - nowMs;
    },
  };
}

const WAIT_MAX_MS = 1_000;
/** Beyond it, senders whose moment is over are forgotten at once instead of never. */
const SENDERS_MAX = 1_000;
