import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { section } from '../blocks/blocks.ts';
import { card, type Content } from '../blocks/card.ts';
import { escaped } from '../rules/plain-words.ts';
import type { SlackSetup } from '../settings.ts';
import { isRootWaiting, rankPosts } from '../store/digests.ts';
import { setPlain } from '../store/posts.ts';
import {
  changeThread,
  lastResolvedThread,
  lockOpenThread,
  notePost,
  type Thread,
  threadById,
} from '../store/threads.ts';
import { moveThread } from '../threads/move-thread.ts';
import type { FindOwner } from '../threads/find-owner.ts';
import type { People } from '../threads/people.ts';
import type { Places } from '../workspaces/channels.ts';
import { dayOf, tellOperators } from '../workspaces/tell-operators.ts';
import { type Calling, failed, QUIET } from './calling.ts';
import type { SlackClient } from './client.ts';
import { RANKS } from './digest.ts';
import { addCard, addPost, type PostPayload } from './outbox.ts';
import { join, triedBefore } from './post-once.ts';
import { shownAt, shownFirst } from './shown.ts';
import { remedyFor } from './slack-errors.ts';

export interface Posting {
  readonly storage: Storage;
  readonly client: SlackClient;
  readonly calling: Calling;
  readonly places: Places;
  /** Who posts it. */
  readonly people: Pick<People, 'self'>;
  readonly findOwner: FindOwner;
  readonly setup: Pick<SlackSetup, 'alertChannel' | 'digestAbove' | 'areNumbersMasked'>;
  /** Slack refuses `what`, and nobody knows until when: those who run the server are told. */
  readonly onRefused: (what: string, error: string) => void;
  readonly clock: Clock;
}

const NO_CHANNEL_MS = 60_000;
const ROOT_MS = 1_000;
const PLAIN_MS = 1_000;
/** The root is gone or locked, the channel is not. */
const IN_THREAD = new Set(['cannot_reply_to_message', 'restricted_action_thread_locked', 'thread_not_found']);

const nowOf = (clock: Clock) => new Date(clock.now());

/** The root of a thread, or something below it: posted once, in order, and where the conversation can go on. */
export async function post(posting: Posting, task: Task): Promise<TaskOutcome> {
  const { storage, client, calling } = posting;
  // What addPost and addRoot have written.
  const payload = task.payload as PostPayload;
  const thread = await threadById(storage, payload.thread);
  if (!thread) return { type: 'give_up', reason: 'the thread is gone' };
  if (payload.what === 'root' && thread.root_ts !== null) return { type: 'done' };
  if (payload.what !== 'root' && thread.root_ts === null) {
    if (!(await isRootWaiting(storage, thread.channel, thread.id))) return follow(posting, thread, payload);
    // A root that stands back while its text does not would keep the whole lane waiting.
    await rankPosts(storage, thread.channel, thread.id, RANKS.first);
    return { type: 'wait', ms: ROOT_MS, reason: 'the root is not there yet' };
  }
  const place = { channel: thread.channel, rootTs: payload.what === 'root' ? null : thread.root_ts };
  const content = await contentOf(posting, thread, payload);
  const before = await triedBefore(posting, task, { ...place, key: payload.key, text: content?.text ?? null });
  if (before) return 'ts' in before ? posted(posting, thread, payload, before.ts) : before;
  if (!content) return { type: 'give_up', reason: 'what it shows is gone' };
  return calling(client.bulk, 'chat.postMessage', argumentsOf(place, payload, content), (result) =>
    result.type === 'ok'
      ? posted(posting, thread, payload, String(result.data['ts']))
      : refusedPost(posting, thread, payload, task, result.error),
  );
}

async function contentOf(posting: Posting, thread: Thread, payload: PostPayload): Promise<Content | null> {
  const content = payload.content ?? (await contentNow(posting, thread, payload));
  return content && payload.isPlain ? plainly(content, thread, payload) : content;
}

async function contentNow(posting: Posting, thread: Thread, { what, key, reply: place }: PostPayload) {
  if (what === 'root') {
    const { areNumbersMasked } = posting.setup;
    const [earlier, owner] = await Promise.all([earlierLink(posting, thread), posting.findOwner(thread)]);
    return card(thread, { earlier, owner, areNumbersMasked });
  }
  return place ? shownFirst(posting.storage, place, key) : null;
}

/** Nothing but the words, and all of those of the contact. */
function plainly({ text }: Content, { first_text: first }: Thread, { what, key, body }: PostPayload): Content {
  const blocks =
    what === 'root'
      ? [section(text, key), section(escaped(first))]
      : [section(body === null ? text : escaped(body), key)];
  return { text, blocks };
}

/** The root moved to another channel, or was never taken: what follows it goes where the conversation goes on. */
function follow(
  { clock, setup: { digestAbove } }: Posting,
  thread: Thread,
  { key, content, body }: PostPayload,
): TaskOutcome {
  return {
    type: 'done',
    async record(tx) {
      const at = nowOf(clock);
      const open = await lockOpenThread(tx, thread.conversation_id);
      const elsewhere = open?.id === thread.id ? null : open;
      if (elsewhere && content)
        await addPost(tx, elsewhere, { key: `${key}_m`, content, ...(body === null ? {} : { body }) }, at);
      // Its root was given up: a text of the contact begins another one.
      else if (!elsewhere && body !== null)
        await moveThread(tx, thread, { channel: thread.channel, firstText: body, digestAbove }, at);
    },
  };
}

function posted({ clock }: Posting, thread: Thread, { what, reply }: PostPayload, ts: string): TaskOutcome {
  if (what === 'shown' && reply) return { type: 'done', record: (tx) => shownAt(tx, thread, reply, ts, nowOf(clock)) };
  if (what !== 'root')
    return { type: 'done', record: (tx) => notePost(tx, thread.id, thread.channel, ts, what === 'text') };
  return {
    type: 'done',
    async record(tx) {
      const changed = await changeThread(tx, thread.id, { root_ts: ts });
      // What was written below it meanwhile need not stand back any more.
      await rankPosts(tx, thread.channel, thread.id, RANKS.usual);
      // What has changed while it was posted.
      if (changed.version > thread.version) await addCard(tx, changed, nowOf(clock));
    },
  };
}

async function refusedPost(
  posting: Posting,
  thread: Thread,
  payload: PostPayload,
  task: Task,
  error: string,
): Promise<TaskOutcome> {
  const isOfContact = payload.what === 'root' || payload.what === 'text';
  switch (remedyFor(error)) {
    case 'join':
      return (await join(posting.client, thread.channel)) ?? reroute(posting, thread, payload, error);
    case 'reroute':
      return reroute(posting, thread, payload, error);
    case 'plain':
      return payload.isPlain ? unshowable(posting, thread, error) : inPlainWords(posting, task, error);
    case 'pause':
    case 'none':
      if (!isOfContact) return { type: 'give_up', reason: error };
      posting.onRefused(`chat.postMessage to ${thread.channel}`, error);
      return failed({ type: 'refused', error, messages: [] });
  }
}

/** Written down: the next try is in its turn, and whatever is said to that one, the blocks are not tried again. */
async function inPlainWords({ storage }: Posting, { key }: Task, error: string): Promise<TaskOutcome> {
  await setPlain(storage, key);
  return { type: 'wait', ms: PLAIN_MS, reason: error };
}

/** Not even the words alone: no repetition helps, and everything behind it waits. */
function unshowable({ setup, clock }: Posting, { id, channel, conversation_id }: Thread, error: string): TaskOutcome {
  const at = nowOf(clock);
  const text = `🔴 Slack takes a text not even as plain words (${error}), in ${channel}. It is on the server alone, in the conversation ${conversation_id}.`;
  const told = { key: `unshowable_${id}_${at.getTime()}`, text };
  return { type: 'give_up', reason: error, record: (tx) => tellOperators(tx, setup, told, at) };
}

/** The conversation goes on where it can: in another channel, or below a new root where its own is gone. */
async function reroute(posting: Posting, thread: Thread, payload: PostPayload, error: string): Promise<TaskOutcome> {
  const { setup, clock } = posting;
  const isOfThread = IN_THREAD.has(error);
  const channel = isOfThread ? thread.channel : await leave(posting, thread.channel, error);
  if (channel === thread.channel && !isOfThread)
    return { type: 'wait', ms: NO_CHANNEL_MS, reason: 'the channel for everything cannot be posted to' };
  if (payload.what === 'notice' || payload.what === 'shown') return { type: 'give_up', reason: 'the channel is gone' };
  const firstText = payload.what === 'root' ? thread.first_text : (payload.body ?? thread.first_text);
  const { digestAbove } = setup;
  return { type: 'done', record: (tx) => moveThread(tx, thread, { channel, firstText, digestAbove }, nowOf(clock)) };
}

/** Answers where it goes on. No event tells of a rule of the workspace, and other events may have been missed. */
async function leave({ storage, places, setup, clock }: Posting, channel: string, error: string): Promise<string> {
  const isNews = await places.isUsable(channel);
  await places.close(channel, error === 'is_archived' ? 'archived' : 'left');
  const to = await places.placeFor(channel);
  if (!isNews) return to;
  const at = nowOf(clock);
  const how = to === channel ? 'There is no other channel: its texts wait.' : `Its conversations go on in ${to}.`;
  const key = `closed_${channel}_${dayOf(at)}`;
  await tellOperators(
    storage,
    setup,
    { key, text: `🟠 *${channel}* takes no posts of the app (${error}). ${how}` },
    at,
  );
  return to;
}

async function earlierLink({ storage, client }: Posting, thread: Thread): Promise<string | null> {
  const before = await lastResolvedThread(storage, thread.conversation_id);
  if (!before) return null;
  const result = await client.bulk('chat.getPermalink', { channel: before.channel, message_ts: before.root_ts });
  const link = result.type === 'ok' ? result.data['permalink'] : null;
  return typeof link === 'string' && /^https:\/\/[^|>\s]+$/.test(link) ? link : null;
}

const argumentsOf = (
  { channel, rootTs }: { channel: string; rootTs: string | null },
  { broadcast }: PostPayload,
  { text, blocks }: Content,
) => ({
  channel,
  text,
  blocks,
  ...QUIET,
  ...(rootTs === null ? {} : { thread_ts: rootTs }),
  ...(broadcast ? { reply_broadcast: true } : {}),
});
