/** Counts what happened in the last second, to the next 50 ms. Times in milliseconds of a clock that never goes back. */
export interface LastSecond {
  add(nowMs: number): void;
  count(nowMs: number): number;
}

export function lastSecond(): LastSecond {
  const counts: number[] = Array.from({ length: STEPS }, () => 0);
  let step = 0;
  let total = 0;

  function moveTo(nowMs: number): void {
    const wanted = Math.floor(nowMs / STEP_MS);
    for (let left = Math.min(wanted - step, STEPS); left > 0; left -= 1) {
      const index = (wanted - left + 1) % STEPS;
      total -= counts[index] ?? 0;
      counts[index] = 0;
    }
    step = Math.max(step, wanted);
  }

  return {
    add(nowMs) {
      moveTo(nowMs);
      const index = step % STEPS;
      counts[index] = (counts[index] ?? 0) + 1;
      total += 1;
    },
    count(nowMs) {
      moveTo(nowMs);
      return total;
    },
  };
}

const STEP_MS = 50;
/** One more than a second has: the current one is not over. */
const STEPS = 21;
