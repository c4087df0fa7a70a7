import type { Clock } from '../clock.ts';
import { carryOut, type ConsentOptions } from '../contacts/consent.ts';
import type { Mode, Warning } from '../rules/message.ts';
import type { Intent } from '../rules/opt-out.ts';
import { insertEvents } from '../store/events.ts';
import { insertMessages, lastOutboundTo } from '../store/messages.ts';
import type { MessageRow } from '../store/schema.ts';
import { blank } from './draft.ts';
import { tell } from './tell.ts';

export interface ReceiveOptions extends ConsentOptions {
  readonly clock: Clock;
  readonly onEvents: () => void;
}

/** A text from a phone, put together and judged. Numbers are in E.164 where they are numbers. */
export interface ReceivedText {
  readonly smscId: string;
  readonly mode: Mode;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly segments: number;
  /** Numbers of the parts that never came; null for a complete text. */
  readonly missing: readonly number[] | null;
  readonly intent: Intent | null;
  /** The intent was carried out when the part came that says it. */
  readonly isCarriedOut: boolean;
  readonly warnings: readonly Warning[];
}

/**
 * Stores and tells of a text, in the transaction of the caller. Consent is carried out before the text is stored,
 * told or seen by anything else.
 */
export async function storeReceived(options: ReceiveOptions, text: ReceivedText): Promise<void> {
  const { database } = options;
  const message = await rowOf(options, text);
  const { mode, contact: number, to, id: messageId, body, created_at: at } = message;
  if (message.intent && !text.isCarriedOut) {
    await carryOut(options, { intent: message.intent, mode, number, to, smscId: text.smscId, messageId, body, at });
  }
  await insertMessages(database, [message]);
  const gaps = text.missing ? { incomplete: true, missing_parts: text.missing } : {};
  await insertEvents(database, [tell(message, 'received', at, gaps)]);
}

async function rowOf({ clock, database, newId }: ReceiveOptions, text: ReceivedText): Promise<MessageRow> {
  const now = new Date(clock.now());
  return {
    ...blank,
    id: newId(),
    mode: text.mode,
    direction: 'inbound',
    status: 'received',
    from: text.from,
    to: text.to,
    contact: text.from,
    body: text.body,
    message_type: 'conversational',
    encoding: text.encoding,
    segments: text.segments,
    missing_parts: text.missing,
    smsc_id: text.smscId,
    in_reply_to: await lastOutboundTo(database, text.mode, text.from),
    intent: text.intent,
    warnings: text.warnings,
    created_at: now,
    status_updated_at: now,
  };
}
