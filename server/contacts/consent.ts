import { tell } from '../messages/tell.ts';
import type { ConsentActor } from '../rules/consent-event.ts';
import type { ChainFacts } from '../rules/hash-chain.ts';
import type { Mode } from '../rules/message.ts';
import { optedOutError } from '../rules/message-errors.ts';
import { CONFIRMATION_VALIDITY_SECONDS, optOutConfirmation } from '../rules/opt-out-confirmation.ts';
import type { Database } from '../store/database.ts';
import { programmeName } from '../rules/programme-name.ts';
import { insertEvents, type NewEvent } from '../store/events.ts';
import { cancelUnsent, deleteOptIns, deleteOptOuts, insertOptOut, isOptedOut, upsertOptIn } from '../store/opt-outs.ts';
import { dropOptInRequests } from '../store/opt-in-requests.ts';
import { insertPropagations } from '../store/propagation.ts';
import { releaseReviewed, resolveOpenReviews } from '../store/reviews.ts';
import { type InternalTextOptions, sendInternal } from './internal-text.ts';
import type { Ledger, NewConsent } from './ledger.ts';
import { endWaits, type MatchOptions } from './reply-matching.ts';

export interface ConsentOptions extends InternalTextOptions, MatchOptions {
  readonly ledger: Pick<Ledger, 'append' | 'inTurn' | 'numberHmac'>;
  readonly organisation: string | null;
}

/** What somebody decided about texts to a number, wherever it was said. */
export interface Decision {
  readonly mode: Mode;
  /** E.164. */
  readonly number: string;
  /** `*` = everything. */
  readonly topic: string;
  readonly source: string;
  readonly channel: string | null;
  readonly method: NewConsent['method'];
  /** Null when the recipient said it. */
  readonly actor: ConsentActor | null;
  readonly jurisdiction: string | null;
  readonly language: string | null;
  /** The word that a reply was read as; null for anything else. */
  readonly keyword: string | null;
  readonly messageId: string | null;
  readonly evidence: Readonly<Record<string, ChainFacts>>;
  /** When it was said; never after now. */
  readonly at: Date;
  readonly expiresAt?: Date | null;
  /** Where a confirmation goes out, when one does; null = none is sent. */
  readonly answerFrom: AnswerFrom | null;
}

export interface AnswerFrom {
  readonly number: string;
  readonly smscId: string;
  /** Everything that one text of the recipient ends; it is confirmed together. */
  readonly topics: readonly string[];
}

export interface Decided {
  readonly eventId: string;
  /** False when the number had decided the same about this topic before, or decided otherwise since. */
  readonly isNew: boolean;
}

/**
 * Carries out an opt-out in one transaction, that of the caller where there is one: ledger, state, texts that have not
 * left, the events, who has to confirm, and the one confirmation that the law allows.
 */
export function optOut(options: ConsentOptions, said: Decision, now: Date): Promise<Decided> {
  const { database, ledger, organisation } = options;
  return database.transaction(async () => {
    const eventId = await record(ledger, said, 'opt_out');
    const isNew = await insertOptOut(database, {
      mode: said.mode,
      number: said.number,
      topic: said.topic,
      opted_out_at: said.at,
      source: said.source,
      keyword: said.keyword,
      language: said.language,
      message_id: said.messageId,
      event_id: eventId,
    });
    await deleteOptIns(database, said.mode, said.number, said.topic);
    await dropOptInRequests(database, said.mode, said.number, said.topic);
    const covered = { mode: said.mode, contact: said.number, topic: said.topic };
    const canceled = await cancelUnsent(database, covered, optedOutError, now);
    await endWaits(options, covered, now);
    if (said.topic === '*' || said.source === 'keyword') await endReviews(database, said, 'opt_out', now);
    await insertEvents(database, [
      ...(isNew ? [consentEvent('contact.opted_out', said, eventId, now)] : []),
      ...canceled.map((row) => tell(row, 'canceled', now, { error: optedOutError })),
    ]);
    if (isNew) {
      await insertPropagations(database, { eventId, mode: said.mode, number: said.number, at: now });
      if (said.answerFrom) await confirm(options, said, organisation, said.answerFrom, now);
    }
    return { eventId, isNew };
  });
}

/** Carries out an opt-in in one transaction. It takes back the opt-outs that it covers and that came before it. */
export function optIn({ database, ledger }: ConsentOptions, said: Decision, now: Date): Promise<Decided> {
  return database.transaction(async () => {
    const eventId = await record(ledger, said, 'opt_in');
    const { mode, number, topic, at } = said;
    const hmac = ledger.numberHmac(number);
    const wasOptedOut = (await deleteOptOuts(database, mode, number, topic, at, hmac)) > 0;
    // What was agreed to before an opt-out counts for nothing, however late it is recorded.
    if (await isOptedOut(database, mode, number, topic, hmac)) return { eventId, isNew: false };
    const isFirst = await upsertOptIn(database, {
      mode: said.mode,
      number: said.number,
      topic: said.topic,
      opted_in_at: said.at,
      source: said.source,
      event_id: eventId,
      expires_at: said.expiresAt ?? null,
    });
    await endReviews(database, said, 'not_opt_out', now);
    await insertEvents(database, [consentEvent('contact.opted_in', said, eventId, now)]);
    return { eventId, isNew: wasOptedOut || isFirst };
  });
}

/** What was decided, or what the recipient says more clearly now, answers what was in doubt. */
export async function endReviews(
  database: Database,
  said: Pick<Decision, 'mode' | 'number' | 'actor'>,
  decision: 'opt_out' | 'not_opt_out',
  now: Date,
): Promise<void> {
  const ended = await resolveOpenReviews(database, { ...said, decision, at: now });
  if (ended > 0) await releaseReviewed(database, said.mode, said.number, now);
}

async function record(ledger: Pick<Ledger, 'append'>, said: Decision, action: 'opt_in' | 'opt_out'): Promise<string> {
  const entry: NewConsent = {
    action,
    number: said.number,
    topic: said.topic,
    source: said.source,
    channel: said.channel,
    method: said.method,
    actor: said.actor,
    jurisdiction: said.jurisdiction,
    language: said.language,
    message_id: said.messageId,
    occurred_at: said.at,
    expires_at: said.expiresAt ?? null,
    evidence: said.evidence,
  };
  const [eventId] = await ledger.append(said.mode, [entry]);
  if (eventId === undefined) throw new Error('The ledger took no entry.');
  return eventId;
}

/** Exactly one for each opt-out, made here and nowhere else. */
async function confirm(
  options: ConsentOptions,
  said: Decision,
  organisation: string | null,
  from: AnswerFrom,
  now: Date,
): Promise<void> {
  await sendInternal(options, {
    purpose: 'opt_out_confirmation',
    mode: said.mode,
    from: from.number,
    to: said.number,
    smscId: from.smscId,
    body: optOutConfirmation(programmeName(organisation, from.topics), said.language),
    inReplyTo: said.messageId,
    validitySeconds: CONFIRMATION_VALIDITY_SECONDS,
    at: now,
  });
}

function consentEvent(
  type: 'contact.opted_out' | 'contact.opted_in',
  said: Decision,
  eventId: string,
  now: Date,
): NewEvent {
  const { number, topic, source, channel, keyword, messageId } = said;
  const data = { event_id: eventId, number, topic, source, channel, keyword, message_id: messageId };
  return { type, mode: said.mode, message_id: messageId, sequence: 0, data, created_at: now };
}
