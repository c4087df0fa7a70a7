import type { Mode } from '../rules/message.ts';
import type { Intent } from '../rules/opt-out.ts';
import { parseRecipient } from '../rules/phone-number.ts';
import { optOutsOf } from '../store/opt-outs.ts';
import { answerHelp, answerOptIn, type AnswerOptions } from './answers.ts';
import { type ConsentOptions, type Decision, optIn, optOut } from './consent.ts';
import { openReviewOf } from '../store/reviews.ts';
import { openReview } from './reviews.ts';
import { programmesOf, topicsOfCode } from './shared-codes.ts';

/** What a recipient said about consent, and with which text. */
export interface Said {
  readonly intent: Intent;
  readonly mode: Mode;
  readonly number: string;
  /** The number or name that the recipient wrote to. */
  readonly to: string;
  /** The carrier that it came by: it knows the number, so the answer goes the same way. */
  readonly smscId: string;
  /** Null when it is said by a part whose text is not complete yet. */
  readonly messageId: string | null;
  readonly body: string;
  readonly at: Date;
}

export interface HearOptions extends ConsentOptions, AnswerOptions {
  /** What is known of a sender of ours; undefined = nothing. */
  readonly senderOf: (mode: Mode, value: string) => OwnSender | undefined;
}

export interface OwnSender {
  /** `carrier`: the carrier answers STOP, and a second confirmation would be ours. */
  readonly opt_out_managed_by: 'us' | 'carrier';
  /** Several programmes are texted from it. */
  readonly shared: boolean;
}

/** Does what was said, in the transaction of the caller and before anything else in it. */
export async function hear(options: HearOptions, said: Said): Promise<void> {
  switch (said.intent.type) {
    case 'opt_out':
      return hearOptOut(options, said);
    case 'opt_in':
      return hearOptIn(options, said);
    case 'help':
      return answerHelp(options, said);
    case 'review':
      return hearDoubt(options, said);
  }
}

/** Who has opted out of everything cannot mean to do so. */
async function hearDoubt(options: HearOptions, said: Said): Promise<void> {
  const optOuts = await knownOptOuts(options, said);
  if (optOuts.some(({ topic }) => topic === '*')) return;
  await openReview(options, said, countryOf(said.number));
}

async function hearOptOut(options: HearOptions, said: Said): Promise<void> {
  const sender = options.senderOf(said.mode, said.to);
  const topics = sender?.shared ? await topicsOfCode(options.database, said) : ['*'];
  // One text of the recipient gets one confirmation, however many programmes it ends.
  let isAnswered = sender?.opt_out_managed_by === 'carrier';
  for (const topic of topics) {
    const { isNew } = await optOut(options, decisionOf(said, topic, isAnswered ? null : topics), said.at);
    isAnswered ||= isNew;
  }
}

/** Who has not opted out, and is in no doubt either, may use the word for anything else. */
async function hearOptIn(options: HearOptions, said: Said): Promise<void> {
  const sender = options.senderOf(said.mode, said.to);
  const topics = await topicsToRestore(options, said, sender?.shared === true);
  if (topics.length === 0) return;
  for (const topic of topics) await optIn(options, decisionOf(said, topic, null), said.at);
  if (sender?.opt_out_managed_by !== 'carrier') await answerOptIn(options, said, topics);
}

/** On a code from which several programmes are texted, those of the code; what was ended elsewhere stays ended. */
async function topicsToRestore(options: HearOptions, said: Said, isShared: boolean): Promise<readonly string[]> {
  const { database } = options;
  const { mode, number } = said;
  const ended = (await knownOptOuts(options, said)).map(({ topic }) => topic);
  const isInDoubt = (await openReviewOf(database, mode, number)) !== undefined;
  if (ended.length === 0 && !isInDoubt) return [];
  if (!isShared || isInDoubt || ended.includes('*')) return ['*'];
  const ofCode = await programmesOf(database, said);
  return ended.filter((topic) => ofCode.includes(topic));
}

const knownOptOuts = ({ database, ledger }: HearOptions, { mode, number }: Said) =>
  optOutsOf(database, mode, number, ledger.numberHmac(number));

/** `confirmed`: what the confirmation speaks of; null = there is none. */
function decisionOf(said: Said, topic: string, confirmed: readonly string[] | null): Decision {
  const { intent, mode, number, to, smscId, messageId, body, at } = said;
  return {
    mode,
    number,
    topic,
    source: 'keyword',
    channel: 'sms',
    method: 'keyword',
    actor: null,
    jurisdiction: countryOf(number),
    language: intent.language,
    keyword: intent.matched,
    messageId,
    evidence: { text: body.slice(0, EVIDENCE_MAX), to, tier: intent.tier },
    at,
    answerFrom: confirmed && { number: to, smscId, topics: confirmed },
  };
}

/** The exact words are the proof; nobody needs 39,000 characters of them. */
const EVIDENCE_MAX = 2_000;

/** ISO 3166-1, where the number tells it. */
export function countryOf(number: string): string | null {
  const read = parseRecipient(number, { strictness: 'possible', defaultCountry: null });
  return read.ok ? read.country : null;
}
