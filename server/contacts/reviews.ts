import type { Clock } from '../clock.ts';
import { tell } from '../messages/tell.ts';
import type { ConsentActor } from '../rules/consent-event.ts';
import type { Mode } from '../rules/message.ts';
import { insertEvents } from '../store/events.ts';
import {
  dueReviews,
  holdPromotional,
  insertReview,
  listReviews,
  releaseUnreviewed,
  reviewById,
} from '../store/reviews.ts';
import type { OptOutReviewRow } from '../store/schema-contacts.ts';
import { lockChain } from '../store/consent-ledger.ts';
import { CHAIN_START } from '../rules/hash-chain.ts';
import { type ConsentOptions, endReviews, optOut } from './consent.ts';
import type { Said } from './said.ts';

/** Replies that may have been meant as an opt-out, until somebody decides. */
export interface Reviews {
  list(mode: Mode, filter: ReviewFilter, limit: number): Promise<OptOutReviewRow[]>;
  find(mode: Mode, id: string): Promise<OptOutReviewRow | undefined>;
  /** Null = there is no such review; a review that was decided stays as it was. */
  resolve(mode: Mode, id: string, decision: ReviewDecision, actor: ConsentActor): Promise<OptOutReviewRow | null>;
  /** Opts out whose review nobody decided in time. Answers how many. */
  resolveOverdue(): Promise<number>;
  /** Lets texts go on that wait for a review that ended just when they were accepted. Answers how many. */
  releaseUnreviewed(): Promise<number>;
}

export type { OptOutReviewRow };
export type ReviewDecision = 'opt_out' | 'not_opt_out';
export type ReviewFilter = Parameters<typeof listReviews>[2];

export interface ReviewsOptions extends ConsentOptions {
  readonly clock: Clock;
  readonly onEvents: () => void;
}

/** Where an undecided review becomes an opt-out: the law asks what a reasonable person would have understood. */
const DECIDES_ITSELF = new Set(
  'US CA AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);
const UNDECIDED_MS = 24 * 3_600_000;

/** Opens a review in the transaction of the caller; promotional texts to the number wait until it is decided. */
export async function openReview(options: ConsentOptions, said: Said, country: string | null): Promise<void> {
  const { database, ledger, newId } = options;
  const { mode, number, messageId, intent, at } = said;
  await ledger.append(mode, [
    {
      action: 'review',
      number,
      topic: '*',
      source: 'keyword',
      channel: 'sms',
      method: 'keyword',
      actor: null,
      jurisdiction: country,
      language: intent.language,
      message_id: messageId,
      occurred_at: at,
      expires_at: null,
      evidence: { text: said.body.slice(0, 2_000), to: said.to, tier: intent.tier, matched: intent.matched },
    },
  ]);
  const due = country !== null && DECIDES_ITSELF.has(country) ? new Date(at.getTime() + UNDECIDED_MS) : null;
  const review = { id: newId(), mode, number, message_id: messageId, matched: intent.matched, tier: intent.tier };
  await insertReview(database, { ...review, due_at: due, created_at: at });
  const held = await holdPromotional(database, mode, number, at);
  const data = { review_id: review.id, number, matched: intent.matched, tier: intent.tier, message_id: messageId };
  await insertEvents(database, [
    { type: 'contact.opt_out_review', mode, message_id: messageId, sequence: 0, data, created_at: at },
    ...held.map((row) => tell(row, 'held', at, { hold_reason: 'opt_out_review' })),
  ]);
}

export function createReviews(options: ReviewsOptions): Reviews {
  const { database, ledger, clock, onEvents } = options;

  function decide(review: OptOutReviewRow, decision: ReviewDecision, actor: ConsentActor): Promise<OptOutReviewRow> {
    const at = new Date(clock.now());
    const { mode } = review;
    const carryOut = async () => {
      // Locks the chain before the reviews, as an opt-out that comes in at the same time does: only one of them decides.
      await lockChain(database, mode, CHAIN_START);
      const current = (await reviewById(database, mode, review.id)) ?? review;
      if (current.state !== 'open') return current;
      if (decision === 'opt_out') await optOut(options, decisionOf(review, actor, at), at);
      else await keepOptedIn(options, review, actor, at);
      return (await reviewById(database, mode, review.id)) ?? current;
    };
    return ledger.inTurn(mode, () => database.transaction(carryOut));
  }

  return {
    list: (mode, filter, limit) => listReviews(database, mode, filter, limit),
    find: (mode, id) => reviewById(database, mode, id),
    async resolve(mode, id, decision, actor) {
      const review = await reviewById(database, mode, id);
      if (!review) return null;
      const resolved = review.state === 'open' ? await decide(review, decision, actor) : review;
      onEvents();
      return resolved;
    },
    async resolveOverdue() {
      let count = 0;
      for (let isMore = true; isMore;) {
        const overdue = await dueReviews(database, new Date(clock.now()), CHUNK);
        for (const review of overdue) await decide(review, 'opt_out', { type: 'system', id: 'review' });
        if (overdue.length > 0) onEvents();
        count += overdue.length;
        isMore = overdue.length === CHUNK;
      }
      return count;
    },
    async releaseUnreviewed() {
      let count = 0;
      for (let isMore = true; isMore;) {
        const released = await releaseUnreviewed(database, new Date(clock.now()), CHUNK);
        count += released;
        isMore = released === CHUNK;
      }
      return count;
    },
  };
}

const CHUNK = 100;

/** That somebody looked, and decided that it was no opt-out, is evidence too. */
async function keepOptedIn(
  { database, ledger }: ConsentOptions,
  review: OptOutReviewRow,
  actor: ConsentActor,
  at: Date,
): Promise<void> {
  const { mode, number, matched, message_id } = review;
  const entry = { action: 'confirm', method: 'written', topic: '*', source: 'review', channel: 'sms' } as const;
  const unknown = { jurisdiction: null, language: null, expires_at: null };
  const evidence = { decision: 'not_opt_out', matched, message_id };
  await ledger.append(mode, [{ ...entry, ...unknown, number, actor, message_id, occurred_at: at, evidence }]);
  await endReviews(database, { mode, number, actor }, 'not_opt_out', at);
}

const decisionOf = ({ mode, number, message_id, matched }: OptOutReviewRow, actor: ConsentActor, at: Date) => ({
  mode,
  number,
  topic: '*',
  source: 'review',
  channel: 'sms',
  method: 'written' as const,
  actor,
  jurisdiction: null,
  language: null,
  keyword: matched,
  messageId: message_id,
  evidence: { matched, message_id },
  at,
  answerFrom: null,
});
