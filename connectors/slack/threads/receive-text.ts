import { z } from 'zod';
import type { Conversation, SmsEvent } from '../../sdk/index.ts';
import type { Queries } from '../../seam/storage.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { words } from '../blocks/blocks.ts';
import { addNewRoot } from '../egress/digest.ts';
import { addCard, addPost } from '../egress/outbox.ts';
import { inLine } from '../rules/plain-words.ts';
import { channelFor } from '../rules/routing.ts';
import { replyPlace } from '../store/reply-places.ts';
import { changeReply, lastAnswerAt, unsentReplies } from '../store/replies.ts';
import { addAudit } from '../store/audit.ts';
import { changeThread, insertThread, lockOpenThread, openThreadOf, type Thread } from '../store/threads.ts';
import { noteWaiting } from '../store/waiting.ts';
import { type Around, nowOf } from './around.ts';
import { ask, confirmedOf, reasonOf } from './doubts.ts';
import type { HoldDoubt } from './judge-reply.ts';
import { planReminder } from './remind.ts';
import { NO_BODY } from '../rules/sentences.ts';

const receivedSchema = z.object({
  message_id: z.string(),
  from: z.string(),
  to: z.string(),
  body: z.string().nullable(),
  conversation_id: z.string().nullable(),
  country: z.string().nullable(),
  received_at: z.string(),
  incomplete: z.boolean().default(false),
  intent: z.object({ type: z.string() }).default({ type: 'none' }),
});
type Received = z.output<typeof receivedSchema>;

/** What the server answers by itself needs no person, and makes no thread. */
const ANSWERED = new Set(['opt_out', 'opt_in', 'help']);

/** A text of a contact: the card of a new thread, or the next line of the one that is open. */
export async function receiveText(around: Around, event: SmsEvent): Promise<TaskOutcome> {
  const { sdk, clock, settings } = around;
  const text = receivedSchema.parse(event.data);
  if (text.conversation_id === null) return { type: 'done' };
  const id = text.conversation_id;
  const isAnswered = ANSWERED.has(text.intent.type);
  const [conversation, consent] = await Promise.all([sdk.conversations.get(id), sdk.optOuts.get(text.from)]);
  const isOptedOut = consent.status === 'opted_out';
  const place = await placeOf(around, text, conversation);
  return {
    type: 'done',
    async record(tx) {
      const open = await lockOpenThread(tx, id);
      const isStale =
        open && clock.now() - (open.last_inbound_at ?? open.created_at).getTime() > settings.reopenAfterMs;
      if (open && !isStale && open.channel !== place.unusable) return addToThread(around, tx, open, text);
      if (isAnswered) return undefined;
      if (open)
        await addCard(
          tx,
          await changeThread(tx, open.id, { state: 'resolved', resolved_at: nowOf(around) }),
          nowOf(around),
        );
      return startThread(around, tx, { text, conversation, isOptedOut, channel: place.channel });
    },
  };
}

/** Where a new thread would be; `unusable`: where it is, if nobody can answer there any more. */
async function placeOf(
  { storage, settings, places, clock }: Around,
  text: Received,
  { id, contact, tags }: Conversation,
): Promise<{ readonly channel: string; readonly unusable: string | null }> {
  const open = await openThreadOf(storage, id);
  const beside = open && (await places.placeFor(open.channel));
  if (open && beside !== null && beside !== open.channel) return { channel: beside, unusable: open.channel };
  const { owner, language } = contact;
  const about = { ourNumber: text.to, country: text.country, owner, language, tags, body: text.body ?? '' };
  const since = new Date(clock.now() - settings.reopenAfterMs);
  const wanted = await replyPlace(storage, text.to, text.from, since);
  return { channel: await places.placeFor(wanted ?? channelFor(settings, about)), unusable: null };
}

const bodyOf = ({ body, incomplete }: Received) =>
  `${body ?? NO_BODY}${incomplete ? '\n(Parts of this text never came.)' : ''}`;

async function startThread(
  around: Around,
  tx: Queries,
  start: {
    readonly text: Received;
    readonly conversation: Conversation;
    readonly isOptedOut: boolean;
    readonly channel: string;
  },
): Promise<void> {
  const at = nowOf(around);
  const { text, conversation, isOptedOut, channel } = start;
  const { contact } = conversation;
  const thread = { id: around.newId(), channel, last_inbound_at: new Date(text.received_at) };
  await insertThread(tx, {
    ...thread,
    conversation_id: conversation.id,
    mode: conversation.mode,
    our_number: text.to,
    contact_number: text.from,
    contact_name: contact.name,
    country: text.country,
    owner: contact.owner,
    first_text: bodyOf(text),
    is_opted_out: isOptedOut,
    created_at: at,
  });
  await addNewRoot(tx, thread, around.settings.digestAbove, at);
  await planReminder(around, tx, thread, text.message_id);
}

async function addToThread(around: Around, tx: Queries, thread: Thread, text: Received): Promise<void> {
  const at = nowOf(around);
  const body = bodyOf(text);
  const key = `in_${text.message_id}`;
  const isQuiet = await wasQuiet(around, tx, thread, at);
  const content = { text: inLine(body, 150), blocks: [words(body, key)] };
  await addPost(tx, thread, { key, content, broadcast: isQuiet, body }, at);
  await planReminder(around, tx, thread, text.message_id);
  await holdPending(tx, thread, at);
  const woken = thread.state === 'snoozed' ? { state: 'open' as const, snoozed_until: null } : {};
  const changed = await changeThread(tx, thread.id, { last_inbound_at: new Date(text.received_at), ...woken });
  if (!ANSWERED.has(text.intent.type)) await noteWaiting(tx, thread.id, new Date(text.received_at));
  if (thread.state === 'snoozed') await addCard(tx, changed, at);
}

/** So long after the last word of either side, the channel is told again. */
async function wasQuiet({ settings }: Around, tx: Queries, thread: Thread, at: Date): Promise<boolean> {
  const answered = await lastAnswerAt(tx, thread.id);
  const last = Math.max(thread.last_inbound_at?.getTime() ?? 0, answered?.getTime() ?? 0);
  return at.getTime() - last > settings.silenceMs;
}

const WROTE_AGAIN: HoldDoubt = {
  key: 'new_inbound',
  says: 'The customer wrote again while it was about to be sent.',
};

/** What was about to be sent was written without having read this. */
async function holdPending(tx: Queries, thread: Thread, at: Date): Promise<void> {
  for (const reply of await unsentReplies(tx, thread.id)) {
    // A dialog is submitted once everything was read, and leaves at once.
    if (reply.view !== null) continue;
    const held = await changeReply(tx, reply, ['pending'], {
      state: 'held',
      reason: reasonOf([WROTE_AGAIN], confirmedOf(reply) ?? []),
      send_at: null,
    });
    if (!held) continue;
    const { ts, reason } = held;
    await addAudit(tx, { at, actor: 'server', action: 'held', reason, threadId: thread.id, ts });
    await ask(tx, thread, held, { doubts: [WROTE_AGAIN] }, at);
  }
}
