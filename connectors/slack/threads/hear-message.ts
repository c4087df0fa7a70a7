import type { TaskOutcome } from '../../seam/tasks.ts';
import type { Envelope } from '../ingress/envelope.ts';
import { threadMessageOf } from '../rules/thread-message.ts';
import type { Around } from './around.ts';
import { deleted, edited } from './change-reply.ts';
import { written } from './write-reply.ts';

/** Something was written, edited or deleted in a channel. */
export async function hearMessage(around: Around, envelope: Envelope): Promise<TaskOutcome> {
  const message = threadMessageOf(envelope.event);
  switch (message.type) {
    case 'ignored':
      return { type: 'done' };
    case 'written':
    case 'edited': {
      // Where nothing else tells that we have posted it ourselves.
      const { user } = await around.people.self();
      if (message.user === user) return { type: 'done' };
      return message.type === 'written' ? written(around, message, envelope) : edited(around, message, envelope);
    }
    case 'deleted':
      return deleted(around, message);
  }
}

/** What may be an answer in a thread. Told by the event alone, so the rest need not be kept. */
export function isHeard(event: Envelope['event']): boolean {
  const message = threadMessageOf(event);
  // An edit or a deletion need not tell where it was.
  return message.type === 'written' ? message.thread !== null : message.type !== 'ignored';
}
