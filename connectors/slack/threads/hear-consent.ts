import { z } from 'zod';
import type { SmsEvent } from '../../sdk/index.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { reviewAsk } from '../blocks/asks.ts';
import { addCard, addPost } from '../egress/outbox.ts';
import { unsentReplies } from '../store/replies.ts';
import { openThreadsOf, threadsForConsent } from '../store/thread-lists.ts';
import { changeThread } from '../store/threads.ts';
import { type Around, nowOf } from './around.ts';
import { refuseOptedOut } from './send-reply.ts';

const changedSchema = z.object({ number: z.string(), topic: z.string().default('*') });
const reviewSchema = z.object({ number: z.string(), review_id: z.string(), matched: z.string().nullish() });

/** Every thread of the contact knows it, and nothing that was about to be sent is. */
export function hearOptOut(around: Around, event: SmsEvent, isOptedOut: boolean): TaskOutcome {
  const { number, topic } = changedSchema.parse(event.data);
  // Leaving one topic does not end a conversation.
  if (topic !== '*') return { type: 'done' };
  return {
    type: 'done',
    async record(tx) {
      for (const thread of await threadsForConsent(tx, number, isOptedOut)) {
        const changed = await changeThread(tx, thread.id, { is_opted_out: isOptedOut });
        if (changed.state !== 'resolved') await addCard(tx, changed, nowOf(around));
        if (!isOptedOut) continue;
        for (const reply of await unsentReplies(tx, thread.id)) await refuseOptedOut(around, tx, reply, thread);
      }
    },
  };
}

/** A text that may be meant as an opt-out: somebody in the thread has to say. */
export function hearReview(around: Around, event: SmsEvent): TaskOutcome {
  const { number, review_id: review, matched = null } = reviewSchema.parse(event.data);
  return {
    type: 'done',
    async record(tx) {
      const at = nowOf(around);
      for (const thread of await openThreadsOf(tx, number)) {
        const key = `review_${review}_${thread.id}`;
        await addPost(tx, thread, { key, content: reviewAsk(key, thread.id, review, matched) }, at);
      }
    },
  };
}
