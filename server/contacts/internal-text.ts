import { outbound } from '../messages/draft.ts';
import { announceTexts } from '../messages/lane.ts';
import { tell } from '../messages/tell.ts';
import type { Mode, Purpose } from '../rules/message.ts';
import { segment } from '../rules/segments.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import { insertMessages } from '../store/new-messages.ts';

export interface InternalTextOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce'>;
  readonly newId: () => string;
}

/** An answer that the server gives by itself: to STOP, HELP, START or a keyword. */
export interface InternalText {
  readonly purpose: Exclude<Purpose, 'text'>;
  readonly mode: Mode;
  /** The number that the recipient had written to. */
  readonly from: string;
  readonly to: string;
  /** The carrier that the text came by: it knows the number, so the answer goes the same way. */
  readonly smscId: string;
  readonly body: string;
  readonly inReplyTo: string | null;
  readonly conversationId?: string | null;
  readonly validitySeconds: number;
  readonly at: Date;
}

/**
 * Queues an answer of the server's own in the transaction of the caller. The purpose is a column that no request can
 * set: nobody outside can make a text that passes an opt-out. Answers its id.
 */
export async function sendInternal(
  { database, queue, newId }: InternalTextOptions,
  answer: InternalText,
): Promise<string> {
  const { encoding, segments } = segment(answer.body);
  const text = outbound({
    id: newId(),
    now: answer.at.getTime(),
    mode: answer.mode,
    from: answer.from,
    to: answer.to,
    body: answer.body,
    encoding,
    segments,
    validitySeconds: answer.validitySeconds,
  });
  const message = {
    ...text,
    purpose: answer.purpose,
    message_type: answer.purpose === 'auto_reply' ? ('conversational' as const) : text.message_type,
    in_reply_to: answer.inReplyTo,
    smsc_id: answer.smscId,
    conversation_id: answer.conversationId ?? null,
  };
  await insertMessages(database, [message]);
  await insertEvents(database, [tell(message, 'queued', answer.at)]);
  await announceTexts(queue, [message]);
  return message.id;
}
