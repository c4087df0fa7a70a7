import type { Clock } from '../../server/clock.ts';

export interface Looking {
  /** There may be something new. */
  poke(): void;
  /** Looks no more, and waits for the look that is under way. */
  stop(): Promise<void>;
}

export interface LookOptions {
  readonly clock: Clock;
  /** Answers after how many milliseconds to look again, if nobody pokes before. It never rejects. */
  readonly look: () => Promise<number>;
}

/** Looks once at a time: now, when poked, and when the last look has said so. A poke during a look is another look. */
export function lookAgain({ clock, look }: LookOptions): Looking {
  let looking: Promise<void> | null = null;
  let isPoked = false;
  let isStopped = false;
  let cancel = () => {};

  const poke = () => {
    if (isStopped) return;
    isPoked = true;
    looking ??= lookWhilePoked().finally(() => {
      looking = null;
      // Somebody was faster than this line.
      if (isPoked) poke();
    });
  };

  async function lookWhilePoked(): Promise<void> {
    cancel();
    let waitMs = 0;
    while (isPoked && !isStopped) {
      isPoked = false;
      waitMs = await look();
    }
    if (!isStopped) cancel = clock.after(waitMs, poke);
  }

  poke();
  return {
    poke,
    async stop() {
      isStopped = true;
      cancel();
      await looking;
    },
  };
}
