import type { TaskOutcome } from '../../seam/tasks.ts';
import type { Envelope } from '../ingress/envelope.ts';
import { threadMessageOf } from '../rules/thread-message.ts';
import type { Around } from './around.ts';
import { deleted, edited } from './change-reply.ts';
import { written } from './write-reply.ts';

/** Something was written, edited or deleted in a channel. */
export function hearMessage(around: Around, envelope: Envelope): Promise<TaskOutcome> {
  const message = threadMessageOf(envelope.event);
  switch (message.type) {
    case 'ignored':
      return Promise.resolve({ type: 'done' });
    case 'written':
      return written(around, message, envelope);
    case 'edited':
      return edited(around, message, envelope);
    case 'deleted':
      return Promise.resolve(deleted(around, message));
  }
}

/** What may be an answer in a thread. Told by the event alone, so the rest need not be kept. */
export function isHeard(event: Envelope['event']): boolean {
  const message = threadMessageOf(event);
  return message.type !== 'ignored' && message.thread !== null;
}
