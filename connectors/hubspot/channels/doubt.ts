import type { Clock } from '../../../server/clock.ts';
import type { Queries, Storage } from '../../seam/storage.ts';
import { addTask, type TaskOutcome } from '../../seam/tasks.ts';
import type { ChannelsClient } from '../api/channels.ts';
import { HubSpotError } from '../api/errors.ts';
import { threadOf } from '../store/channels.ts';
import type { Pair } from '../store/conversations.ts';
import { laneOf } from './publish.ts';

/** An answer of an agent that may have arrived twice, or may have arrived although it failed. */
export interface DoubtTask extends Pair {
  readonly channelMessageId: string;
}

export async function addDoubt(on: Queries, task: DoubtTask, clock: Clock): Promise<void> {
  const at = new Date(clock.now());
  const key = `doubt:${task.portalId}:${task.channelMessageId}`;
  const lane = laneOf(task.portalId, task.contactNumber);
  await addTask(on, { key, lane, kind: 'doubt', payload: task, dueAt: at }, at);
}

const DOUBT =
  'The carrier did not say whether it had taken an answer of this conversation. It may have arrived once more than it is shown.';

/** A comment among colleagues, because no status of HubSpot says it. Without that scope the timeline and the card do. */
export async function sayDoubt(
  { storage, channels }: { readonly storage: Storage; readonly channels: ChannelsClient },
  task: DoubtTask,
): Promise<TaskOutcome> {
  const thread = await threadOf(storage, task);
  if (!thread) return { type: 'done' };
  try {
    await channels.comment(task.portalId, thread.threadId, DOUBT);
  } catch (error) {
    const isInVain = error instanceof HubSpotError && (error.kind === 'notFound' || error.kind === 'scope');
    if (!isInVain) throw error;
  }
  return { type: 'done' };
}
