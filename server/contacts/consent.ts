import { outbound } from '../messages/draft.ts';
import { announceTexts } from '../messages/lane.ts';
import { tell } from '../messages/tell.ts';
import type { Mode } from '../rules/message.ts';
import { optedOutError } from '../rules/message-errors.ts';
import type { Intent } from '../rules/opt-out.ts';
import { CONFIRMATION_VALIDITY_SECONDS, optOutConfirmation } from '../rules/opt-out-confirmation.ts';
import { segment } from '../rules/segments.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Database } from '../store/database.ts';
import { insertEvents, type NewEvent } from '../store/events.ts';
import { insertMessages } from '../store/messages.ts';
import { appendConsentEvent, cancelOptedOut, cancelUnsent, deleteOptOut, insertOptOut } from '../store/opt-outs.ts';

export interface ConsentOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce'>;
  readonly organisation: string | null;
  readonly newId: () => string;
}

/** What a recipient said about consent, and with which text. */
export interface Said {
  readonly intent: Intent;
  readonly mode: Mode;
  readonly number: string;
  /** The number or name that the recipient wrote to. */
  readonly to: string;
  /** The carrier that it came by: it knows the number, so the confirmation goes the same way. */
  readonly smscId: string;
  /** Null when it is said by a part whose text is not complete yet. */
  readonly messageId: string | null;
  readonly body: string;
  readonly at: Date;
}

/** Carries out an opt-out or an opt-in, in the transaction of the caller and before anything else in it. */
export async function carryOut(options: ConsentOptions, said: Said): Promise<void> {
  if (said.intent.type === 'opt_out') await optOut(options, said);
  else await optIn(options, said);
}

/** Cancels texts that were queued before an opt-out which the claim found. Answers how many. */
export async function cancelForOptOut(database: Database, ids: readonly string[], now: Date): Promise<number> {
  return database.transaction(async () => {
    const canceled = await cancelOptedOut(database, ids, optedOutError, now);
    await insertEvents(
      database,
      canceled.map((row) => tell(row, 'canceled', now, { error: optedOutError })),
    );
    return canceled.length;
  });
}

async function optOut(options: ConsentOptions, said: Said): Promise<void> {
  const { database } = options;
  const source = { mode: said.mode, number: said.number, source: 'keyword', at: said.at };
  const isNew = await insertOptOut(database, { ...source, keyword: said.intent.matched, messageId: said.messageId });
  await appendConsentEvent(database, { ...source, action: 'opt_out', evidence: evidenceOf(said) });
  const canceled = await cancelUnsent(database, said.mode, said.number, optedOutError, said.at);
  await insertEvents(database, [
    ...(isNew ? [consentEvent('contact.opted_out', said)] : []),
    ...canceled.map((row) => tell(row, 'canceled', said.at, { error: optedOutError })),
  ]);
  if (isNew) await confirm(options, said);
}

async function optIn({ database }: ConsentOptions, said: Said): Promise<void> {
  const wasOptedOut = await deleteOptOut(database, said.mode, said.number);
  if (!wasOptedOut) return;
  const source = { mode: said.mode, number: said.number, source: 'keyword', at: said.at };
  await appendConsentEvent(database, { ...source, action: 'opt_in', evidence: evidenceOf(said) });
  await insertEvents(database, [consentEvent('contact.opted_in', said)]);
}

/** Exactly one for each opt-out, made here and nowhere else: no request can ask for this purpose. */
async function confirm({ database, queue, organisation, newId }: ConsentOptions, said: Said): Promise<void> {
  const body = optOutConfirmation(organisation);
  const { encoding, segments } = segment(body);
  const text = outbound({
    id: newId(),
    now: said.at.getTime(),
    mode: said.mode,
    from: said.to,
    to: said.number,
    body,
    encoding,
    segments,
    validitySeconds: CONFIRMATION_VALIDITY_SECONDS,
  });
  const message = {
    ...text,
    purpose: 'opt_out_confirmation',
    in_reply_to: said.messageId,
    smsc_id: said.smscId,
  } as const;
  await insertMessages(database, [message]);
  await insertEvents(database, [tell(message, 'queued', said.at)]);
  await announceTexts(queue, [message]);
}

function consentEvent(type: 'contact.opted_out' | 'contact.opted_in', said: Said): NewEvent {
  const data = { number: said.number, source: 'keyword', keyword: said.intent.matched, message_id: said.messageId };
  return { type, mode: said.mode, message_id: said.messageId, sequence: 0, data, created_at: said.at };
}

const evidenceOf = (said: Said) => ({
  text: said.body,
  to: said.to,
  message_id: said.messageId,
  tier: said.intent.tier,
});
