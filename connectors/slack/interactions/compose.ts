import { type Preview, SmsApiError } from '../../sdk/index.ts';
import { isOutage } from '../../seam/outage.ts';
import type { Queries } from '../../seam/storage.ts';
import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { addTask } from '../../seam/tasks.ts';
import { saying } from '../blocks/asks.ts';
import { addRoot, addShown, addTell } from '../egress/outbox.ts';
import { escaped } from '../rules/plain-words.ts';
import { channelFor } from '../rules/routing.ts';
import { insertReply } from '../store/replies.ts';
import { addAudit } from '../store/audit.ts';
import { openThreadsOf } from '../store/thread-lists.ts';
import { insertThread, lockOpenThread } from '../store/threads.ts';
import { type Around, nowOf, refOf, sha256, tsOfView } from '../threads/around.ts';
import { knownContact } from './known-contact.ts';
import type { Wanted } from './measure-draft.ts';
import { faultWords, serverWords } from '../rules/server-words.ts';

/** A text to somebody who has not written. */

interface Author {
  readonly view: string;
  readonly user: string;
  /** Where the command was given; '' = nowhere. */
  readonly channel: string;
}

interface ComposePayload extends Author {
  /** Of the workspace in which it was written. */
  readonly team: string;
  readonly to: string;
  readonly from: string;
  readonly text: string;
  /** RFC 3339; null = now. */
  readonly at: string | null;
  /** The place of the text among those of its thread; its `client_ref` says the same. */
  readonly place: { readonly channel: string; readonly ts: string };
}

/** Written down once for each dialog, with everything that has to stay the same however often it is tried. */
export async function addComposed(
  around: Around,
  { to, from, text, at }: Wanted,
  preview: Pick<Preview, 'from' | 'number'>,
  author: Author,
): Promise<void> {
  const now = nowOf(around);
  const open = (await openThreadsOf(around.storage, to)).find(({ our_number: ours }) => ours === preview.from.resolved);
  const about = {
    ...(await knownContact(around, to)),
    ourNumber: preview.from.resolved,
    country: preview.number.country,
    body: text,
  };
  const place = {
    channel: open?.channel ?? (await around.places.placeFor(channelFor(around.settings, about))),
    ts: tsOfView(author.view, now),
  };
  const payload: ComposePayload = {
    ...author,
    team: around.team,
    to,
    from,
    text,
    at: at?.toISOString() ?? null,
    place,
  };
  // In the lane of what is told of this contact: nothing is heard of the text before it is known here.
  const key = `compose:${author.view}`;
  await addTask(around.storage, { key, lane: `sms:${to}`, kind: 'compose', payload, dueAt: now }, now);
}

/** Sends it, and opens the thread in which the answers will be. */
export async function sendComposed(around: Around, task: Task): Promise<TaskOutcome> {
  // What addComposed has written.
  const payload = task.payload as ComposePayload;
  const { to, from, text, view, at, place } = payload;
  try {
    const sent = await around.sdk.sms.send(
      {
        to,
        body: text,
        message_type: 'conversational',
        client_ref: refOf(place.channel, place.ts),
        ...(from === '' ? {} : { from }),
        ...(at === null ? {} : { schedule_for: at }),
      },
      { idempotencyKey: `slack:view:${view}` },
    );
    if (sent.status === 'rejected') return notSent(around, payload, serverWords(around.settings, sent.error?.message));
    const conversation = await conversationOf(around, sent);
    if (conversation === null)
      return tellAuthor(around, payload, 'Your SMS was accepted. It has no thread: nobody can answer its sender.');
    // The server knows the key for a day: waiting for a name must not send twice.
    const person = await around.people.find(payload.user).catch(() => ({ name: payload.user }));
    const known = { ...sent, conversation, began: `${person.name} wrote: ${text}` };
    return { type: 'done', record: (tx) => keep(around, tx, payload, known) };
  } catch (error) {
    if (!(error instanceof SmsApiError)) throw error;
    if (isOutage(error)) return { type: 'failed', reason: error.code, isOutage: true };
    return notSent(around, payload, faultWords(around.settings, error));
  }
}

const notSent = (around: Around, payload: ComposePayload, why: string) =>
  tellAuthor(around, payload, `❌ Your SMS was not sent: ${escaped(why)}`);

/** `says` is mrkdwn of ours. */
function tellAuthor(around: Around, { channel, user, view }: ComposePayload, says: string): TaskOutcome {
  const content = saying(says);
  const tell = { channel: channel || around.settings.catchAll, user, thread: null, content };
  return { type: 'done', record: (tx) => addTell(tx, `compose:${view}`, tell, nowOf(around)) };
}

interface Known {
  readonly message_id: string;
  readonly mode: 'test' | 'live';
  readonly from: string;
  readonly to: string;
  readonly country: string | null;
  readonly conversation: string;
  readonly began: string;
}

async function keep(around: Around, tx: Queries, payload: ComposePayload, sent: Known): Promise<void> {
  const { place, user, view, text, at: scheduled } = payload;
  const at = nowOf(around);
  const thread = await threadFor(around, tx, payload, sent);
  const reply = {
    ...place,
    thread_id: thread.id,
    author: user,
    text,
    state: 'sent',
    reason: null,
    send_at: at,
    schedule_for: scheduled === null ? null : new Date(scheduled),
    message_id: sent.message_id,
    created_at: at,
    view,
  } as const;
  if (!(await insertReply(tx, reply))) return;
  await addAudit(tx, {
    at,
    actor: user,
    action: 'composed',
    threadId: thread.id,
    ts: place.ts,
    textSha256: sha256(text),
  });
  await addShown(tx, thread, reply, at);
}

async function threadFor(around: Around, tx: Queries, { place, user }: ComposePayload, sent: Known) {
  const open = await lockOpenThread(tx, sent.conversation);
  if (open) return open;
  const at = nowOf(around);
  const thread = { id: around.newId(), channel: place.channel };
  await insertThread(tx, {
    ...thread,
    conversation_id: sent.conversation,
    mode: sent.mode,
    our_number: sent.from,
    contact_number: sent.to,
    contact_name: null,
    country: sent.country,
    owner: null,
    first_text: sent.began,
    is_opted_out: false,
    last_inbound_at: null,
    created_at: at,
    assignee: user,
  });
  await addRoot(tx, thread, at);
  return thread;
}

/** The answer to a new text does not name it yet. */
async function conversationOf({ sdk }: Around, { to, from }: { to: string; from: string }): Promise<string | null> {
  for await (const { id } of sdk.conversations.list({ contact: to, our_number: from })) return id;
  return null;
}
