import type { Clock } from '../clock.ts';
import type { MessageFields } from '../smpp/pdu.ts';
import { partyOf } from './addresses.ts';
import { type Behaviour, ENROUTE, EXPIRED, type ReceiptOutcome, behaviourOf } from './behaviours.ts';
import type { FaultPanel } from './fault-panel.ts';
import { formatId } from './faults.ts';
import type { Outbox } from './outbox.ts';
import type { Phones } from './phones.ts';
import { receiptFields, wantsReceipt } from './receipt.ts';
import type { Respond } from './session.ts';
import { type DefaultAlphabet, decodeUserData, readUserData } from './user-data.ts';

export interface SubmitOptions {
  readonly clock: Clock;
  /** What data_coding 0 means; absent = unpacked GSM-7. */
  readonly defaultAlphabet?: DefaultAlphabet | undefined;
  readonly phones: Phones;
  readonly outbox: Outbox;
  readonly panel: FaultPanel;
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
  const { clock, phones, outbox, panel, later } = options;
  const refusals = new Map<string, number>();
  let throttle = { second: 0, taken: 0 };
  // Nineteen digits, beyond what a number holds, and different after a restart: as carriers' ids are.
  let lastId = BigInt(clock.now()) * 1_000_000n;

  function submit(fields: MessageFields, respond: Respond) {
    const faults = panel.faults();
    const number = partyOf(fields.destinationAddr, fields.destAddrTon);
    const behaviour = behaviourOf(number);
    const answerMs = jittered(faults.response_delay_ms, faults.response_jitter_ms);
    panel.count('submits');
    const commandStatus = refuse(fields, number, behaviour);
    panel.count(commandStatus === ROK ? 'accepted' : commandStatus === RTHROTTLED ? 'throttled' : 'refused');
    if (commandStatus !== ROK) return later(answerMs, () => respond(commandStatus, ''));
    lastId += 1n;
    const text: Taken = { fields, number, behaviour, id: lastId, submittedAt: new Date(clock.now()) };
    const answer = () => later(answerMs, () => respond(ROK, formatId(text.id, faults.id_format)));
    const doneMs = answerMs + jittered(faults.receipt_delay_ms, faults.receipt_jitter_ms);
    if (!faults.receipt_before_response) answer();
    if (isOff(number)) waitForPhone(text, doneMs);
    else arrive(text, faults.receipt_before_response ? 0 : doneMs, doneMs);
    if (faults.receipt_before_response) answer();
  }

  function refuse(fields: MessageFields, number: string, { refusal }: Behaviour): number {
    const faults = panel.faults();
    if (!/^\+?\d{3,20}$/.test(number)) return RINVDSTADR;
    if (!isTime(fields.scheduleDeliveryTime)) return RINVSCHED;
    if (!isTime(fields.validityPeriod)) return RINVEXPIRY;
    if (faults.throttle_per_second > 0 && countInSecond() > faults.throttle_per_second) return RTHROTTLED;
    if (panel.chance(faults.throttle_percent)) return RTHROTTLED;
    if (panel.chance(faults.refuse_percent)) return faults.refuse_status;
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

  const jittered = (ms: number, jitterMs: number) => (jitterMs === 0 ? ms : ms + Math.round(panel.random() * jitterMs));

  function isOff(number: string): boolean {
    const off = panel.faults().handsets_off;
    return off.some((one) => one === '*' || digits(one) === digits(number));
  }

  /** Shows the text on its phone now, and reports it after `receiptMs`. */
  function arrive(text: Taken, receiptMs: number, doneMs: number) {
    const { behaviour, number, fields } = text;
    report(text, behaviour.receipt, receiptMs);
    if (!reach(text) || behaviour.reply === null) return;
    const body = behaviour.reply;
    later(doneMs + REPLY_AFTER_MS, () => options.reply(number, senderOf(fields), body));
  }

  /** A phone that is off gets the text when it is on again, unless the carrier has given up by then. */
  function waitForPhone(text: Taken, firstMs: number) {
    report(text, ENROUTE, firstMs);
    later(firstMs + panel.faults().handset_off_ms, () => {
      if (isOff(text.number)) report(text, EXPIRED, 0);
      else arrive(text, 0, 0);
    });
  }

  /** Shows the text on its phone, unless it never gets there; true once all parts are there. */
  function reach({ fields, number, behaviour: { receipt }, id }: Taken): boolean {
    if (receipt && receipt.stat !== 'DELIVRD') return false;
    const at = new Date(clock.now());
    const messageId = formatId(id, panel.faults().id_format);
    return phones.receive({
      from: senderOf(fields),
      to: number,
      messageId,
      data: readUserData(fields, options.defaultAlphabet),
      at,
    });
  }

  function report({ fields, id, submittedAt }: Taken, outcome: ReceiptOutcome | null, delayMs: number) {
    const faults = panel.faults();
    if (!outcome || !wantsReceipt(fields.registeredDelivery, outcome)) return;
    if (!faults.receipts || !panel.chance(faults.receipt_percent)) return panel.count('receipts_missing');
    const { octets, alphabet, shift } = readUserData(fields, options.defaultAlphabet);
    const known = {
      messageId: formatId(id, faults.receipt_id_format),
      submitted: fields,
      outcome,
      submittedAt,
      text: decodeUserData(octets.subarray(0, 40), alphabet, shift),
      form: faults.receipt_form,
    };
    later(delayMs, () => {
      for (let copy = 0; copy <= faults.duplicate_receipts; copy += 1) {
        panel.count('receipts');
        outbox.push(receiptFields({ ...known, doneAt: new Date(clock.now()) }));
      }
    });
  }

  return { submit, reset: () => refusals.clear() };
}

/** A submit_sm that was accepted. */
interface Taken {
  readonly fields: MessageFields;
  readonly number: string;
  readonly behaviour: Behaviour;
  readonly id: bigint;
  readonly submittedAt: Date;
}

const REPLY_AFTER_MS = 500;

/** SMPP 3.4 §5.1.3 */
const ROK = 0x00;
const RINVDSTADR = 0x0b;
const RTHROTTLED = 0x58;
const RINVSCHED = 0x61;
const RINVEXPIRY = 0x62;

/** §7.1.1: nothing, YYMMDDhhmmsstnn and + or -, or the same digits and R for a time from now. */
const isTime = (time: string) => /^(?:\d{15}[-+R])?$/.test(time);

const digits = (number: string) => number.replace(/^\+/, '');
const senderOf = (fields: MessageFields) => partyOf(fields.sourceAddr, fields.sourceAddrTon);
