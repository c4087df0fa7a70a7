import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { card, type Content } from '../blocks/card.ts';
import { section } from '../blocks/blocks.ts';
import { isRootWaiting, rankPosts } from '../store/digests.ts';
import {
  changeThread,
  lastResolvedThread,
  lockOpenThread,
  notePost,
  type Thread,
  threadById,
} from '../store/threads.ts';
import type { SlackSetup } from '../settings.ts';
import { moveThread } from '../threads/move-thread.ts';
import type { People } from '../threads/people.ts';
import type { Places } from '../workspaces/channels.ts';
import type { Call, Method, SlackClient, SlackResult } from './client.ts';
import { digestKinds, type PostedOnce, RANKS } from './digest.ts';
import { findPosted, type Posted } from './find-posted.ts';
import {
  addCard,
  addPost,
  type AlertPayload,
  type CardPayload,
  type PostPayload,
  type ReactionPayload,
  type RedactPayload,
  type ShownPayload,
  type TellPayload,
} from './outbox.ts';
import type { Pace } from './pace.ts';
import { shownAt, shownFirst, shownNow } from './shown.ts';
import { isOfToken, remedyFor } from './slack-errors.ts';

export interface DeliverOptions {
  readonly storage: Storage;
  readonly client: SlackClient;
  readonly pace: Pace;
  readonly places: Places;
  /** Who posts it. */
  readonly people: Pick<People, 'self'>;
  readonly setup: Pick<SlackSetup, 'digestAbove' | 'areNumbersMasked'>;
  readonly clock: Clock;
  /** Slack refuses until somebody acts, everything for `ms`; null = it takes calls again. */
  readonly onPaused: (error: string | null, ms?: number) => void;
}

/** While nothing works, each lane knocks this often. */
const PAUSE_MS = 30_000;
const NO_CHANNEL_MS = 60_000;
const JOINED_MS = 1_000;
const ROOT_MS = 1_000;
/** A workspace may set how long messages can be changed. */
const UNCHANGEABLE = new Set(['edit_window_closed', 'cant_update_message', 'update_failed']);
/** The root is gone, the channel is not. */
const IN_THREAD = new Set(['cannot_reply_to_message', 'thread_not_found']);

/** Tells Slack what was written down: one kind of task each. */
export function createDeliver(options: DeliverOptions) {
  const { storage, client, clock } = options;
  const now = () => new Date(clock.now());
  const find = (task: Task, posted: Omit<Posted, 'since'>) =>
    findPosted({ ...options, call: client.bulk }, { ...posted, since: task.created_at });

  /** One call within the limits; `next` says what a success means. */
  async function calling(
    call: Call,
    method: Method,
    given: Readonly<Record<string, unknown>>,
    next: (result: Exclude<SlackResult, { type: 'limited' | 'unknown' }>) => Promise<TaskOutcome> | TaskOutcome,
  ): Promise<TaskOutcome> {
    const channel = typeof given['channel'] === 'string' ? given['channel'] : '';
    const waitMs = options.pace.take(method, channel);
    if (waitMs > 0) return { type: 'wait', ms: waitMs, reason: 'the pace of Slack' };
    const result = await call(method, given);
    if (result.type === 'limited') {
      options.pace.block(method, channel, result.retryAfterMs);
      return { type: 'wait', ms: result.retryAfterMs, reason: 'Slack asked for a pause' };
    }
    if (result.type === 'unknown') return failed(result);
    const isPaused = result.type === 'refused' && remedyFor(result.error) === 'pause';
    if (isPaused) options.onPaused(result.error, isOfToken(result.error) ? PAUSE_MS : 0);
    else options.onPaused(null);
    return isPaused ? { type: 'wait', ms: PAUSE_MS, reason: result.error } : next(result);
  }

  async function post(task: Task): Promise<TaskOutcome> {
    // What addPost and addRoot have written.
    const payload = task.payload as PostPayload;
    const thread = await threadById(storage, payload.thread);
    if (!thread) return { type: 'give_up', reason: 'the thread is gone' };
    if (payload.what === 'root' && thread.root_ts !== null) return { type: 'done' };
    if (payload.what !== 'root' && thread.root_ts === null) {
      if (!(await isRootWaiting(storage, thread.channel, thread.id))) return follow(thread, payload);
      // A root that stands back while its text does not would keep the whole lane waiting.
      await rankPosts(storage, thread.channel, thread.id, RANKS.first);
      return { type: 'wait', ms: ROOT_MS, reason: 'the root is not there yet' };
    }
    const place = { channel: thread.channel, rootTs: payload.what === 'root' ? null : thread.root_ts };
    const content = await contentOf(thread, payload);
    if (task.tries > 0) {
      const found = await find(task, { ...place, key: payload.key, text: content?.text ?? null });
      if (found.type === 'found') return posted(thread, payload, found.ts);
      if (found.type === 'failed' && !isGone(found.result)) return failed(found.result);
    }
    if (!content) return { type: 'give_up', reason: 'what it shows is gone' };
    return calling(client.bulk, 'chat.postMessage', argumentsOf(place, payload, content), (result) =>
      result.type === 'ok'
        ? posted(thread, payload, String(result.data['ts']))
        : refusedPost(thread, payload, content, result.error, place),
    );
  }

  async function contentOf(thread: Thread, { content, what, key, reply: place }: PostPayload): Promise<Content | null> {
    if (content) return content;
    if (what === 'root') return card(thread, await earlierLink(thread), options.setup.areNumbersMasked);
    return place ? shownFirst(storage, place, key) : null;
  }

  /** The root moved to another channel, or was never taken: what follows it goes where the conversation goes on. */
  function follow(thread: Thread, { key, content, body }: PostPayload): TaskOutcome {
    return {
      type: 'done',
      async record(tx) {
        const open = await lockOpenThread(tx, thread.conversation_id);
        if (!open || open.id === thread.id || content === null) return;
        await addPost(tx, open, { key: `${key}_m`, content, ...(body === null ? {} : { body }) }, now());
      },
    };
  }

  function posted(thread: Thread, { what, reply }: PostPayload, ts: string): TaskOutcome {
    if (what === 'shown' && reply) return { type: 'done', record: (tx) => shownAt(tx, thread, reply, ts, now()) };
    if (what !== 'root') return { type: 'done', record: (tx) => notePost(tx, thread.id, thread.channel, ts) };
    return {
      type: 'done',
      async record(tx) {
        const changed = await changeThread(tx, thread.id, { root_ts: ts });
        // What was written below it meanwhile need not stand back any more.
        await rankPosts(tx, thread.channel, thread.id, RANKS.usual);
        // What has changed while it was posted.
        if (changed.version > thread.version) await addCard(tx, changed, now());
      },
    };
  }

  async function refusedPost(
    thread: Thread,
    payload: PostPayload,
    content: Content,
    error: string,
    place: { channel: string; rootTs: string | null },
  ): Promise<TaskOutcome> {
    switch (remedyFor(error)) {
      case 'join':
        return joined(thread, payload, await client.bulk('conversations.join', { channel: thread.channel }));
      case 'plain': {
        const plain = { text: content.text, blocks: [section(content.text, payload.key)] };
        const result = await client.bulk('chat.postMessage', argumentsOf(place, payload, plain));
        if (result.type === 'ok') return posted(thread, payload, String(result.data['ts']));
        // Not even the words alone: no repetition helps, and everything behind it waits.
        return result.type === 'refused' ? { type: 'give_up', reason: result.error } : failed(result);
      }
      case 'reroute':
        return reroute(thread, payload, error);
      case 'pause':
      case 'give_up':
        return { type: 'give_up', reason: error };
    }
  }

  /** A public channel takes the app in; a private one has to invite it, and until then another one does. */
  function joined(thread: Thread, payload: PostPayload, result: SlackResult): TaskOutcome | Promise<TaskOutcome> {
    if (result.type === 'ok') return { type: 'wait', ms: JOINED_MS, reason: 'joined the channel' };
    return result.type === 'refused' ? reroute(thread, payload, result.error) : failed(result);
  }

  /** The conversation goes on where it can: in another channel, or below a new root where its own is gone. */
  async function reroute(thread: Thread, payload: PostPayload, error: string): Promise<TaskOutcome> {
    const isOfThread = IN_THREAD.has(error);
    if (!isOfThread) await options.places.close(thread.channel, error === 'is_archived' ? 'archived' : 'left');
    const channel = isOfThread ? thread.channel : await options.places.placeFor(thread.channel);
    if (channel === thread.channel && !isOfThread)
      return { type: 'wait', ms: NO_CHANNEL_MS, reason: 'the channel for everything cannot be posted to' };
    if (payload.what === 'notice' || payload.what === 'shown')
      return { type: 'give_up', reason: 'the channel is gone' };
    const firstText = payload.what === 'root' ? thread.first_text : (payload.body ?? thread.first_text);
    const { digestAbove } = options.setup;
    return { type: 'done', record: (tx) => moveThread(tx, thread, { channel, firstText, digestAbove }, now()) };
  }

  async function earlierLink(thread: Thread): Promise<string | null> {
    const before = await lastResolvedThread(storage, thread.conversation_id);
    if (!before) return null;
    const result = await client.bulk('chat.getPermalink', { channel: before.channel, message_ts: before.root_ts });
    const link = result.type === 'ok' ? result.data['permalink'] : null;
    return typeof link === 'string' && /^https:\/\/[^|>\s]+$/.test(link) ? link : null;
  }

  /** Beside all threads, once; `done` gets the ts, or null when the channel does not take it. */
  async function postOnce(
    task: Task,
    { channel, key, content }: PostedOnce,
    done: (ts: string | null) => TaskOutcome,
  ): Promise<TaskOutcome> {
    if (task.tries > 0) {
      const found = await find(task, { channel, rootTs: null, key, text: content.text });
      if (found.type === 'found') return done(found.ts);
      if (found.type === 'failed' && !isGone(found.result)) return failed(found.result);
    }
    return calling(client.bulk, 'chat.postMessage', { channel, ...content, ...QUIET }, async (result) => {
      if (result.type === 'ok') return done(String(result.data['ts']));
      if (remedyFor(result.error) !== 'join') return done(null);
      const joined = await client.bulk('conversations.join', { channel });
      return joined.type === 'ok' ? { type: 'wait', ms: JOINED_MS, reason: 'joined the channel' } : done(null);
    });
  }

  return {
    post,
    async card(task: Task): Promise<TaskOutcome> {
      const { thread: id, version } = task.payload as CardPayload;
      const thread = await threadById(storage, id);
      // A newer one is on its way, or the root itself will show it.
      if (!thread || thread.root_ts === null || thread.version > version) return { type: 'done' };
      const { text, blocks } = card(thread, null, options.setup.areNumbersMasked);
      const given = { channel: thread.channel, ts: thread.root_ts, text, blocks, ...PLAIN };
      return calling(client.bulk, 'chat.update', given, endUnlessOk);
    },
    async show(task: Task): Promise<TaskOutcome> {
      const given = await shownNow(storage, task.payload as ShownPayload);
      return given ? calling(client.bulk, 'chat.update', { ...given, ...PLAIN }, endUnlessOk) : { type: 'done' };
    },
    react(task: Task): Promise<TaskOutcome> {
      const { channel, ts, name } = task.payload as ReactionPayload;
      const given = { channel, timestamp: ts, name };
      return calling(client.bulk, 'reactions.add', given, (result) =>
        result.type === 'refused' && result.error === 'already_reacted' ? { type: 'done' } : endUnlessOk(result),
      );
    },
    alert(task: Task): Promise<TaskOutcome> {
      return postOnce(task, task.payload as AlertPayload, (ts) =>
        ts === null ? { type: 'give_up', reason: 'the channel does not take it' } : { type: 'done' },
      );
    },
    ...digestKinds({
      storage,
      clock,
      postOnce,
      update: (given, done) => calling(client.bulk, 'chat.update', given, done),
    }),
    redact(task: Task): Promise<TaskOutcome> {
      const { channel, ts, why } = task.payload as RedactPayload;
      const text = why === 'expired' ? '[expired]' : '[taken away]';
      const given = { channel, ts, text, blocks: [section(text)], ...PLAIN };
      return calling(client.bulk, 'chat.update', given, (result) => {
        if (result.type === 'ok' || result.error === 'message_not_found') return { type: 'done' };
        // What may not be changed may still be deleted, because the app has written it.
        if (!UNCHANGEABLE.has(result.error)) return endUnlessOk(result);
        return calling(client.bulk, 'chat.delete', { channel, ts }, endUnlessOk);
      });
    },
    tell(task: Task): Promise<TaskOutcome> {
      const { channel, user, thread, content } = task.payload as TellPayload;
      const given = { channel, user, ...content, ...PLAIN, ...(thread === null ? {} : { thread_ts: thread }) };
      return calling(client.interactive, 'chat.postEphemeral', given, endUnlessOk);
    },
  };
}

/** Nothing in a text may link, unfold or ping. */
const PLAIN = { link_names: false, parse: 'none' };
const QUIET = { unfurl_links: false, unfurl_media: false, ...PLAIN };

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

/** Where the channel or the thread is gone, nothing was posted. */
const isGone = (result: SlackResult) => result.type === 'refused' && remedyFor(result.error) === 'reroute';

function failed(result: Exclude<SlackResult, { type: 'ok' }>): TaskOutcome {
  if (result.type === 'limited') return { type: 'wait', ms: result.retryAfterMs, reason: 'Slack asked for a pause' };
  if (result.type === 'unknown') return { type: 'failed', reason: result.reason, isOutage: true };
  return { type: 'failed', reason: result.error };
}

const endUnlessOk = (result: Exclude<SlackResult, { type: 'limited' | 'unknown' }>): TaskOutcome =>
  result.type === 'ok' ? { type: 'done' } : { type: 'give_up', reason: result.error };
