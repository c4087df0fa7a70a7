import { z } from 'zod';
import type { Conversation, SmsEvent } from '../../sdk/index.ts';
import type { Queries } from '../../seam/storage.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { holdAsk } from '../blocks/asks.ts';
import { words } from '../blocks/blocks.ts';
import { addCard, addPost, addRoot, addTell } from '../egress/outbox.ts';
import { cut, escaped } from '../rules/plain-words.ts';
import { channelFor } from '../rules/routing.ts';
import { changeReply, unsentReplies } from '../store/replies.ts';
import {
  changeThread,
  insertThread,
  lockOpenThread,
  noteWaiting,
  openThreadOf,
  type Thread,
} from '../store/threads.ts';
import { type Around, nowOf } from './around.ts';

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
/** So long after the last text, the channel is told again. */
const QUIET_MS = 180_000;
const NO_BODY = '(The words of this text are not shown here.)';

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
  { storage, settings, places }: Around,
  text: Received,
  { id, contact, tags }: Conversation,
): Promise<{ readonly channel: string; readonly unusable: string | null }> {
  const open = await openThreadOf(storage, id);
  const beside = open && (await places.placeFor(open.channel));
  if (open && beside !== null && beside !== open.channel) return { channel: beside, unusable: open.channel };
  const about = { ourNumber: text.to, country: text.country, owner: contact.owner, tags, body: text.body ?? '' };
  return { channel: await places.placeFor(channelFor(settings, about)), unusable: null };
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
  const thread = { id: around.newId(), channel };
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
    last_inbound_at: new Date(text.received_at),
    created_at: at,
  });
  await addRoot(tx, thread, at);
}

async function addToThread(around: Around, tx: Queries, thread: Thread, text: Received): Promise<void> {
  const at = nowOf(around);
  const body = bodyOf(text);
  const key = `in_${text.message_id}`;
  const isQuiet = thread.last_inbound_at === null || at.getTime() - thread.last_inbound_at.getTime() > QUIET_MS;
  const content = { text: escaped(cut(body, 150)), blocks: [words(body, key)] };
  await addPost(tx, thread, { key, content, broadcast: isQuiet, body }, at);
  await holdPending(tx, thread, at);
  const woken = thread.state === 'snoozed' ? { state: 'open' as const, snoozed_until: null } : {};
  const changed = await changeThread(tx, thread.id, { last_inbound_at: new Date(text.received_at), ...woken });
  if (!ANSWERED.has(text.intent.type)) await noteWaiting(tx, thread.id, new Date(text.received_at));
  if (thread.state === 'snoozed') await addCard(tx, changed, at);
}

/** What was about to be sent was written without having read this. */
async function holdPending(tx: Queries, thread: Thread, at: Date): Promise<void> {
  for (const reply of await unsentReplies(tx, thread.id)) {
    // A dialog is submitted once everything was read, and leaves at once.
    if (reply.view !== null) continue;
    const held = await changeReply(tx, reply, ['pending'], { state: 'held', reason: 'new_inbound', send_at: null });
    if (!held) continue;
    const content = holdAsk(held, 'The customer wrote again while it was about to be sent.', null);
    const tell = { channel: held.channel, user: held.author, thread: thread.root_ts, content };
    await addTell(tx, `hold:${held.channel}:${held.ts}:new_inbound`, tell, at);
  }
}
