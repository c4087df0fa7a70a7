import type {
  CreateSenderBody,
  CreateSenderPoolBody,
  ListSenderPoolsAnswer,
  ListSendersAnswer,
  ResolveSenderAnswer,
  ResolveSenderQuery,
  Sender,
  SenderPool,
  UpdateSenderBody,
} from './contract.ts';
import { type Transport, at, searchOf, type SendOptions } from './transport.ts';

/** The numbers and names that texts are sent from. */
export const sendersOf = (http: Transport) => ({
  /** The newest first. */
  list: (): Promise<ListSendersAnswer['data']> => http.list<ListSendersAnswer>('/v1/senders'),
  create: (sender: CreateSenderBody, options?: SendOptions): Promise<Sender> =>
    http.once('/v1/senders', sender, options),
  /** Says anew what a sender may be used for: what is left out has no limit any more. */
  update: (id: string, sender: UpdateSenderBody): Promise<Sender> => http.put(at`/v1/senders/${id}`, sender),
  remove: (id: string): Promise<void> => http.remove(at`/v1/senders/${id}`),
  /** Which sender a text would get, and why. */
  resolve: (text: ResolveSenderQuery): Promise<ResolveSenderAnswer> => http.get(`/v1/senders/resolve${searchOf(text)}`),
  /** Senders that stand in for each other. */
  pools: {
    list: (): Promise<ListSenderPoolsAnswer['data']> => http.list<ListSenderPoolsAnswer>('/v1/sender-pools'),
    create: (pool: CreateSenderPoolBody, options?: SendOptions): Promise<SenderPool> =>
      http.once('/v1/sender-pools', pool, options),
    remove: (id: string): Promise<void> => http.remove(at`/v1/sender-pools/${id}`),
  },
});
