import { createHash } from 'node:crypto';
import type { FailureReviewRow, Resendable } from '../../messages/failure-reviews.ts';
import { resolveFailureBody, reviewQueueQuery } from '../contract-review-queue.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, notFound } from '../problem.ts';
import { answerSend, uuidOf } from './messages.ts';

type Operations = 'listReviewQueue' | 'resolveReviewQueueItem' | 'resendMessage';

export function reviewQueueRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { failureReviews, cursorKey } = ports;
  return {
    listReviewQueue({ key, query }) {
      const parsed = parse(reviewQueueQuery, { ...query });
      if (!parsed.ok) return parsed;
      const { state, limit, cursor } = parsed.value;
      return answerList<FailureReviewRow>({
        cursorKey,
        path: '/v1/review-queue',
        mode: key.mode,
        filters: { state },
        limit,
        cursor,
        read: (place, size) =>
          failureReviews.list(key.mode, { state: state ?? null, belowId: place?.[0] ?? null }, size + 1),
        placeOf: ({ id }) => [id],
        view,
      });
    },
    resolveReviewQueueItem: (call) => resolve(ports, call),
    async resendMessage(call) {
      const id = uuidOf(call.params['message_id']);
      const found = id === null ? null : await failureReviews.requestOf(call.key.mode, id);
      if (!id || !found) return { fault: notFound };
      if (!found.ok) return { fault: REFUSED[found.reason] };
      // One that is held belongs to the review queue: sent again as a new one, it could go out twice.
      if (found.isHeld) return { fault: REFUSED.not_final };
      const answer = await answerSend(ports, call, found.request, `/v1/messages/${id}/resend`);
      const sent = sentOf(answer);
      if (sent === null || 'fault' in answer) return answer;
      await failureReviews.noteResend(sent, id);
      return { ...answer, body: { ...(answer.body as object), resend_of: id } };
    },
  };
}

async function resolve({ failureReviews, accept }: Ports, { key, json, params }: Call): Promise<Answer> {
  const parsed = parse(resolveFailureBody, json);
  if (!parsed.ok) return parsed;
  const { action, body } = parsed.value;
  const id = uuidOf(params['review_id']);
  const review = id === null ? undefined : await failureReviews.find(key.mode, id);
  if (!review) return { fault: notFound };
  if (review.state !== 'open') return { fault: decidedBefore };
  let newMessageId: string | null = null;
  if (action === 'resend' || action === 'edit') {
    const found = await failureReviews.requestOf(key.mode, review.message_id, body);
    if (!found.ok) return { fault: REFUSED[found.reason] };
    // A text that is held goes on itself.
    if (action === 'edit' || !found.isHeld) {
      // Two who decide at once send it once.
      const fingerprint = createHash('sha256')
        .update(JSON.stringify([action, body]))
        .digest();
      const idempotency = { key: review.id, path: '/v1/review-queue', fingerprint };
      const { verdict } = await accept(found.request, { keyId: key.id, mode: key.mode }, idempotency);
      if (!verdict.ok) return { fault: verdict.refusal };
      newMessageId = verdict.message.message_id;
      await failureReviews.noteResend(newMessageId, review.message_id);
    }
  }
  const resolvedBy = { type: 'api_key', id: key.id };
  const closed = await failureReviews.close(review, { action, resolvedBy, newMessageId });
  return closed ? { status: 200, body: view(closed) } : { fault: decidedBefore };
}

function sentOf(answer: Answer): string | null {
  if ('fault' in answer || typeof answer.body !== 'object' || answer.body === null) return null;
  const id: unknown = Reflect.get(answer.body, 'message_id');
  return typeof id === 'string' ? id : null;
}

const REFUSED: Readonly<Record<Extract<Resendable, { ok: false }>['reason'], Fault>> = {
  unknown: notFound,
  not_final: { code: 'NOT_FINAL', detail: 'The text may still arrive, or waits in the review queue.' },
  emptied: {
    code: 'INVALID_REQUEST',
    status: 409,
    detail: 'The words of this text have been taken away.',
    action: 'Send a new text.',
  },
};

const decidedBefore: Fault = {
  code: 'INVALID_REQUEST',
  status: 409,
  detail: 'This review was decided before.',
  action: 'Look at what was decided: GET /v1/review-queue?state=resolved.',
};

function view(review: FailureReviewRow) {
  const { id, mode, message_id, contact, reason, error, state, action, resolved_by, new_message_id } = review;
  return {
    id,
    object: 'review',
    mode,
    message_id,
    number: contact,
    reason,
    error,
    state,
    action,
    resolved_by,
    new_message_id,
    created_at: review.created_at.toISOString(),
    resolved_at: review.resolved_at?.toISOString() ?? null,
  };
}
