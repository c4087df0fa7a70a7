/** A number that makes test mode behave in one known way, so that every outcome can be tried without a carrier. */
export interface MagicNumber {
  readonly number: string;
  readonly behaviour: MagicBehaviour;
  /** `accept`: the API answers it. `phone`: the simulated phone does it, over SMPP. */
  readonly decidedBy: 'accept' | 'phone';
  readonly description: string;
}

export type MagicBehaviour =
  | 'invalid_number'
  | 'undelivered'
  | 'insufficient_balance'
  | 'filtered'
  | 'throttled'
  | 'delivered'
  | 'no_receipt'
  | 'replies'
  | 'opted_out'
  | 'replies_stop'
  | 'expired'
  | 'system_error'
  | 'replies_stop_phrase'
  | 'replies_bus_stop';

/** The behaviour of `e164` in test mode, or null for an ordinary number. */
export function magicNumber(e164: string): MagicNumber | null {
  return BY_NUMBER.get(e164) ?? null;
}

export const MAGIC_NUMBERS: readonly MagicNumber[] = [
  accept('+15005550001', 'invalid_number', 'refused at once with INVALID_NUMBER'),
  phone('+15005550002', 'undelivered', 'sent, then undelivered: nobody can be reached there'),
  accept('+15005550003', 'insufficient_balance', 'refused at once with INSUFFICIENT_BALANCE'),
  phone('+15005550004', 'filtered', 'sent, then undelivered: a spam filter took it'),
  phone('+15005550005', 'throttled', 'the carrier throttles twice, then it is delivered'),
  phone('+15005550006', 'delivered', 'delivered after a second'),
  phone('+15005550007', 'no_receipt', 'sent, and the receipt never comes'),
  phone('+15005550008', 'replies', 'delivered, then the phone replies'),
  accept('+15005550009', 'opted_out', 'refused at once with OPTED_OUT'),
  phone('+15005550010', 'replies_stop', 'delivered, then the phone replies STOP'),
  phone('+15005550011', 'expired', 'sent, then expired'),
  phone('+15005550012', 'system_error', 'the carrier answers with a system error'),
  phone('+15005550013', 'replies_stop_phrase', 'delivered, then the phone replies "please stop texting me"'),
  phone('+15005550014', 'replies_bus_stop', 'delivered, then the phone replies "I\'m at the bus stop"'),
];

const BY_NUMBER: ReadonlyMap<string, MagicNumber> = new Map(MAGIC_NUMBERS.map((entry) => [entry.number, entry]));

function accept(number: string, behaviour: MagicBehaviour, description: string): MagicNumber {
  return { number, behaviour, decidedBy: 'accept', description };
}

function phone(number: string, behaviour: MagicBehaviour, description: string): MagicNumber {
  return { number, behaviour, decidedBy: 'phone', description };
}
