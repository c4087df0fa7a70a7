import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';

export interface Loop {
  /** Starts the next round now, or right after the one that is running. */
  poke(): void;
  /** Resolves when the round that is running has ended; no other follows. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** Answers how long to wait for a poke before the next round, in milliseconds. */
  readonly round: () => Promise<number>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

/** Runs one round after the other, never two at once. A round that fails is logged and repeated after a second. */
export function startLoop({ name, round, clock, log }: LoopOptions): Loop {
  let stopped = false;
  let poked = false;
  let wake = () => {};

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (stopped || poked || ms === 0) return resolve();
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  const run = async () => {
    while (!stopped) {
      poked = false;
      const waitMs = await round().catch((error: unknown) => {
        log.error({ err: error, loop: name }, 'a round failed and will be repeated');
        return AFTER_FAILURE_MS;
      });
      await pause(waitMs);
    }
  };
  const ended = run();

  return {
    poke() {
      poked = true;
      wake();
    },
    stop() {
      stopped = true;
      wake();
      return ended;
    },
  };
}

const AFTER_FAILURE_MS = 1_000;
