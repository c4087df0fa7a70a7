import type { Queries } from '../../seam/storage.ts';

/** Which of these messages are posts of the app that it knows to have made. */
export async function knownPosts(on: Queries, channel: string, tss: readonly string[]): Promise<ReadonlySet<string>> {
  if (tss.length === 0) return new Set();
  const rows = await on.query<{ ts: string }>(
    `select ts from posts where channel = $1 and ts = any($2)
     union select root_ts from threads where channel = $1 and root_ts = any($2)
     union select ts from digests where channel = $1 and ts = any($2)`,
    [channel, tss],
  );
  return new Set(rows.map(({ ts }) => ts));
}

/** From now on what this task posts is words alone. */
export async function setPlain(on: Queries, key: string): Promise<void> {
  await on.query(`update tasks set payload = payload || '{"isPlain": true}' where key = $1`, [key]);
}
