import type {
  CreateSuppressionsAnswer,
  CreateSuppressionsBody,
  DeleteSuppressionQuery,
  ListSuppressionsAnswer,
  ListSuppressionsQuery,
  Suppression,
} from './contract.ts';
import { type CallOptions, type Filter, type Transport, at, searchOf } from './transport.ts';

/** Numbers that are not texted for reasons other than consent. */
export const suppressionsOf = (http: Transport) => ({
  /** The newest first. */
  list: (filter: Filter<ListSuppressionsQuery> = {}, options: CallOptions = {}): AsyncGenerator<Suppression, void> =>
    http.each<ListSuppressionsAnswer>('/v1/suppressions', filter, options),
  /** Puts numbers on a list. Saying it again changes nothing. */
  create: (suppressions: CreateSuppressionsBody): Promise<CreateSuppressionsAnswer> =>
    http.post('/v1/suppressions', suppressions),
  /** Takes a number off one list, or off all of them. */
  remove: (number: string, from: DeleteSuppressionQuery = {}): Promise<void> =>
    http.remove(`${at`/v1/suppressions/${number}`}${searchOf(from)}`),
});
