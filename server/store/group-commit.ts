/**
 * Group commit: while one flush is running, the next batch collects. A lone item waits for nothing, and under load
 * the batch grows to whatever arrived during the flush before it. After a flush of several items the next one waits
 * GATHER_MS: their callers are about to send more, and would otherwise fall into two groups that take turns
 * (PostgreSQL's commit_delay, for the same reason).
 *
 * `flush` answers one result per item, in order. When it fails with a deadlock or a serialization failure the
 * batch is repeated; when it fails otherwise the items are flushed one by one, so that one bad item fails
 * alone; when the database is away every item fails with that error.
 */
export function groupCommit<Item, Result>(
  flush: (items: readonly Item[]) => Promise<readonly Result[]>,
  { maxItems = 500, maxParallel = 1 }: { maxItems?: number; maxParallel?: number } = {},
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running = 0;
  let armed = false;

  const arm = () => {
    if (armed) return;
    armed = true;
    setImmediate(start);
  };
  const gather = (before: number) => {
    if (before <= 1 || armed) return arm();
    armed = true;
    setTimeout(start, GATHER_MS);
  };
  const start = () => {
    armed = false;
    while (waiting.length > 0 && running < maxParallel) {
      const batch = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      running++;
      void settle(batch, flush).finally(() => {
        running--;
        if (waiting.length > 0) gather(batch.length);
      });
    }
  };
  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running < maxParallel) arm();
    });
}

const GATHER_MS = 2;

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const MAX_REPEATS = 5;

async function settle<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  flush: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<void> {
  for (let repeat = 0; ; repeat++) {
    try {
      const results = await flush(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
      return;
    } catch (error) {
      if (isConflict(error) && repeat < MAX_REPEATS) continue;
      if (batch.length === 1 || isDatabaseAway(error)) return batch.forEach(({ reject }) => reject(error));
      for (const one of batch) await settle([one], flush);
      return;
    }
  }
}

/** 40P01 deadlock_detected, 40001 serialization_failure: the same statements may pass when repeated. */
function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40P01' || code === '40001';
}

/**
 * True when the database could not be reached or is going away, as opposed to refusing a statement.
 * Class 08, 57P01-57P03 and 53300: PostgreSQL Appendix A.
 */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null) return /^(08|57P0|53300|ECONN|ENOENT|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND)/.test(code);
  const message = error instanceof Error ? error.message : '';
  return /Connection terminated|connection timeout|timeout exceeded when trying to connect|pool after calling end/i.test(
    message,
  );
}

function codeOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null;
}
