import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { section } from '../blocks/blocks.ts';
import { card, type Content } from '../blocks/card.ts';
import type { SlackSetup } from '../settings.ts';
import { isRootWaiting, rankPosts } from '../store/digests.ts';
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
import { type Calling, failed, QUIET } from './calling.ts';
import type { SlackClient, SlackResult } from './client.ts';
import { RANKS } from './digest.ts';
import { addCard, addPost, type PostPayload } from './outbox.ts';
import { JOINED, triedBefore } from './post-once.ts';
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
  readonly setup: Pick<SlackSetup, 'digestAbove' | 'areNumbersMasked'>;
  readonly clock: Clock;
}

const NO_CHANNEL_MS = 60_000;
const ROOT_MS = 1_000;
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
      : refusedPost(posting, thread, payload, content, result.error, place),
  );
}

async function contentOf(
  posting: Posting,
  thread: Thread,
  { content, what, key, reply: place }: PostPayload,
): Promise<Content | null> {
  if (content) return content;
  if (what === 'root') {
    const { areNumbersMasked } = posting.setup;
    const [earlier, owner] = await Promise.all([earlierLink(posting, thread), posting.findOwner(thread)]);
    return card(thread, { earlier, owner, areNumbersMasked });
  }
  return place ? shownFirst(posting.storage, place, key) : null;
}

/** The root moved to another channel, or was never taken: what follows it goes where the conversation goes on. */
function follow({ clock }: Posting, thread: Thread, { key, content, body }: PostPayload): TaskOutcome {
  return {
    type: 'done',
    async record(tx) {
      const open = await lockOpenThread(tx, thread.conversation_id);
      if (!open || open.id === thread.id || content === null) return;
      await addPost(tx, open, { key: `${key}_m`, content, ...(body === null ? {} : { body }) }, nowOf(clock));
    },
  };
}

function posted({ clock }: Posting, thread: Thread, { what, reply }: PostPayload, ts: string): TaskOutcome {
  if (what === 'shown' && reply) return { type: 'done', record: (tx) => shownAt(tx, thread, reply, ts, nowOf(clock)) };
  if (what !== 'root') return { type: 'done', record: (tx) => notePost(tx, thread.id, thread.channel, ts) };
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
  content: Content,
  error: string,
  place: { channel: string; rootTs: string | null },
): Promise<TaskOutcome> {
  const { client } = posting;
  switch (remedyFor(error)) {
    case 'join':
      return joined(posting, thread, payload, await client.bulk('conversations.join', { channel: thread.channel }));
    case 'plain': {
      const plain = { text: content.text, blocks: [section(content.text, payload.key)] };
      const result = await client.bulk('chat.postMessage', argumentsOf(place, payload, plain));
      if (result.type === 'ok') return posted(posting, thread, payload, String(result.data['ts']));
      // Not even the words alone: no repetition helps, and everything behind it waits.
      return result.type === 'refused' ? { type: 'give_up', reason: result.error } : failed(result);
    }
    case 'reroute':
      return reroute(posting, thread, payload, error);
    case 'pause':
    case 'give_up':
      return { type: 'give_up', reason: error };
  }
}

/** A public channel takes the app in; a private one has to invite it, and until then another one does. */
function joined(
  posting: Posting,
  thread: Thread,
  payload: PostPayload,
  result: SlackResult,
): TaskOutcome | Promise<TaskOutcome> {
  if (result.type === 'ok') return JOINED;
  return result.type === 'refused' ? reroute(posting, thread, payload, result.error) : failed(result);
}

/** The conversation goes on where it can: in another channel, or below a new root where its own is gone. */
async function reroute(
  { places, setup, clock }: Posting,
  thread: Thread,
  payload: PostPayload,
  error: string,
): Promise<TaskOutcome> {
  const isOfThread = IN_THREAD.has(error);
  if (!isOfThread) await places.close(thread.channel, error === 'is_archived' ? 'archived' : 'left');
  const channel = isOfThread ? thread.channel : await places.placeFor(thread.channel);
  if (channel === thread.channel && !isOfThread)
    return { type: 'wait', ms: NO_CHANNEL_MS, reason: 'the channel for everything cannot be posted to' };
  if (payload.what === 'notice' || payload.what === 'shown') return { type: 'give_up', reason: 'the channel is gone' };
  const firstText = payload.what === 'root' ? thread.first_text : (payload.body ?? thread.first_text);
  const { digestAbove } = setup;
  return { type: 'done', record: (tx) => moveThread(tx, thread, { channel, firstText, digestAbove }, nowOf(clock)) };
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
