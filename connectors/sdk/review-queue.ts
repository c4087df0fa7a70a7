import type {
  FailureReview,
  ListReviewQueueAnswer,
  ListReviewQueueQuery,
  ResolveReviewQueueItemBody,
} from './contract.ts';
import { type CallOptions, type Filter, type Transport, at } from './transport.ts';

/** Texts that a person has to look at. */
export const reviewQueueOf = (http: Transport) => ({
  /** The newest first. */
  list: (filter: Filter<ListReviewQueueQuery> = {}, options: CallOptions = {}): AsyncGenerator<FailureReview, void> =>
    http.each<ListReviewQueueAnswer>('/v1/review-queue', filter, options),
  /** Decides what becomes of a text; it can be decided once. */
  resolve: (id: string, decision: ResolveReviewQueueItemBody): Promise<FailureReview> =>
    http.create(at`/v1/review-queue/${id}/resolve`, decision),
});
