import type { Queries } from '../../seam/storage.ts';
import type { Thread } from './threads.ts';

/** In the place of words that are not kept any more. */
const EXPIRED = '[expired]';

/** What the app has posted below roots before then: forgotten here, so that it is taken out of Slack once. */
export const takeOldPosts = (on: Queries, before: Date, limit: number) =>
  on.query<{ channel: string; ts: string }>(
    `delete from posts where (channel, ts) in (select channel, ts from posts where ts < $1 order by ts limit $2)
     returning channel, ts`,
    // Moments of Slack are seconds since 1970, all of the same length.
    [String(Math.floor(before.getTime() / 1_000)), limit],
  );

/** The first words of a conversation are on its card, which has to be shown again. */
export const expireRoots = (on: Queries, before: Date, limit: number) =>
  on.query<Thread>(
    `update threads set first_text = $2, version = version + 1 where id in
       (select id from threads where created_at < $1 and first_text <> $2 order by created_at limit $3) returning *`,
    [before, EXPIRED, limit],
  );

/** What people wrote; what is still to be decided goes with its thread. */
export async function expireReplies(on: Queries, before: Date): Promise<void> {
  await on.query(
    `update replies set text = $2, correction = null
     where created_at < $1 and text <> $2 and state not in ('pending', 'held', 'sending')`,
    [before, EXPIRED],
  );
}
