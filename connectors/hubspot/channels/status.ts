import type { Clock } from '../../../server/clock.ts';
import type { Queries, Storage } from '../../seam/storage.ts';
import { addTask, type TaskOutcome } from '../../seam/tasks.ts';
import type { ChannelsClient } from '../api/channels.ts';
import { HubSpotError } from '../api/errors.ts';
import type { ChannelStatus } from '../rules/channel-status.ts';
import { publishedAs, setTold, toldOf } from '../store/channels.ts';
import { laneOf } from './publish.ts';

/** What HubSpot is to show at a message: one that an agent wrote, or (by our id) one that we published. */
export interface StatusTask {
  readonly portalId: number;
  readonly channelMessageId: string | null;
  readonly messageId: string | null;
  readonly status: ChannelStatus;
}

export async function addStatus(
  on: Queries,
  { key, contactNumber, ...payload }: StatusTask & { readonly key: string; readonly contactNumber: string },
  clock: Clock,
): Promise<void> {
  const at = new Date(clock.now());
  const lane = laneOf(payload.portalId, contactNumber);
  await addTask(on, { key: `channel-status:${key}`, lane, kind: 'channel_status', payload, dueAt: at }, at);
}

export interface StatusOptions {
  readonly storage: Storage;
  readonly channels: ChannelsClient;
}

/** Says it once. A message that somebody deleted meanwhile is forgotten. */
export async function tellStatus({ storage, channels }: StatusOptions, task: StatusTask): Promise<TaskOutcome> {
  const { portalId, messageId, status } = task;
  const id = task.channelMessageId ?? (messageId === null ? null : await publishedAs(storage, portalId, messageId));
  if (id === null) return { type: 'done' };
  const told = status.type === 'SENT' ? 'SENT' : `FAILED ${status.reason}`;
  const before = await toldOf(storage, portalId, id);
  // What was refused is heard of twice, in the answer and as an event: the first reason stays.
  if (before === told || (status.type === 'FAILED' && before?.startsWith('FAILED '))) return { type: 'done' };
  try {
    await channels.setStatus(portalId, id, {
      statusType: status.type,
      ...(status.type === 'FAILED' ? { errorMessage: status.reason } : {}),
    });
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'notFound') return { type: 'done' };
    throw error;
  }
  return { type: 'done', record: (tx) => setTold(tx, portalId, id, told) };
}
