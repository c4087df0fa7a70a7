import { z } from 'zod';
import type { SmsEvent } from '../../sdk/index.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { failedElsewhere, sentElsewhere } from '../blocks/elsewhere.ts';
import { addPost } from '../egress/outbox.ts';
import { sourceOf } from '../rules/source.ts';
import { insertTold } from '../store/told.ts';
import { openThreadsOf, threadsOpenFor } from '../store/thread-lists.ts';
import { type Thread } from '../store/threads.ts';
import { noteAnswered } from '../store/waiting.ts';
import { type Around, nowOf } from './around.ts';
import { serverWords } from '../rules/server-words.ts';

const elsewhereSchema = z.object({
  message_id: z.string().max(64),
  from: z.string(),
  to: z.string(),
  client_ref: z.string().nullish(),
  sent_by: z.string().nullish(),
  campaign_id: z.string().nullish(),
  batch_id: z.string().nullish(),
  in_reply_to: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  ambiguous: z.boolean().default(false),
  error: z.object({ message: z.string().default('') }).nullish(),
});
type Elsewhere = z.output<typeof elsewhereSchema>;

/** Of a text that another system has sent, these are told; the rest says nothing to whoever reads the conversation. */
const FAILURES: Readonly<Record<string, string>> = {
  'message.undelivered': 'was not delivered',
  'message.failed': 'failed',
  'message.expired': 'expired',
};
export const isTellable = (type: string) => type === 'message.sent' || Object.hasOwn(FAILURES, type);

/** What begins with it was sent from here, and is in Slack already. */
const OWN_REFS = 'slack:';
export const isOwnRef = (ref: unknown) => typeof ref === 'string' && ref.startsWith(OWN_REFS);

/** A text to a contact with an open thread that was sent from elsewhere: the thread shows it, so there is one conversation. */
export async function tellOfText(around: Around, event: SmsEvent): Promise<TaskOutcome> {
  const text = elsewhereSchema.parse(event.data);
  if (!isTellable(event.type) || isOwnRef(text.client_ref)) return { type: 'done' };
  if (threadsOfText(await threadsOpenFor(around.storage, text.to), text).length === 0) return { type: 'done' };
  const { body } = await around.sdk.sms.getStatus(text.message_id);
  const failure = FAILURES[event.type];
  return {
    type: 'done',
    async record(tx) {
      for (const thread of threadsOfText(await openThreadsOf(tx, text.to), text)) {
        const at = nowOf(around);
        const source = sourceOf(text);
        const from = text.from === thread.our_number ? null : text.from;
        const shown = { key: `out_${text.message_id}_${thread.id}`, says: source.says, from, body };
        const isAnswer = source.isPerson && failure === undefined;
        const isNew = await insertTold(tx, {
          message_id: text.message_id,
          thread_id: thread.id,
          told_at: at,
          isAnswer,
        });
        if (isAnswer) await noteAnswered(tx, thread.id);
        if (failure === undefined) {
          if (isNew) await addPost(tx, thread, { key: shown.key, content: sentElsewhere(shown), isPatient: true }, at);
          continue;
        }
        const key = `${shown.key}_x`;
        const told = {
          ...shown,
          key,
          what: failure,
          why: serverWords(around.settings, text.error?.message ?? ''),
          isAmbiguous: text.ambiguous,
        };
        await addPost(tx, thread, { key, content: failedElsewhere(told), isPatient: true }, at);
      }
    },
  };
}

/** The thread of the number that it was sent from; where there is none, every open one of the contact. */
function threadsOfText(threads: readonly Thread[], { from }: Pick<Elsewhere, 'from'>): readonly Thread[] {
  const own = threads.filter(({ our_number }) => our_number === from);
  return own.length > 0 ? own : threads;
}
