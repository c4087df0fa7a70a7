import type { MessageRow } from '../store/schema.ts';
import { type Balance, type BalanceOptions, openBalance } from './balance.ts';
import { openPrices, type Prices } from './prices.ts';

/** What texts cost, and who pays. */
export interface Money {
  readonly prices: Prices;
  readonly balance: Balance;
}

export async function openMoney(options: BalanceOptions): Promise<Money> {
  return { prices: await openPrices(options.database, options.currency), balance: openBalance(options) };
}

/** A new text with what it costs; one that no price matches costs nothing. */
export function withPrice({ prices, balance }: Money, text: MessageRow): MessageRow {
  const priced = prices.priced(text);
  return { ...priced, prepaid: priced.price !== null && balance.isKept(text.mode) };
}
