import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { section } from '../blocks/blocks.ts';
import { card } from '../blocks/card.ts';
import { threadById } from '../store/threads.ts';
import { createCalling, endUnlessOk, PLAIN } from './calling.ts';
import { digestKinds } from './digest.ts';
import type { AlertPayload, CardPayload, ReactionPayload, RedactPayload, ShownPayload, TellPayload } from './outbox.ts';
import { post, type Posting } from './post.ts';
import type { Pace } from './pace.ts';
import { postOnce } from './post-once.ts';
import { shownNow } from './shown.ts';

export type DeliverOptions = Omit<Posting, 'calling'> & { readonly pace: Pace };

/** A workspace may set how long messages can be changed. */
const UNCHANGEABLE = new Set(['edit_window_closed', 'cant_update_message', 'update_failed']);

/** Tells Slack what was written down: one kind of task each. */
export function createDeliver(options: DeliverOptions) {
  const { storage, client, clock, setup } = options;
  const calling = createCalling(options.pace);
  const posting: Posting = { ...options, calling };
  return {
    post: (task: Task) => post(posting, task),
    async card(task: Task): Promise<TaskOutcome> {
      const { thread: id, version } = task.payload as CardPayload;
      const thread = await threadById(storage, id);
      // A newer one is on its way, or the root itself will show it.
      if (!thread || thread.root_ts === null || thread.version > version) return { type: 'done' };
      const owner = await options.findOwner(thread);
      const { text, blocks } = card(thread, { owner, areNumbersMasked: setup.areNumbersMasked });
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
      return postOnce(posting, task, task.payload as AlertPayload, (ts) =>
        ts === null ? { type: 'give_up', reason: 'the channel does not take it' } : { type: 'done' },
      );
    },
    ...digestKinds({
      storage,
      clock,
      postOnce: (task, once, done) => postOnce(posting, task, once, done),
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
