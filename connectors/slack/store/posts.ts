import type { Queries } from '../../seam/storage.ts';
import type { Thread } from './threads.ts';

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

/** Whether somebody who wrote at `ts` may have missed a text of the contact: it waits to be posted, or was posted later. */
export async function hasUnseenText(on: Queries, { id, channel }: Thread, ts: string): Promise<boolean> {
  const rows = await on.query(
    `select 1 from tasks where lane = $1 and done_at is null and kind = 'post' and payload ->> 'thread' = $2
       and payload ->> 'what' = 'text'
     union all select 1 from posts where thread_id = $2::uuid and is_text and ts > $3 limit 1`,
    [`post:${channel}`, id, ts],
  );
  return rows.length > 0;
}

/** From now on what this task posts is words alone. */
export async function setPlain(on: Queries, key: string): Promise<void> {
  await on.query(`update tasks set payload = payload || '{"isPlain": true}' where key = $1`, [key]);
}
