import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import type { ChannelsClient } from '../api/channels.ts';
import type { Portal } from '../store/portals.ts';
import { type AccountsOptions, followAccount } from './accounts.ts';
import { type AnswerOptions, type AnswerTask, sendAnswer } from './answer.ts';
import { type DoubtTask, sayDoubt } from './doubt.ts';
import { findTicket, instead, publish, type PublishOptions, type PublishTask, type TicketLook } from './publish.ts';
import { type StatusTask, tellStatus } from './status.ts';

export type ChannelWorkOptions = Omit<PublishOptions & AnswerOptions & AccountsOptions, 'channels'> & {
  /** Null: no channel is configured, or not any more. */
  readonly channels: ChannelsClient | null;
};

export const CHANNEL_KINDS = new Set(['publish', 'thread', 'answer', 'channel_status', 'channel_account', 'doubt']);

/** What is done between our numbers and HubSpot's inboxes. */
export async function doChannelTask(options: ChannelWorkOptions, portal: Portal, task: Task): Promise<TaskOutcome> {
  const { channels } = options;
  if (!channels && task.kind === 'publish') return instead(options.storage, task.payload as PublishTask, options.clock);
  if (!channels) return { type: 'wait', ms: UNCONFIGURED_MS, reason: 'HUBSPOT_CHANNEL_ID is not set' };
  const on = { ...options, channels };
  switch (task.kind) {
    case 'publish':
      return publish(on, portal, task.payload as PublishTask);
    case 'thread':
      return findTicket(on, task.payload as TicketLook, task.created_at.getTime());
    case 'answer':
      return sendAnswer(on, portal, task.payload as AnswerTask);
    case 'doubt':
      return sayDoubt(on, task.payload as DoubtTask);
    case 'channel_status':
      return tellStatus(on, task.payload as StatusTask);
    default: {
      const { accountId } = task.payload as { readonly accountId: string };
      await followAccount(on, portal, accountId);
      return { type: 'done' };
    }
  }
}

const UNCONFIGURED_MS = 300_000;
