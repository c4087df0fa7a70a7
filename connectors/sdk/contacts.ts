import type { ChangeContactBody, Contact, ListContactsAnswer, ListContactsQuery, PutContactBody } from './contract.ts';
import { type CallOptions, type Filter, type Item, type Transport, at } from './transport.ts';

const contactPath = (number: string) => at`/v1/contacts/${number}`;

/** What is known of the people behind the numbers. */
export const contactsOf = (http: Transport) => ({
  list: (
    filter: Filter<ListContactsQuery> = {},
    options: CallOptions = {},
  ): AsyncGenerator<Item<ListContactsAnswer>, void> => http.each<ListContactsAnswer>('/v1/contacts', filter, options),
  get: (number: string): Promise<Contact> => http.get(contactPath(number)),
  /** In place of everything that was known. */
  put: (number: string, contact: PutContactBody): Promise<Contact> => http.put(contactPath(number), contact),
  /** What is left out stays, null takes it away. */
  patch: (number: string, change: ChangeContactBody): Promise<Contact> => http.patch(contactPath(number), change),
});
