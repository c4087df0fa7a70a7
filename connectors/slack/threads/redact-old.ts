import { addCard, addRedaction } from '../egress/outbox.ts';
import { expireReplies, expireRoots, takeOldPosts } from '../store/retention.ts';
import { type Around, nowOf } from './around.ts';

/** As many as Slack lets the app change within the hour until it looks again. */
const AT_ONCE_MAX = 2_000;

/**
 * Words that are older than what is kept are taken out of Slack and out of here, also where the conversation goes on;
 * one that is silent is forgotten as a whole (`forget.ts`).
 */
export async function redactOld(around: Pick<Around, 'storage' | 'clock' | 'settings'>): Promise<void> {
  const { storage, clock, settings } = around;
  const before = new Date(clock.now() - settings.retentionMs);
  const at = nowOf(around);
  await storage.transaction(async (tx) => {
    for (const { channel, ts } of await takeOldPosts(tx, before, AT_ONCE_MAX))
      await addRedaction(tx, { channel, ts, why: 'expired' }, at);
    for (const thread of await expireRoots(tx, before, AT_ONCE_MAX)) await addCard(tx, thread, at);
    await expireReplies(tx, before);
  });
}
