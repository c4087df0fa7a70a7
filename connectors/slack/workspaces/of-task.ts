import { z } from 'zod';
import type { Storage } from '../../seam/storage.ts';
import type { Task } from '../../seam/tasks.ts';
import { newestThreadOf, threadById } from '../store/threads.ts';
import type { Workspace } from './workspace.ts';
import type { Workspaces } from './workspaces.ts';

const id = z.string().min(1).max(64);
const placeSchema = z.object({
  team: id.optional().catch(undefined),
  enterprise: id.nullish().catch(undefined),
  channel: id.optional().catch(undefined),
  thread: z.uuid().optional().catch(undefined),
  conversation: id.optional().catch(undefined),
  event: z
    .object({ channel: id.optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** In which workspace something is to be done, by what it names. Null: none is connected. */
export async function workspaceOfTask(
  storage: Storage,
  workspaces: Workspaces,
  { payload }: Pick<Task, 'payload'>,
): Promise<Workspace | null> {
  const place = placeSchema.safeParse(payload).data ?? {};
  if (place.team !== undefined) {
    const named = await workspaces.ofTeam({ team: place.team, enterprise: place.enterprise ?? null });
    if (named) return named;
  }
  const channel = place.channel ?? place.event?.channel ?? (await channelOfThread(storage, place));
  return channel === undefined ? workspaces.home() : workspaces.ofChannel(channel);
}

async function channelOfThread(
  storage: Storage,
  { thread, conversation }: z.output<typeof placeSchema>,
): Promise<string | undefined> {
  if (thread !== undefined) return (await threadById(storage, thread))?.channel;
  if (conversation !== undefined) return (await newestThreadOf(storage, conversation))?.channel;
  return undefined;
}
