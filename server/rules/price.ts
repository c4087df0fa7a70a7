import { micros, moneyText } from './money.ts';
import { callingCode } from './phone-number.ts';

/** What one segment costs. */
export interface Price {
  /** The beginning of a number in E.164, `+` for every number, or a country (ISO 3166-1 alpha-2). */
  readonly destination: string;
  /** Decimal, of the currency of the server. */
  readonly price: string;
}

/** Prices by their destination. */
export type PriceList = ReadonlyMap<string, string>;

export const priceList = (prices: readonly Price[]): PriceList =>
  new Map(prices.map(({ destination, price }) => [destination, price]));

/**
 * What a text costs, as a decimal; null when no price matches. The longest prefix wins. A country counts as its calling
 * code, and goes before a price of just that: +1 is the price of whoever shares it without one of their own.
 */
export function priceOf(
  list: PriceList,
  {
    number,
    country,
    segments,
  }: { readonly number: string; readonly country: string | null; readonly segments: number },
): string | null {
  const found = perSegment(list, number, country);
  return found === undefined ? null : moneyText(micros(found) * BigInt(segments));
}

function perSegment(list: PriceList, number: string, country: string | null): string | undefined {
  const ofCountry = country === null ? undefined : list.get(country);
  const countryLength = country === null || ofCountry === undefined ? -1 : 1 + callingCode(country).length;
  for (let length = number.length; length >= 1; length -= 1) {
    if (length === countryLength) return ofCountry;
    const price = list.get(number.slice(0, length));
    if (price !== undefined) return price;
  }
  return undefined;
}
