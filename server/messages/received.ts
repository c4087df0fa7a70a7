import type { Clock } from '../clock.ts';
import { ownerOf } from '../contacts/contact-book.ts';
import { replyAutomatically } from '../contacts/automatic-reply.ts';
import { noteInbound } from '../contacts/conversation.ts';
import { hearConfirmation } from '../contacts/double-opt-in.ts';
import { applyKeywordRules } from '../contacts/keyword-actions.ts';
import { type ExpectedReply, matchReply } from '../contacts/reply-matching.ts';
import { countryOf, hear, type HearOptions } from '../contacts/said.ts';
import { programmesOf } from '../contacts/shared-codes.ts';
import type { Mode, Warning } from '../rules/message.ts';
import type { Intent, IntentContext } from '../rules/opt-out.ts';
import { sanitiseText } from '../rules/sanitise-text.ts';
import { insertEvents } from '../store/events.ts';
import { lastOutboundTo } from '../store/messages.ts';
import { insertMessages } from '../store/new-messages.ts';
import type { MessageRow } from '../store/schema.ts';
import { blank } from './draft.ts';
import { tell } from './tell.ts';

export interface ReceiveOptions extends HearOptions {
  readonly clock: Clock;
  readonly onEvents: () => void;
  /** A text, or a part of one, came from a number and is stored. */
  readonly onTextFrom?: (mode: Mode, number: string) => void;
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

/** What the sender of a text speaks, as far as the number tells, and which programmes STOP may name. */
export async function contextOf(
  { database, senderOf }: Pick<ReceiveOptions, 'database' | 'senderOf'>,
  { mode, from, to }: Pick<ReceivedText, 'mode' | 'from' | 'to'>,
): Promise<IntentContext> {
  const country = countryOf(from);
  if (senderOf(mode, to)?.shared !== true) return { country };
  return { country, programs: await programmesOf(database, { mode, number: from, to }) };
}

/**
 * Stores and tells of a text, in the transaction of the caller. Consent comes first, from the very octets of the text;
 * whatever is stored, told or looked at afterwards is the sanitised text.
 */
export async function storeReceived(options: ReceiveOptions, text: ReceivedText): Promise<void> {
  const { database, newId } = options;
  const at = new Date(options.clock.now());
  const { mode, from: number, to, intent, smscId } = text;
  const id = newId();
  // Read before anything is answered: a text does not reply to the answer that it gets.
  const inReplyTo = await lastOutboundTo(database, mode, number, to);
  if (intent && !text.isCarriedOut) {
    await hear(options, { intent, mode, number, to, smscId, messageId: id, body: text.body, at });
  }
  const body = sanitiseText(text.body).text;
  const heard = { id, mode, contact: number, ourNumber: to, body, at };
  const confirms = !intent && (await hearConfirmation(options, { id, mode, number, body, inReplyTo, at }));
  const answersItself = confirms || (intent !== null && intent.type !== 'review');
  const reply = answersItself ? null : await matchReply(options, heard);
  const needsPerson = !answersItself && !reply?.expected.value;
  const conversationId = await noteInbound(database, newId, { mode, ourNumber: to, contact: number, needsPerson, at });
  const row = rowOf({ ...text, body }, id, inReplyTo, at);
  const message = { ...row, conversation_id: conversationId };
  await insertMessages(database, [message]);
  const contact = { number, owner: await ownerOf(database, mode, number) };
  await insertEvents(database, [tell(message, 'received', at, { ...extrasOf(text, reply?.expected), contact })]);
  if (needsPerson) {
    const stored = { ...heard, intent: intent?.type ?? null, smscId, conversationId };
    if (reply && reply.reminder !== null) await replyAutomatically(options, stored, reply.reminder);
    await applyKeywordRules(options, stored);
  }
}

function extrasOf({ missing }: ReceivedText, reply: ExpectedReply | undefined) {
  return {
    ...(missing ? { incomplete: true, missing_parts: missing } : {}),
    ...(reply ? { expected_reply: reply } : {}),
  };
}

function rowOf(text: ReceivedText, id: string, inReplyTo: string | null, at: Date): MessageRow {
  return {
    ...blank,
    id,
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
    in_reply_to: inReplyTo,
    intent: text.intent,
    warnings: text.warnings,
    created_at: at,
    status_updated_at: at,
  };
}
