import type { Queries } from '../../seam/storage.ts';

/** Where the root of a thread is in Slack; it stays there. */
export async function notePermalink(on: Queries, id: string, permalink: string): Promise<void> {
  await on.query('update threads set permalink = $2 where id = $1', [id, permalink]);
}
