/**
 * The short way from who announces texts to the worker of the same process: no job, no database. It is open while the
 * lane has no backlog. What does not fit, and whatever comes after it, goes by jobs until the queue is empty again, so
 * that nobody is overtaken by a later one and other servers can help with a backlog.
 */
export interface HandOver {
  /** Whether so many texts can be given now; when not, the way is closed. */
  takes(texts: number): boolean;
  /** Lower ranks go first (see fair-order.ts). */
  give(ids: readonly string[], rank: number): void;
  /** The queue has no job that waits. */
  open(): void;
  /** Texts that wait or are being worked off. */
  size(): number;
  /** Ends the work and answers what is left. */
  stop(): Promise<string[]>;
}

export interface HandOverOptions {
  /** At most so many texts at a time, of one or several announcements. It never rejects. */
  readonly batch: number;
  readonly run: (ids: readonly string[], rank: number) => Promise<void>;
}

interface Given {
  readonly ids: readonly string[];
  readonly rank: number;
}

/** Texts in memory. More would only keep them from other servers. */
const ROOM = 1_000;
/** As many as jobs: while one waits for slots of the carrier the next one may find some. */
const PARALLEL = 2;

export function createHandOver({ batch, run }: HandOverOptions): HandOver {
  const waiting: Given[] = [];
  const running = new Set<Promise<void>>();
  let size = 0;
  let isOpen = false;
  let isStopped = false;

  function start(): void {
    while (!isStopped && running.size < PARALLEL && waiting.length > 0) {
      const { ids, rank } = next();
      const work = run(ids, rank).finally(() => {
        running.delete(work);
        size -= ids.length;
        start();
      });
      running.add(work);
    }
  }

  /** What is due, filled up with what comes right behind it. */
  function next(): Given {
    const taken: Given[] = [];
    for (let texts = 0; waiting[0] && (texts === 0 || texts + waiting[0].ids.length <= batch);) {
      texts += waiting[0].ids.length;
      taken.push(...waiting.splice(0, 1));
    }
    return { ids: taken.flatMap(({ ids }) => ids), rank: taken[0]?.rank ?? 0 };
  }

  return {
    takes(texts) {
      if (size + texts > ROOM) isOpen = false;
      return isOpen;
    },
    give(ids, rank) {
      for (let from = 0; from < ids.length; from += batch) {
        const before = waiting.findLastIndex((one) => one.rank <= rank);
        waiting.splice(before + 1, 0, { ids: ids.slice(from, from + batch), rank });
      }
      size += ids.length;
      start();
    },
    open() {
      isOpen = !isStopped;
    },
    size: () => size,
    async stop() {
      isOpen = false;
      isStopped = true;
      await Promise.all(running);
      return waiting.splice(0).flatMap(({ ids }) => ids);
    },
  };
}
