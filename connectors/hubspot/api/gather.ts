/** Calls that may be on their way at the same time for one key: one that hangs must not hold up all others. */
const PARALLEL_MAX = 3;

interface Asked<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What many ask for at the same time goes in one call: the first at once, and what comes while calls are under way
 * together in the next. Everybody who asked gets the whole answer. Nobody waits longer than alone, and an import takes a
 * tenth of the calls.
 */
export function createGatherer<Item, Answer>(
  itemsMax: number,
  ask: (key: string, items: readonly Item[]) => Promise<Answer>,
): (key: string, item: Item) => Promise<Answer> {
  const waiting = new Map<string, Asked<Item, Answer>[]>();
  const underWay = new Map<string, number>();

  function begin(key: string): void {
    const queue = waiting.get(key) ?? [];
    const count = underWay.get(key) ?? 0;
    if (queue.length === 0 || count >= PARALLEL_MAX) return;
    const some = queue.splice(0, itemsMax);
    underWay.set(key, count + 1);
    void ask(
      key,
      some.map(({ item }) => item),
    )
      .then(
        (answer) => some.forEach(({ resolve }) => resolve(answer)),
        (error: unknown) => some.forEach(({ reject }) => reject(error)),
      )
      .finally(() => end(key));
  }

  function end(key: string): void {
    const count = (underWay.get(key) ?? 1) - 1;
    if (count > 0) underWay.set(key, count);
    else underWay.delete(key);
    if ((waiting.get(key)?.length ?? 0) === 0) waiting.delete(key);
    begin(key);
  }

  return (key, item) =>
    new Promise((resolve, reject) => {
      const queue = waiting.get(key) ?? [];
      waiting.set(key, queue);
      queue.push({ item, resolve, reject });
      begin(key);
    });
}
