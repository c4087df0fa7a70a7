import type { SendQueue } from '../queue/send-queue.ts';
import type { MessageRow } from '../store/schema.ts';

/** One-time codes go before everything, promotions after everything. */
export const PRIORITIES = ['otp', 'normal', 'bulk'] as const;
export type Priority = (typeof PRIORITIES)[number];

/**
 * Each carrier has lanes of its own, so that one that is slow or down keeps nobody else waiting, and a carrier has one
 * mode: a worker of test texts cannot even see a job of live ones.
 */
export const laneOf = (smscId: string, priority: Priority): string => `send.${smscId}.${priority}`;

export type Announced = Pick<MessageRow, 'id' | 'smsc_id' | 'message_type' | 'purpose' | 'api_key_id' | 'priority'>;

/** Tells the workers of their carriers about texts. Those that no carrier is planned for are left to the sweep. */
export async function announceTexts(queue: Pick<SendQueue, 'announce'>, texts: readonly Announced[]): Promise<void> {
  const jobs = Map.groupBy(texts, (text) => JSON.stringify([text.smsc_id, priorityOf(text), text.api_key_id]));
  const announced = [...jobs.values()].map(async (same) => {
    const [first] = same;
    if (!first || first.smsc_id === null) return;
    const ids = same.map(({ id }) => id);
    await queue.announce(laneOf(first.smsc_id, priorityOf(first)), ids, first.api_key_id ?? '');
  });
  await Promise.all(announced);
}

export function priorityOf(text: Pick<Announced, 'message_type' | 'purpose' | 'priority'>): Priority {
  const { message_type, purpose, priority } = text;
  if (message_type === 'otp' || priority === 'high') return 'otp';
  if (priority === 'low') return 'bulk';
  return message_type === 'promotional' && purpose === 'text' ? 'bulk' : 'normal';
}
