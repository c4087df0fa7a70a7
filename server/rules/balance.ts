/** What test mode begins with and is filled up to again, so that nothing there ever ends because of money. */
export const PLAY_MONEY = '20.00';

export interface Covered {
  /** For each price, in order, what is left after it; null = it cannot be paid. */
  readonly left: readonly (bigint | null)[];
  /** What was added to the balance on the way. */
  readonly added: bigint;
}

/**
 * Which of some texts a balance pays for: each in its turn, when what is left suffices; a cheaper one may still fit after
 * one that did not. `refill` is what the balance is filled up to when it does not suffice; null = it is not. Amounts are
 * millionths, see money.ts.
 */
export function chooseCovered(prices: readonly bigint[], balance: bigint, refill: bigint | null): Covered {
  let rest = balance;
  let added = 0n;
  const left = prices.map((price) => {
    if (price > rest && refill !== null && price <= refill) {
      added += refill - rest;
      rest = refill;
    }
    if (price > rest) return null;
    rest -= price;
    return rest;
  });
  return { left, added };
}
