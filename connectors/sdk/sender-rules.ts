import type { ListSenderRulesAnswer, SenderRule, StoreSenderRulesAnswer, StoreSenderRulesBody } from './contract.ts';
import { type Transport, at } from './transport.ts';

/** A rule of your own; what is left out is not known. */
export type NewSenderRule = StoreSenderRulesBody['rules'][number];

/** What is known of senders in each country. */
export const senderRulesOf = (http: Transport) => ({
  /** Your own rules and those that are shipped, by country. */
  list: (): Promise<readonly SenderRule[]> => http.list<ListSenderRulesAnswer>('/v1/sender-rules'),
  /** Stores up to 300 rules, all or none. Each takes the place of what there was for its country. */
  store: async (rules: readonly NewSenderRule[]): Promise<readonly SenderRule[]> => {
    const { data } = await http.post<StoreSenderRulesAnswer>('/v1/sender-rules', { rules });
    return data;
  },
  /** Removes a rule of your own; the shipped one is in force again. */
  remove: (country: string): Promise<void> => http.remove(at`/v1/sender-rules/${country}`),
});
