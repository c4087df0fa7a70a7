import { type MagicBehaviour, magicNumber } from '../rules/magic-numbers.ts';

/** What the phone behind a number, and the carrier in front of it, do with a text. */
export interface Behaviour {
  /** command_status of the answer to submit_sm, for the first `times` of them in a row; null = it is taken. */
  readonly refusal: { readonly commandStatus: number; readonly times: number } | null;
  /** Null: the receipt never comes. */
  readonly receipt: ReceiptOutcome | null;
  readonly reply: string | null;
}

/** SMPP 3.4 Appendix B: `stat` and `err`; `messageState` is the same as a TLV (§5.2.28). */
export interface ReceiptOutcome {
  readonly stat: 'DELIVRD' | 'UNDELIV' | 'EXPIRED' | 'REJECTD' | 'ENROUTE';
  readonly err: string;
  readonly messageState: number;
}

/** `number` in E.164. A number that is not magic is a phone that is on and says nothing. */
export function behaviourOf(number: string): Behaviour {
  const magic = magicNumber(number);
  return (magic && BEHAVIOURS[magic.behaviour]) ?? ordinary;
}

/** A phone that is off: what the carrier says at first, and when it stops trying. */
export const ENROUTE: ReceiptOutcome = { stat: 'ENROUTE', err: '000', messageState: 1 };
export const EXPIRED: ReceiptOutcome = { stat: 'EXPIRED', err: '000', messageState: 3 };

const delivered: ReceiptOutcome = { stat: 'DELIVRD', err: '000', messageState: 2 };
const ordinary: Behaviour = { refusal: null, receipt: delivered, reply: null };
const replying = (reply: string): Behaviour => ({ ...ordinary, reply });
const ending = (receipt: ReceiptOutcome | null): Behaviour => ({ ...ordinary, receipt });

const RSYSERR = 0x08;
const RTHROTTLED = 0x58;

/** Behaviours that the API decides on its own are missing: a text that still gets here is an ordinary one. */
const BEHAVIOURS: Readonly<Partial<Record<MagicBehaviour, Behaviour>>> = {
  undelivered: ending({ stat: 'UNDELIV', err: '034', messageState: 5 }),
  filtered: ending({ stat: 'REJECTD', err: '081', messageState: 8 }),
  expired: ending(EXPIRED),
  no_receipt: ending(null),
  throttled: { ...ordinary, refusal: { commandStatus: RTHROTTLED, times: 2 } },
  system_error: { ...ordinary, refusal: { commandStatus: RSYSERR, times: Infinity } },
  replies: replying('Thanks! This is a simulated reply.'),
  replies_stop: replying('STOP'),
  replies_stop_phrase: replying('please stop texting me'),
  replies_bus_stop: replying("I'm at the bus stop"),
};
