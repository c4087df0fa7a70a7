import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { type Calling, failed, QUIET } from './calling.ts';
import type { SlackClient } from './client.ts';
import type { PostedOnce } from './digest.ts';
import { type FindOptions, findPosted, type Posted } from './find-posted.ts';
import { isOfAll, remedyFor } from './slack-errors.ts';

const JOINED_MS = 1_000;

export interface TriedOptions extends Omit<FindOptions, 'call'> {
  readonly client: SlackClient;
}

export interface PostOnceOptions extends TriedOptions {
  readonly calling: Calling;
}

/** Beside all threads, once; `done` gets the ts, or null when the channel does not take it. */
export async function postOnce(
  options: PostOnceOptions,
  task: Task,
  { channel, key, content }: PostedOnce,
  done: (ts: string | null) => TaskOutcome,
): Promise<TaskOutcome> {
  const { client, calling } = options;
  const before = await triedBefore(options, task, { channel, rootTs: null, key, text: content.text });
  if (before) return 'ts' in before ? done(before.ts) : before;
  return calling(client.bulk, 'chat.postMessage', { channel, ...content, ...QUIET }, async (result) => {
    if (result.type === 'ok') return done(String(result.data['ts']));
    return (remedyFor(result.error) === 'join' ? await join(client, channel) : null) ?? done(null);
  });
}

/** A public channel takes the app in. Null: this one does not, as a private one has to invite it. */
export async function join(client: SlackClient, channel: string): Promise<TaskOutcome | null> {
  const result = await client.bulk('conversations.join', { channel });
  if (result.type === 'ok') return { type: 'wait', ms: JOINED_MS, reason: 'joined the channel' };
  return result.type === 'refused' && !isOfAll(result.error) ? null : failed(result);
}

/** What a try before has left: the post itself, or no answer about it. Null = it may be posted. */
export async function triedBefore(
  options: TriedOptions,
  { tries, created_at: since }: Task,
  wanted: Omit<Posted, 'since'>,
): Promise<{ readonly ts: string } | TaskOutcome | null> {
  if (tries === 0) return null;
  const { client } = options;
  const found = await findPosted({ ...options, call: client.bulk }, { ...wanted, since });
  if (found.type === 'found') return { ts: found.ts };
  if (found.type === 'absent') return null;
  const remedy = found.result.type === 'refused' ? remedyFor(found.result.error) : 'none';
  if (remedy === 'join') return join(client, wanted.channel);
  // Where the channel or the thread is gone, nothing was posted.
  return remedy === 'reroute' ? null : failed(found.result);
}
