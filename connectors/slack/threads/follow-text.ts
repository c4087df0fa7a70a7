import { z } from 'zod';
import type { SmsEvent } from '../../sdk/index.ts';
import type { Queries } from '../../seam/storage.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { outcomeAsk } from '../blocks/asks.ts';
import { addCard, addMark, addShownChange, addTell, type Reaction } from '../egress/outbox.ts';
import { escaped } from '../rules/plain-words.ts';
import { changeReply, type Reply, replyAt } from '../store/replies.ts';
import { addAudit } from '../store/audit.ts';
import { changeThread, lockThread, type Thread } from '../store/threads.ts';
import { type Around, nowOf, placeOfRef } from './around.ts';
import { serverWords } from '../rules/server-words.ts';

const toldSchema = z.object({
  client_ref: z.string().nullish(),
  ambiguous: z.boolean().default(false),
  error: z.object({ code: z.string(), class: z.string().nullish(), message: z.string().default('') }).nullish(),
});
type Told = z.output<typeof toldSchema>;

/** What the card says, and what the reply gets. A text is `delivered` only when the carrier's receipt says so. */
const OUTCOMES: Readonly<
  Record<string, { readonly says: string; readonly reaction?: Reaction; readonly isFailure?: true }>
> = {
  'message.scheduled': { says: 'scheduled' },
  'message.held': { says: 'held by the server' },
  'message.sent': { says: 'sent, no receipt yet' },
  'message.delivered': { says: 'delivered', reaction: 'white_check_mark' },
  'message.undelivered': { says: 'not delivered', reaction: 'x', isFailure: true },
  'message.failed': { says: 'failed', reaction: 'x', isFailure: true },
  'message.expired': { says: 'expired', reaction: 'x', isFailure: true },
  'message.rejected': { says: 'refused', reaction: 'x', isFailure: true },
  'message.canceled': { says: 'canceled', reaction: 'no_entry', isFailure: true },
};

/** What a text ends as without having reached anybody. */
export const FAILURES = Object.values(OUTCOMES).flatMap(({ says, isFailure }) =>
  isFailure && says !== 'canceled' ? [says] : [],
);

export const FOLLOWED = Object.keys(OUTCOMES);
export const isFollowed = (type: string) => Object.hasOwn(OUTCOMES, type);
/** Every reply says where it was written; what others send is not followed here. */
export const isOfReply = (ref: unknown) => typeof ref === 'string' && placeOfRef(ref) !== null;

/** What has become of a reply: a tick at the message, a line at the card, the reason where it failed. */
export async function followText(around: Around, event: SmsEvent): Promise<TaskOutcome> {
  const told = toldSchema.parse(event.data);
  const outcome = OUTCOMES[event.type];
  const place = placeOfRef(told.client_ref ?? null);
  const reply = place && (await replyAt(around.storage, place.channel, place.ts));
  if (!outcome || !reply) return { type: 'done' };
  return {
    type: 'done',
    async record(tx) {
      const thread = await lockThread(tx, reply.thread_id);
      if (!thread) return;
      const at = nowOf(around);
      const doubt = told.ambiguous ? ' (it may have arrived twice)' : '';
      const changed = await changeThread(tx, thread.id, {
        last_outcome: `${outcome.says}${doubt}`,
        last_outcome_at: new Date(event.created_at),
      });
      await addCard(tx, changed, at);
      await changeReply(tx, reply, ['sending', 'sent'], { outcome: changed.last_outcome });
      if (outcome.isFailure)
        return explain(around, tx, { reply, thread, told, says: outcome.says, reaction: outcome.reaction ?? 'x' });
      if (outcome.reaction) await addMark(tx, reply, { name: outcome.reaction, says: outcome.says }, at);
      else if (reply.view !== null) await addShownChange(tx, reply, outcome.says, at);
    },
  };
}

interface Failure {
  readonly reply: Reply;
  readonly thread: Thread;
  readonly told: Told;
  readonly says: string;
  readonly reaction: Reaction;
}

async function explain(around: Around, tx: Queries, { reply, thread, told, says, reaction }: Failure): Promise<void> {
  const { channel, ts, author: user } = reply;
  const at = nowOf(around);
  const isOptOut = told.error?.code === 'OPTED_OUT';
  await addMark(tx, reply, { name: isOptOut ? 'no_entry' : reaction, says }, at);
  const doubt = told.ambiguous ? ' It may have arrived all the same.' : '';
  const why = `${told.error?.message ? escaped(serverWords(around.settings, told.error.message)) : 'Nobody said why.'}${doubt}`;
  // A number that is dead, or whose owner has opted out, is not tried again.
  const mayRetry = !isOptOut && told.error?.class !== 'suppress' && says !== 'canceled';
  await addTell(
    tx,
    `failed:${channel}:${ts}`,
    { channel, user, thread: thread.root_ts, content: outcomeAsk(reply, says, why, mayRetry) },
    at,
  );
  await addAudit(tx, { at, actor: 'server', action: says, threadId: thread.id, ts });
  if (says === 'refused' || says === 'canceled') await changeReply(tx, reply, ['sending', 'sent'], { reason: says });
}
