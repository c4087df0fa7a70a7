import type { Queries } from '../../seam/storage.ts';
import type { Content } from '../blocks/card.ts';
import { shownReply } from '../blocks/shown-reply.ts';
import { changeReply, lockReply, replyAt } from '../store/replies.ts';
import { notePost, type Thread, threadById } from '../store/threads.ts';
import { addShownChange, type ReplyPlace, shownKey, type ShownPayload } from './outbox.ts';

/** What was written in a dialog, in its thread: posted once, and changed with what becomes of it. */

export async function shownFirst(on: Queries, { channel, ts }: ReplyPlace, key: string): Promise<Content | null> {
  const reply = await replyAt(on, channel, ts);
  return reply && shownReply(reply, key);
}

/** What has become of it while it was posted is shown after that. */
export async function shownAt(
  tx: Queries,
  thread: Thread,
  { channel, ts }: ReplyPlace,
  at: string,
  now: Date,
): Promise<void> {
  await notePost(tx, thread.id, thread.channel, at);
  const reply = await lockReply(tx, channel, ts);
  if (!reply) return;
  const shown = await changeReply(tx, reply, [reply.state], { shown_ts: at });
  if (shown) await addShownChange(tx, shown, 'posted', now);
}

/** The post as it is to be now; null where it is not posted yet: the post will say it. */
export async function shownNow(on: Queries, { channel, ts, thread: id }: ShownPayload) {
  const [reply, thread] = [await replyAt(on, channel, ts), await threadById(on, id)];
  if (!reply || !thread || reply.shown_ts === null) return null;
  const { text, blocks } = shownReply(reply, shownKey(reply));
  return { channel: thread.channel, ts: reply.shown_ts, text, blocks };
}
