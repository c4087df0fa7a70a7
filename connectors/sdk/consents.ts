import type {
  Consent,
  ListConsentEventsAnswer,
  RecordConsentAnswer,
  RecordConsentBody,
  RequestOptInAnswer,
  RequestOptInBody,
} from './contract.ts';
import { type CallOptions, type Item, type SendOptions, type Transport, at } from './transport.ts';

/** Who agreed to what, who opted out, and what proves it. */
export const consentsOf = (http: Transport) => ({
  /** What holds for a number now, as a whole and by topic. */
  get: (number: string): Promise<Consent> => http.get(at`/v1/consents/${number}`),
  /** Everything that was recorded about a number, the oldest first. */
  events: (number: string, options: CallOptions = {}): AsyncGenerator<Item<ListConsentEventsAnswer>, void> =>
    http.each<ListConsentEventsAnswer>(at`/v1/consents/${number}/events`, {}, options),
  /** Records an opt-in or an opt-out with its proof. Each call is an entry of its own. */
  record: (consent: RecordConsentBody, options?: SendOptions): Promise<RecordConsentAnswer> =>
    http.once('/v1/consents', consent, options),
  /** Asks a recipient by text to confirm that they want texts (double opt-in). */
  request: (optIn: RequestOptInBody, options: SendOptions = {}): Promise<RequestOptInAnswer> =>
    http.once('/v1/consents/double-opt-in', optIn, options),
});
