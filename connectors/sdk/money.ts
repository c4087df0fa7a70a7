import type {
  Balance,
  BalanceTransaction,
  CreateTopUpBody,
  ListBalanceTransactionsAnswer,
  ListPricesAnswer,
  ReplacePricesAnswer,
  ReplacePricesBody,
} from './contract.ts';
import type { SendOptions, Transport } from './transport.ts';

/** What is left to text with. Amounts are decimals in strings. */
export const balanceOf = (http: Transport) => ({
  get: (): Promise<Balance> => http.get('/v1/balance'),
  /** What has changed it, the newest first. */
  transactions: (): AsyncGenerator<BalanceTransaction, void> =>
    http.each<ListBalanceTransactionsAnswer>('/v1/balance/transactions'),
  /** Adds money, once for each Idempotency-Key. */
  topUp: (wanted: CreateTopUpBody, options: SendOptions = {}): Promise<BalanceTransaction> =>
    http.once('/v1/balance/top-ups', wanted, options),
});

export const pricesOf = (http: Transport) => ({
  list: (): Promise<ListPricesAnswer['data']> => http.list<ListPricesAnswer>('/v1/prices'),
  /** These are all the prices from now on. */
  async replace(prices: ReplacePricesBody['prices']): Promise<ReplacePricesAnswer['data']> {
    const stored = await http.put<ReplacePricesAnswer>('/v1/prices', { prices });
    return stored.data;
  },
});
