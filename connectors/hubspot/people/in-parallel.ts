/** HubSpot waits 15 s for an answer to a card, and allows an account 20 such requests at once. */
const PARALLEL_MAX = 8;

/** What becomes of each, in their order. The first that fails ends it. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += PARALLEL_MAX)
    results.push(...(await Promise.all(items.slice(at, at + PARALLEL_MAX).map(work))));
  return results;
}
