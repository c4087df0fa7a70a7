import { z } from 'zod';
import type { Task } from '../../seam/tasks.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';

/** Thousands may wait for one of them: they are not begun before it can be made. */
export function paceOfTask(workspaces: Workspaces, { kind, lane, payload }: Task) {
  const method = CALLS.get(kind);
  if (method === undefined) return null;
  const channel = channelSchema.safeParse(payload).data?.channel ?? /^post:(.+)$/.exec(lane)?.[1] ?? '';
  const workspace = workspaces.known(channel);
  if (!workspace) return null;
  // One of them finds out whether it takes calls again.
  if (workspace.isShut()) return { key: `${workspace.id} knock`, waitMs: workspace.pausedMs() };
  // Only what is posted goes by channel.
  const place = method === 'chat.postMessage' ? channel : '';
  return { key: `${workspace.id} ${method} ${place}`, waitMs: workspace.pace.look(method, place) };
}

/** The scarce call that each kind needs. */
const CALLS: ReadonlyMap<string, string> = new Map([
  ['post', 'chat.postMessage'],
  ['alert', 'chat.postMessage'],
  ['digest', 'chat.postMessage'],
  ['digest_update', 'chat.update'],
  ['card', 'chat.update'],
  ['redact', 'chat.update'],
  ['show', 'chat.update'],
  ['react', 'reactions.add'],
  ['tell', 'chat.postEphemeral'],
  ['catch_up', 'conversations.replies'],
  ['step_done', 'functions.completeSuccess'],
]);

const channelSchema = z.object({ channel: z.string() });
