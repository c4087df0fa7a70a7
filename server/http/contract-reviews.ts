import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { cursor, limit, listOf, modeSchema, text } from './contract-shared.ts';

/** Replies that may have been meant as an opt-out, for a person to decide. */

const state = z.enum(['open', 'resolved']);
const decision = z.enum(['opt_out', 'not_opt_out']);

export const reviewQuery = z.strictObject({ state, number: text(1, 64), limit, cursor }).partial();
export const resolveReviewBody = z.strictObject({ decision });

export const reviewSchema = z.strictObject({
  id: z.string().meta({ format: 'uuid' }),
  object: z.literal('opt_out_review'),
  mode: modeSchema,
  number: z.string(),
  state,
  message_id: z.string().nullable().meta({ description: 'The text that is in doubt: GET /v1/messages/{id} shows it.' }),
  matched: z.string().meta({ description: 'The words that made it doubtful.' }),
  tier: z.string(),
  decision: decision.nullable(),
  resolved_by: z
    .strictObject({ type: z.string(), id: z.string() })
    .nullable()
    .meta({ description: 'Null while it is open, and when a later text of the recipient decided it.' }),
  due_at: z.string().nullable().meta({ description: 'When it becomes an opt-out by itself; null = never.' }),
  created_at: z.string(),
  resolved_at: z.string().nullable(),
});

export const reviewRoutes = [
  {
    operation: 'listOptOutReviews',
    method: 'get',
    path: '/v1/opt-outs/reviews',
    summary: 'Replies that may have been meant as an opt-out, the newest first. Promotional texts to them wait.',
    access: 'consents:read',
    query: reviewQuery,
    status: 200,
    answer: listOf(reviewSchema),
    errors: ['INVALID_NUMBER'],
  },
  {
    operation: 'getOptOutReview',
    method: 'get',
    path: '/v1/opt-outs/reviews/{review_id}',
    summary: 'One of them.',
    access: 'consents:read',
    status: 200,
    answer: reviewSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'resolveOptOutReview',
    method: 'post',
    path: '/v1/opt-outs/reviews/{review_id}/resolve',
    summary: 'Decide what a reply meant. It decides every open review of the number, and can be decided once.',
    access: 'reviews:manage',
    body: resolveReviewBody,
    status: 200,
    answer: reviewSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
    conflicts: true,
  },
] as const satisfies readonly Route[];
