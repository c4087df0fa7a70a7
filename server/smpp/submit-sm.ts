import type { Part } from '../messages/carrier.ts';
import { encodeGsm7, isGsm7 } from '../rules/gsm7.ts';
import { ESME_RINVDCS } from './command-status.ts';
import { PduEncodeError } from './pdu.ts';
import type { MessageFields } from './pdu.ts';
import { concatenationHeader } from './user-data-header.ts';

/** One segment as the fields of a submit_sm (SMPP 3.4 §4.4.1). Throws PduEncodeError for text outside its alphabet. */
export function submitSmFields(part: Part): Partial<MessageFields> {
  const source = sourceOf(part.from);
  const text = part.encoding === 'GSM-7' ? gsm7(part.text) : ucs2(part.text);
  const header = part.concatenation ? concatenationHeader(part.concatenation) : null;
  return {
    sourceAddrTon: source.ton,
    sourceAddrNpi: source.npi,
    sourceAddr: source.address,
    destAddrTon: TON_INTERNATIONAL,
    destAddrNpi: NPI_ISDN,
    destinationAddr: part.to.replace(/^\+/, ''),
    esmClass: header ? UDH_INDICATOR : 0,
    validityPeriod: relativeTime(part.validitySeconds),
    registeredDelivery: FINAL_RECEIPT,
    dataCoding: part.encoding === 'GSM-7' ? 0x00 : 0x08,
    shortMessage: header ? Buffer.concat([header, text]) : text,
  };
}

const TON_INTERNATIONAL = 1;
const NPI_ISDN = 1;
const UDH_INDICATOR = 0x40;
/** §5.2.17: a receipt whatever the outcome. */
const FINAL_RECEIPT = 0x01;
/** Longer runs of digits are full numbers, written without their `+`. */
const SHORT_CODE_DIGITS_MAX = 8;

interface Source {
  readonly address: string;
  readonly ton: number;
  readonly npi: number;
}

/** §5.2.5, §5.2.6: E.164 is 1/1 without its `+`, a short code network specific, anything else a name. */
function sourceOf(from: string): Source {
  if (/^\+\d+$/.test(from)) return { address: from.slice(1), ton: TON_INTERNATIONAL, npi: NPI_ISDN };
  if (!/^\d+$/.test(from)) return { address: from, ton: 5, npi: 0 };
  if (from.length <= SHORT_CODE_DIGITS_MAX) return { address: from, ton: 3, npi: 0 };
  return { address: from, ton: TON_INTERNATIONAL, npi: NPI_ISDN };
}

function gsm7(text: string): Buffer {
  if (!isGsm7(text)) throw new PduEncodeError('short_message has a character outside GSM-7', ESME_RINVDCS);
  return Buffer.from(encodeGsm7(text));
}

function ucs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

/**
 * `YYMMDDhhmmss000R` (§7.1.1.2): relative, so that no clock but the carrier's counts. Months have no
 * fixed length, so longer than 31 days becomes 31 days.
 */
export function relativeTime(seconds: number): string {
  const total = Math.min(Math.max(1, Math.floor(seconds)), RELATIVE_MAX_S);
  const days = Math.floor(total / 86_400);
  const parts = [days, Math.floor(total / 3_600) % 24, Math.floor(total / 60) % 60, total % 60];
  return `0000${parts.map((value) => String(value).padStart(2, '0')).join('')}000R`;
}

const RELATIVE_MAX_S = 31 * 86_400;
