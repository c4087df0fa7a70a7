import type { Queries } from '../../seam/storage.ts';

/** They wait from their first text on that nobody has answered. */
export async function noteWaiting(on: Queries, id: string, since: Date): Promise<void> {
  await on.query('update threads set waiting_since = coalesce(waiting_since, $2) where id = $1', [id, since]);
}

export async function noteAnswered(on: Queries, id: string): Promise<void> {
  await on.query('update threads set waiting_since = null where id = $1', [id]);
}
