import type {
  Consent,
  ConfirmPropagationAnswer,
  ConfirmPropagationBody,
  CreateOptOutAnswer,
  CreateOptOutBody,
  DeleteOptOutAnswer,
  DeleteOptOutBody,
  ImportOptOutsAnswer,
  ImportOptOutsBody,
  ListConnectedSystemsAnswer,
  ListOptOutReviewsAnswer,
  ListOptOutReviewsQuery,
  ListOptOutsAnswer,
  ListOptOutsQuery,
  OptOut,
  OptOutReview,
  Propagation,
  PutConnectedSystemAnswer,
  PutConnectedSystemBody,
  ResolveOptOutReviewBody,
} from './contract.ts';
import { type CallOptions, type Filter, type Item, type SendOptions, type Transport, at } from './transport.ts';

/** Who is not to be texted any more. */
export const optOutsOf = (http: Transport) => ({
  /** The newest first. */
  list: (filter: Filter<ListOptOutsQuery> = {}, options: CallOptions = {}): AsyncGenerator<OptOut, void> =>
    http.each<ListOptOutsAnswer>('/v1/opt-outs', filter, options),
  /** Whether a number has opted out, as a whole and by topic. */
  get: (number: string): Promise<Consent> => http.get(at`/v1/consents/${number}`),
  /** In force for every text that has not left yet. Saying it again changes nothing. */
  create: (optOut: CreateOptOutBody, options?: SendOptions): Promise<CreateOptOutAnswer> =>
    http.once('/v1/opt-outs', optOut, options),
  /** Up to 10,000 numbers. */
  import: (optOuts: ImportOptOutsBody): Promise<ImportOptOutsAnswer> => http.post('/v1/opt-outs/import', optOuts),
  /** Takes an opt-out back, with what proves that the recipient wants that. */
  delete: (number: string, optIn: DeleteOptOutBody): Promise<DeleteOptOutAnswer> =>
    http.delete(at`/v1/opt-outs/${number}`, optIn),
  /** Which connected systems have heard of the opt-outs of a number, and how long that took. */
  propagation: (number: string): Promise<Propagation> => http.get(propagationPath(number)),
  /** For a connector: this system honours the opt-out now. */
  acknowledge: (number: string, confirmation: ConfirmPropagationBody): Promise<ConfirmPropagationAnswer> =>
    http.post(propagationPath(number), confirmation),
  /** Replies that may have been meant as an opt-out. */
  reviews: {
    list: (
      filter: Filter<ListOptOutReviewsQuery> = {},
      options: CallOptions = {},
    ): AsyncGenerator<Item<ListOptOutReviewsAnswer>, void> =>
      http.each<ListOptOutReviewsAnswer>('/v1/opt-outs/reviews', filter, options),
    get: (id: string): Promise<OptOutReview> => http.get(at`/v1/opt-outs/reviews/${id}`),
    /** Decides every open review of the number; it can be decided once. */
    resolve: (id: string, decision: ResolveOptOutReviewBody['decision']): Promise<OptOutReview> =>
      http.create(at`/v1/opt-outs/reviews/${id}/resolve`, { decision }),
  },
  /** Who has to hear of every opt-out. */
  systems: {
    list: (): Promise<ListConnectedSystemsAnswer['data']> =>
      http.list<ListConnectedSystemsAnswer>('/v1/connected-systems'),
    put: (id: string, system: PutConnectedSystemBody): Promise<PutConnectedSystemAnswer> =>
      http.put(at`/v1/connected-systems/${id}`, system),
    remove: (id: string): Promise<void> => http.remove(at`/v1/connected-systems/${id}`),
  },
});

const propagationPath = (number: string) => at`/v1/opt-outs/${number}/propagation`;
