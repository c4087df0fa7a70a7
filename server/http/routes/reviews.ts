import type { OptOutReviewRow } from '../../contacts/reviews.ts';
import { resolveReviewBody, reviewQuery } from '../contract-reviews.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { readNumber } from '../numbers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, notFound } from '../problem.ts';

type Operations = 'listOptOutReviews' | 'getOptOutReview' | 'resolveOptOutReview';

export function reviewRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { reviews } = ports;
  return {
    listOptOutReviews: (call) => list(ports, call),
    async getOptOutReview({ key, params }) {
      const id = reviewId(params['review_id']);
      const review = id === null ? undefined : await reviews.find(key.mode, id);
      return review ? { status: 200, body: reviewView(review) } : { fault: notFound };
    },
    async resolveOptOutReview({ key, params, json }) {
      const parsed = parse(resolveReviewBody, json);
      if (!parsed.ok) return parsed;
      const id = reviewId(params['review_id']);
      const { decision } = parsed.value;
      const actor = { type: 'api_key', id: key.id } as const;
      const review = id === null ? null : await reviews.resolve(key.mode, id, decision, actor);
      if (!review) return { fault: notFound };
      return review.decision === decision
        ? { status: 200, body: reviewView(review) }
        : { fault: decidedBefore(review) };
    },
  };
}

function list({ reviews, defaultCountry, cursorKey }: Ports, { key, query }: Call): Answer | Promise<Answer> {
  const parsed = parse(reviewQuery, { ...query });
  if (!parsed.ok) return parsed;
  const { limit, cursor, ...filters } = parsed.value;
  const asked = filters.number === undefined ? null : readNumber(filters.number, defaultCountry);
  if (asked && !asked.ok) return asked;
  return answerList<OptOutReviewRow>({
    cursorKey,
    path: '/v1/opt-outs/reviews',
    mode: key.mode,
    filters,
    limit,
    cursor,
    read: (place, size) => {
      const filter = { state: filters.state ?? null, number: asked?.number ?? null, belowId: place?.[0] ?? null };
      return reviews.list(key.mode, filter, size + 1);
    },
    placeOf: ({ id }) => [id],
    view: reviewView,
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const reviewId = (text: string | undefined) => (text !== undefined && UUID.test(text) ? text : null);

const decidedBefore = ({ decision }: OptOutReviewRow): Fault => ({
  code: 'INVALID_REQUEST',
  status: 409,
  detail: `This review was decided before: ${decision === 'opt_out' ? 'it was an opt-out' : 'it was no opt-out'}.`,
  param: 'decision',
  action: 'Record what is right now with POST /v1/consents.',
});

function reviewView(review: OptOutReviewRow) {
  const { id, mode, number, state, message_id, matched, tier, decision, resolved_by } = review;
  return {
    id,
    object: 'opt_out_review',
    mode,
    number,
    state,
    message_id,
    matched,
    tier,
    decision,
    resolved_by,
    due_at: review.due_at?.toISOString() ?? null,
    created_at: review.created_at.toISOString(),
    resolved_at: review.resolved_at?.toISOString() ?? null,
  };
}
