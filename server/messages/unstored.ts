/** Answers of carriers that this process has and the database does not have yet. */
export interface Unstored {
  /** Counts one until what it waits for is over, however that ends. */
  during(storing: Promise<void>): Promise<void>;
  /** Resolves while there are fewer than the limit. */
  room(): Promise<void>;
}

/**
 * A kill makes each of them a doubt, and a slow database would let them grow without end: the window bounds only what
 * has no answer. So nothing more is claimed while there are `max`.
 */
export function createUnstored(max: number): Unstored {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    async during(storing) {
      count += 1;
      try {
        await storing;
      } finally {
        count -= 1;
        for (const resolve of waiting.splice(0)) resolve();
      }
    },
    async room() {
      while (count >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
