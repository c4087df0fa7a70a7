import type { Clock } from '../clock.ts';
import { micros, money, moneyText } from '../rules/money.ts';
import { chooseCovered, PLAY_MONEY } from '../rules/balance.ts';
import type { Mode } from '../rules/message.ts';
import {
  addPlayMoney,
  lockBalance,
  markLow,
  readBalance,
  readRemaining,
  reserve,
  selectEntries,
  type Taken,
} from '../store/balances.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import type { BalanceEntryRow, MessageRow } from '../store/schema.ts';
import type { Refusal } from './accept-types.ts';
import { countEntriesIn, type ToppedUp, topUp, type WantedTopUp } from './top-up.ts';

/**
 * Prepaid texts. The price of a text is reserved by the transaction that accepts it; the statement that ends it settles
 * or refunds it (see the trigger in store/migrations/0031-balances.ts). Test mode has play money, which never runs out.
 */
export interface Balance {
  /** ISO 4217. */
  readonly currency: string;
  /** Whether texts of this mode are paid for. */
  isKept(mode: Mode): boolean;
  /** What is left, as a decimal; null = no balance is kept. */
  remaining(mode: Mode): Promise<string | null>;
  account(mode: Mode): Promise<Account>;
  /** Whether it would suffice now for texts that cost so much; null = a text without a price. */
  suffices(mode: Mode, prices: readonly (string | null)[]): Promise<boolean>;
  /**
   * Last in the transaction that stores the texts: the balance is locked for no longer than its commit takes. Answers
   * what was left after each prepaid text. Throws BalanceExceeded, so that everything is rolled back, when it does not
   * suffice for all.
   */
  reserveAll(texts: readonly ReservedText[]): Promise<Remainders>;
  /** Before they are stored: those that fit, in their order. The others are not in the answer. */
  reserveFitting(texts: readonly ReservedText[]): Promise<Remainders>;
  /** When the price of a stored text has changed; false: it does not suffice, and nothing was reserved. */
  adjust(text: ReservedText, before: string): Promise<boolean>;
  topUp(wanted: WantedTopUp): Promise<ToppedUp>;
  /** Newest first, from below an id. */
  entries(mode: Mode, belowId: string | null, limit: number): Promise<BalanceEntryRow[]>;
  /** Counts what was settled, refunded and topped up into the balance. */
  readonly duty: { readonly everyMs: number; run(): Promise<unknown> };
}

export interface Account {
  readonly remaining_balance: string | null;
  readonly reserved: string | null;
}

export type ReservedText = Pick<MessageRow, 'id' | 'mode' | 'price' | 'prepaid'>;

/** Decimals by the id of the text. */
export type Remainders = ReadonlyMap<string, string>;

/** Rolls the transaction back that it is thrown in. */
export class BalanceExceeded extends Error {
  constructor() {
    super('The balance does not suffice.');
    this.name = 'BalanceExceeded';
  }
}

export const insufficientBalance: Refusal = {
  code: 'INSUFFICIENT_BALANCE',
  detail: 'The remaining balance is lower than the price of the text. Nothing was stored.',
};

export interface BalanceOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Live texts are prepaid. */
  readonly isPrepaid: boolean;
  /** ISO 4217. */
  readonly currency: string;
  /** Decimal; balance.low is told when less remains. Null = never. */
  readonly lowBelow: string | null;
  readonly onEvents: () => void;
}

/** What a balance is filled up to by itself; null = it is not. */
const REFILL: Readonly<Record<Mode, bigint | null>> = { test: micros(PLAY_MONEY), live: null };
const COUNT_EVERY_MS = 2_000;

export function openBalance(options: BalanceOptions): Balance {
  const { database, clock, isPrepaid, currency } = options;
  const isKept = (mode: Mode) => mode === 'test' || isPrepaid;
  const now = () => new Date(clock.now());
  const remaining = async (mode: Mode) => (isKept(mode) ? money(await readRemaining(database, mode)) : null);
  return {
    currency,
    isKept,
    remaining,
    async account(mode) {
      if (!isKept(mode)) return { remaining_balance: null, reserved: null };
      const sums = await readBalance(database, mode);
      return { remaining_balance: money(sums.remaining), reserved: money(sums.reserved) };
    },
    async suffices(mode, prices) {
      if (!isKept(mode)) return true;
      const left = micros(await readRemaining(database, mode));
      const wanted = prices.flatMap((price) => (price === null ? [] : [micros(price)]));
      return !chooseCovered(wanted, left, REFILL[mode]).left.includes(null);
    },
    reserveAll: (texts) => byMode(texts, (mode, own) => reserveEach(options, mode, own, now())),
    reserveFitting: (texts) => byMode(texts, (mode, own) => reserveSome(options, mode, own, now())),
    async adjust(text, before) {
      const more = micros(text.price ?? before) - micros(before);
      if (!text.prepaid || more === 0n) return true;
      const change = { id: text.id, price: moneyText(more) };
      return (await reserveSome(options, text.mode, [change], now())).size > 0;
    },
    topUp: (wanted) => topUp(options, wanted, now()),
    entries: (mode, belowId, limit) => selectEntries(database, mode, belowId, limit),
    duty: { everyMs: COUNT_EVERY_MS, run: () => countEntriesIn(options) },
  };
}

/** One mode after the other, always in the same order: two transactions never wait for each other. */
async function byMode(
  texts: readonly ReservedText[],
  work: (mode: Mode, own: readonly Priced[]) => Promise<Remainders>,
): Promise<Remainders> {
  const priced = texts.flatMap(({ id, mode, price, prepaid }) =>
    prepaid && price !== null ? [{ id, mode, price }] : [],
  );
  const found: [string, string][] = [];
  for (const mode of ['live', 'test'] as const) {
    const own = priced.filter((text) => text.mode === mode);
    if (own.length > 0) found.push(...(await work(mode, own)));
  }
  return new Map(found);
}

interface Priced {
  readonly id: string;
  readonly price: string;
}

const sumOf = (texts: readonly Priced[]) => texts.reduce((sum, { price }) => sum + micros(price), 0n);

async function reserveEach(options: BalanceOptions, mode: Mode, texts: readonly Priced[], now: Date) {
  const total = sumOf(texts);
  const taken = await take(options, mode, texts, { total, isCovered: false }, now);
  if (taken === null) throw new BalanceExceeded();
  return remainders(texts, taken + total);
}

/** With what is not counted yet, and, in test mode, with more play money. */
async function reserveSome(options: BalanceOptions, mode: Mode, texts: readonly Priced[], now: Date) {
  await lockBalance(options.database, mode);
  const remaining = micros(await readRemaining(options.database, mode));
  const prices = texts.map(({ price }) => micros(price));
  const { left, added } = chooseCovered(prices, remaining, REFILL[mode]);
  const fitting = texts.filter((_, index) => left[index] !== null);
  if (fitting.length === 0) return new Map();
  if (added > 0n) await addPlayMoney(options.database, mode, moneyText(added), now);
  const total = sumOf(fitting);
  await take(options, mode, fitting, { total, isCovered: true }, now);
  return new Map(texts.flatMap(({ id }, index) => remainder(id, left[index] ?? null)));
}

const remainder = (id: string, left: bigint | null): [string, string][] =>
  left === null ? [] : [[id, moneyText(left)]];

/** What is left after each of them, of so much. */
function remainders(texts: readonly Priced[], before: bigint): Remainders {
  let left = before;
  return new Map(
    texts.map(({ id, price }) => {
      left -= micros(price);
      return [id, moneyText(left)];
    }),
  );
}

/** What is left after it; null = not enough. */
async function take(
  options: BalanceOptions,
  mode: Mode,
  texts: readonly Priced[],
  { total, isCovered }: { readonly total: bigint; readonly isCovered: boolean },
  now: Date,
): Promise<bigint | null> {
  const rows = texts.map(({ id, price }) => ({ message_id: id, amount: price }));
  const taken = await reserve(options.database, { mode, rows, total: moneyText(total), isCovered }, now);
  if (taken === null) return null;
  await tellIfLow(options, mode, taken, now);
  return micros(taken.remaining);
}

/** The balance is locked: of all servers, one sees that it went below. */
async function tellIfLow(
  { database, lowBelow, currency, onEvents }: BalanceOptions,
  mode: Mode,
  taken: Taken,
  now: Date,
): Promise<void> {
  if (lowBelow === null || taken.isLow || micros(taken.remaining) >= micros(lowBelow)) return;
  await markLow(database, mode);
  const data = { remaining_balance: money(taken.remaining), threshold: money(lowBelow), currency };
  await insertEvents(database, [{ type: 'balance.low', mode, message_id: null, sequence: 0, data, created_at: now }]);
  database.afterCommit(onEvents);
}
