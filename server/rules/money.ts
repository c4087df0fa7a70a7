/**
 * Amounts of money are decimal strings outside and whole millionths of the currency inside: no sum is ever rounded, and no
 * binary fraction comes near them. Six places are enough for the price of a segment anywhere.
 */
export const PLACES = 6;
const SCALE = 10n ** BigInt(PLACES);

/** What may stand for an amount from outside: at most nine digits, a point, and at most six more. */
export const MONEY_FORM = /^\d{1,9}(\.\d{1,6})?$/;

/** Millionths of a decimal, which may be negative. Throws on what is no decimal, or has more places than there are. */
export function micros(text: string): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,6})0*)?$/.exec(text) ?? [];
  if (whole === '') throw new Error(`It is no amount of money: ${text}`);
  const size = BigInt(whole) * SCALE + BigInt(fraction.padEnd(PLACES, '0'));
  return sign === '-' ? -size : size;
}

/** The decimal of an amount in millionths, with at least two places: `20.00`, `0.0075`. */
export function moneyText(amount: bigint): string {
  const size = amount < 0n ? -amount : amount;
  const fraction = String(size % SCALE).padStart(PLACES, '0');
  return `${amount < 0n ? '-' : ''}${size / SCALE}.${fraction.replace(/0{1,4}$/, '')}`;
}

/** The same amount as {@link moneyText} writes it. */
export const money = (text: string): string => moneyText(micros(text));
