import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { type Calling, failed, QUIET } from './calling.ts';
import type { SlackClient } from './client.ts';
import type { PostedOnce } from './digest.ts';
import { findPosted, type Posted } from './find-posted.ts';
import { remedyFor } from './slack-errors.ts';

const JOINED_MS = 1_000;
export const JOINED: TaskOutcome = { type: 'wait', ms: JOINED_MS, reason: 'joined the channel' };

export interface PostOnceOptions {
  readonly client: SlackClient;
  readonly calling: Calling;
}

/** Beside all threads, once; `done` gets the ts, or null when the channel does not take it. */
export async function postOnce(
  { client, calling }: PostOnceOptions,
  task: Task,
  { channel, key, content }: PostedOnce,
  done: (ts: string | null) => TaskOutcome,
): Promise<TaskOutcome> {
  const before = await triedBefore(client, task, { channel, rootTs: null, key });
  if (before) return 'ts' in before ? done(before.ts) : before;
  return calling(client.bulk, 'chat.postMessage', { channel, ...content, ...QUIET }, async (result) => {
    if (result.type === 'ok') return done(String(result.data['ts']));
    if (remedyFor(result.error) !== 'join') return done(null);
    const joined = await client.bulk('conversations.join', { channel });
    return joined.type === 'ok' ? JOINED : done(null);
  });
}

/** What a try before has left: the post itself, or no answer about it. Null = it may be posted. */
export async function triedBefore(
  { bulk }: Pick<SlackClient, 'bulk'>,
  { tries, created_at: since }: Task,
  wanted: Omit<Posted, 'since'>,
): Promise<{ readonly ts: string } | TaskOutcome | null> {
  if (tries === 0) return null;
  const found = await findPosted(bulk, { ...wanted, since });
  if (found.type === 'found') return { ts: found.ts };
  if (found.type === 'absent') return null;
  // Where the channel or the thread is gone, nothing was posted.
  const isGone = found.result.type === 'refused' && remedyFor(found.result.error) === 'reroute';
  return isGone ? null : failed(found.result);
}
