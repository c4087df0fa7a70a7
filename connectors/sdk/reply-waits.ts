import type { CreateReplyWaitBody, ListReplyWaitsAnswer, ListReplyWaitsQuery, ReplyWait } from './contract.ts';
import { type CallOptions, type Filter, type Transport, at, type SendOptions } from './transport.ts';

/** Waiting for the answer to a text. */
export const replyWaitsOf = (http: Transport) => ({
  /** The newest first. */
  list: (filter: Filter<ListReplyWaitsQuery> = {}, options: CallOptions = {}): AsyncGenerator<ReplyWait, void> =>
    http.each<ListReplyWaitsAnswer>('/v1/reply-waits', filter, options),
  get: (id: string): Promise<ReplyWait> => http.get(at`/v1/reply-waits/${id}`),
  /** A send with `expect_reply` does it in one step. */
  create: (wait: CreateReplyWaitBody, options?: SendOptions): Promise<ReplyWait> =>
    http.once('/v1/reply-waits', wait, options),
  cancel: (id: string): Promise<ReplyWait> => http.delete(at`/v1/reply-waits/${id}`),
});
