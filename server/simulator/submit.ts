import type { Clock } from '../clock.ts';
import type { MessageFields } from '../smpp/pdu.ts';
import { partyOf } from './addresses.ts';
import { type Behaviour, behaviourOf } from './behaviours.ts';
import { type Faults, formatId } from './faults.ts';
import type { Outbox } from './outbox.ts';
import type { Phones } from './phones.ts';
import { receiptFields, wantsReceipt } from './receipt.ts';
import type { Respond } from './session.ts';
import { decodeUserData, readUserData } from './user-data.ts';

export interface SubmitOptions {
  readonly clock: Clock;
  readonly phones: Phones;
  readonly outbox: Outbox;
  readonly faults: () => Faults;
  /** Runs after so many milliseconds, or at once for none, unless the simulator is reset before. */
  readonly later: (ms: number, run: () => void) => void;
  /** A phone writes back. */
  readonly reply: (from: string, to: string, body: string) => void;
}

/** What the carrier does with a submit_sm: refuse it, or answer it, show it on its phone, and report. */
export function submitHandler(options: SubmitOptions): {
  submit(fields: MessageFields, respond: Respond): void;
  reset(): void;
} {
  const { clock, phones, outbox, later } = options;
  const refusals = new Map<string, number>();
  let throttle = { second: 0, taken: 0 };
  // Nineteen digits, beyond what a number holds, and different after a restart: as carriers' ids are.
  let lastId = BigInt(clock.now()) * 1_000_000n;

  function submit(fields: MessageFields, respond: Respond) {
    const faults = options.faults();
    const number = partyOf(fields.destinationAddr, fields.destAddrTon);
    const behaviour = behaviourOf(number);
    const commandStatus = refuse(number, behaviour, faults);
    if (commandStatus !== ROK) return later(faults.response_delay_ms, () => respond(commandStatus, ''));
    lastId += 1n;
    const id = lastId;
    const messageId = formatId(id, faults.id_format);
    const answer = () => later(faults.response_delay_ms, () => respond(ROK, messageId));
    const doneMs = faults.response_delay_ms + faults.receipt_delay_ms;
    if (!faults.receipt_before_response) answer();
    report(fields, behaviour, id, faults.receipt_before_response ? 0 : doneMs);
    if (faults.receipt_before_response) answer();
    if (reach(number, fields, behaviour, messageId) && behaviour.reply !== null) {
      const body = behaviour.reply;
      later(doneMs + REPLY_AFTER_MS, () => options.reply(number, senderOf(fields), body));
    }
  }

  function refuse(number: string, { refusal }: Behaviour, faults: Faults): number {
    if (!/^\+?\d{3,20}$/.test(number)) return RINVDSTADR;
    if (faults.throttle_per_second > 0 && countInSecond() > faults.throttle_per_second) return RTHROTTLED;
    if (!refusal) return ROK;
    const count = (refusals.get(number) ?? 0) + 1;
    refusals.set(number, count > refusal.times ? 0 : count);
    return count > refusal.times ? ROK : refusal.commandStatus;
  }

  function countInSecond(): number {
    const second = Math.floor(clock.now() / 1_000);
    throttle = { second, taken: second === throttle.second ? throttle.taken + 1 : 1 };
    return throttle.taken;
  }

  /** Shows the text on its phone, unless it never gets there; true once all parts are there. */
  function reach(number: string, fields: MessageFields, { receipt }: Behaviour, messageId: string): boolean {
    if (receipt && receipt.stat !== 'DELIVRD') return false;
    const at = new Date(clock.now());
    return phones.receive({ from: senderOf(fields), to: number, messageId, data: readUserData(fields), at });
  }

  function report(fields: MessageFields, { receipt: outcome }: Behaviour, id: bigint, delayMs: number) {
    const faults = options.faults();
    if (!outcome || !faults.receipts || !wantsReceipt(fields.registeredDelivery, outcome)) return;
    const { octets, alphabet } = readUserData(fields);
    const known = {
      messageId: formatId(id, faults.receipt_id_format),
      submitted: fields,
      outcome,
      submittedAt: new Date(clock.now()),
      text: decodeUserData(octets.subarray(0, 40), alphabet),
    };
    later(delayMs, () => outbox.push(receiptFields({ ...known, doneAt: new Date(clock.now()) })));
  }

  return { submit, reset: () => refusals.clear() };
}

const REPLY_AFTER_MS = 500;

/** SMPP 3.4 §5.1.3 */
const ROK = 0x00;
const RINVDSTADR = 0x0b;
const RTHROTTLED = 0x58;

const senderOf = (fields: MessageFields) => partyOf(fields.sourceAddr, fields.sourceAddrTon);
