import type { Message, Mode } from '../rules/message.ts';
import { type Price, priceList, type PriceList, priceOf } from '../rules/price.ts';
import type { Database } from '../store/database.ts';
import { replacePrices, selectPrices } from '../store/prices.ts';

/** What texts cost. Looking a price up asks no database. */
export interface Prices {
  /** A text with what it costs now. */
  priced<Text extends PricedText>(text: Text): Text;
  /** By destination. */
  list(mode: Mode): readonly Price[];
  /** These are all the prices of the mode from now on; what was accepted before keeps its own. */
  replace(mode: Mode, prices: readonly Price[]): Promise<void>;
  /** Reads what other servers may have changed. */
  refresh(): Promise<void>;
}

type PricedText = Pick<Message, 'mode' | 'to' | 'country' | 'segments' | 'price' | 'currency'>;

/** Of each mode. */
export const PRICES_MAX = 5_000;

/** `currency`: ISO 4217. */
export async function openPrices(database: Database, currency: string): Promise<Prices> {
  let books = await readBooks(database);
  const refresh = async () => {
    books = await readBooks(database);
  };
  return {
    priced(text) {
      const { to: number, country, segments } = text;
      const price = priceOf(books[text.mode].list, { number, country, segments });
      return { ...text, price, currency: price === null ? null : currency };
    },
    list: (mode) => books[mode].prices,
    async replace(mode, prices) {
      await replacePrices(database, mode, prices);
      await refresh();
    },
    refresh,
  };
}

interface Book {
  readonly prices: readonly Price[];
  readonly list: PriceList;
}

async function readBooks(database: Database): Promise<Readonly<Record<Mode, Book>>> {
  const rows = await selectPrices(database);
  const book = (mode: Mode): Book => {
    const prices = rows.filter((row) => row.mode === mode);
    return { prices, list: priceList(prices) };
  };
  return { test: book('test'), live: book('live') };
}
