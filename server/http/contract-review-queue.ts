import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { SEND_ERRORS } from './contract-send-fields.ts';
import { BODY_CHARACTERS_MAX, messageSchema } from './contract-messages.ts';
import { cursor, limit, listOf, modeSchema, text } from './contract-shared.ts';

const state = z.enum(['open', 'resolved']);
const action = z.enum(['resend', 'discard', 'suppress', 'edit']);

export const reviewQueueQuery = z.strictObject({ state, limit, cursor }).partial();
export const resolveFailureBody = z
  .strictObject({
    action: action.meta({
      description:
        '`resend` sends it again, `edit` sends `body` instead, `suppress` texts the number no more, `discard` does nothing.',
    }),
    body: text(1, BODY_CHARACTERS_MAX).exactOptional().meta({ description: 'Only with `edit`.' }),
  })
  .refine((value) => (value.action === 'edit') === (value.body !== undefined), {
    error: 'goes with `edit`, and only with it',
    path: ['body'],
  });

export const failureReviewSchema = z.strictObject({
  id: z.string().meta({ format: 'uuid' }),
  object: z.literal('review'),
  mode: modeSchema,
  message_id: z.string(),
  number: z.string(),
  reason: z.enum(['review', 'repeated_unknown', 'ambiguous']).meta({
    description:
      'A failure that only a person can judge; the second within a week that says nothing; nobody knows whether it was sent.',
  }),
  error: z.looseObject({ code: z.string() }).nullable(),
  state,
  action: action.nullable(),
  resolved_by: z.strictObject({ type: z.string(), id: z.string() }).nullable(),
  new_message_id: z.string().nullable(),
  created_at: z.string(),
  resolved_at: z.string().nullable(),
});

export const resentMessageSchema = messageSchema.extend({
  resend_of: z.string().meta({ description: 'The text that it is sent again for.' }),
});

export const reviewQueueRoutes = [
  {
    operation: 'listReviewQueue',
    method: 'get',
    path: '/v1/review-queue',
    summary: 'Texts that a person has to look at, the newest first.',
    access: 'reviews:manage',
    query: reviewQueueQuery,
    status: 200,
    answer: listOf(failureReviewSchema),
  },
  {
    operation: 'resolveReviewQueueItem',
    method: 'post',
    path: '/v1/review-queue/{review_id}/resolve',
    summary: 'Decide what becomes of a text. It can be decided once.',
    access: 'reviews:manage',
    body: resolveFailureBody,
    status: 200,
    answer: failureReviewSchema,
    errors: [...SEND_ERRORS, 'NOT_FOUND'],
    conflicts: true,
  },
  {
    operation: 'resendMessage',
    method: 'post',
    path: '/v1/messages/{message_id}/resend',
    summary: 'Send a text that did not arrive again, as a new one.',
    access: 'messages:send',
    status: 202,
    answer: resentMessageSchema,
    errors: [...SEND_ERRORS, 'NOT_FOUND', 'NOT_FINAL'],
    conflicts: true,
  },
] as const satisfies readonly Route[];
