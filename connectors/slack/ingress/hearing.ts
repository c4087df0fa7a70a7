import type { Clock } from '../../../server/clock.ts';

/** Since when everything that Slack tells is heard: what it told before, and nobody took, it may tell much later. */
export interface Hearing {
  /** In Unix milliseconds. */
  since(): number;
  /** Something was not taken, or could not come. */
  miss(): void;
  stop(): void;
}

const LOOK_EVERY_MS = 2_000;
/** The process was stopped, or its machine asleep. */
const STOOD_STILL_MS = 6_000;

/** `isOpen`: Slack can reach us now, as far as that is known. */
export function watchHearing(clock: Clock, isOpen: () => boolean): Hearing {
  let from = clock.now();
  let lookedAt = from;
  let cancel = () => {};
  function look(): void {
    const now = clock.now();
    if (Math.abs(now - lookedAt) > STOOD_STILL_MS) from = now;
    lookedAt = now;
  }
  function watch(): void {
    look();
    cancel = clock.after(LOOK_EVERY_MS, watch);
  }
  watch();
  return {
    since() {
      look();
      return isOpen() ? from : clock.now();
    },
    miss() {
      from = clock.now();
    },
    stop: () => cancel(),
  };
}
