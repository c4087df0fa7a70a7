import type { Part } from '../messages/carrier.ts';
import { DEFAULT_TABLES, encodeGsm7, isGsm7 } from '../rules/gsm7.ts';
import { packSeptets } from '../rules/gsm7-packing.ts';
import { destinationAddress, sourceAddress } from './addresses.ts';
import { ESME_RINVDCS } from './command-status.ts';
import { PduEncodeError } from './pdu.ts';
import type { MessageFields } from './pdu.ts';
import { type CarrierProfile, encodingSchema, numberingSchema } from './profile.ts';
import { userDataHeader } from './user-data-header.ts';
import { absoluteTime, relativeTime } from './validity.ts';

/** What a carrier wants of a submit_sm. */
export type SubmitProfile = Pick<CarrierProfile, 'encoding' | 'numbering' | 'validity'>;

const DEFAULT_SUBMIT_PROFILE: SubmitProfile = {
  encoding: encodingSchema.parse({}),
  numbering: numberingSchema.parse({}),
  validity: 'relative',
};

/**
 * One part as the fields of a submit_sm (SMPP 3.4 §4.4.1). `nowMs` counts for absolute validity alone. Throws
 * PduEncodeError for text outside its alphabet.
 */
export function submitSmFields(
  part: Part,
  profile: SubmitProfile = DEFAULT_SUBMIT_PROFILE,
  nowMs = 0,
): Partial<MessageFields> {
  const source = sourceAddress(part.from, profile.numbering);
  const recipient = destinationAddress(part.to, profile.numbering);
  const byTlvs = profile.encoding.long_message === 'sar';
  const header = userDataHeader({
    concatenation: byTlvs ? null : part.concatenation,
    referenceBits: profile.encoding.long_message === 'udh16' ? 16 : 8,
    shift: part.shift ?? DEFAULT_TABLES,
  });
  return {
    sourceAddrTon: source.ton,
    sourceAddrNpi: source.npi,
    sourceAddr: source.address,
    destAddrTon: recipient.ton,
    destAddrNpi: recipient.npi,
    destinationAddr: recipient.address,
    esmClass: header.length > 0 ? UDH_INDICATOR : 0,
    validityPeriod: validity(part, profile, nowMs),
    registeredDelivery: FINAL_RECEIPT,
    dataCoding: dataCodingOf(part, profile),
    ...placed(Buffer.concat([header, textOf(part, profile, header.length)]), part, profile),
    ...(byTlvs && part.concatenation ? sarTlvs(part.concatenation) : {}),
  };
}

const UDH_INDICATOR = 0x40;
/** §5.2.17: a receipt whatever the outcome. */
const FINAL_RECEIPT = 0x01;
function validity({ validitySeconds }: Part, profile: SubmitProfile, nowMs: number): string {
  switch (profile.validity) {
    case 'relative':
      return relativeTime(validitySeconds);
    case 'absolute':
      return absoluteTime(validitySeconds, nowMs);
    case 'none':
      return '';
  }
}

/** §5.2.19; with a message class 3GPP TS 23.038, 4: 0x10 and 0x18 are class 0 of the default alphabet and of UCS-2. */
function dataCodingOf({ encoding, flash }: Part, { encoding: profile }: SubmitProfile): number {
  const messageClass = flash ? CLASS_0 : 0;
  if (encoding === 'UCS-2') return UCS2 | messageClass;
  if (encoding === 'Latin-1' && profile.default_alphabet !== 'latin1') return LATIN1;
  return DEFAULT_ALPHABET | messageClass;
}

const DEFAULT_ALPHABET = 0x00;
const LATIN1 = 0x03;
const UCS2 = 0x08;
const CLASS_0 = 0x10;

function textOf(part: Part, { encoding }: SubmitProfile, headerOctets: number): Buffer {
  switch (part.encoding) {
    case 'GSM-7': {
      const septets = gsm7(part);
      return Buffer.from(encoding.default_alphabet === 'gsm7_packed' ? packSeptets(septets, headerOctets) : septets);
    }
    case 'UCS-2':
      return Buffer.from(part.text, 'utf16le').swap16();
    case 'Latin-1':
      return octets(part.text, /^[\0-\xff]*$/);
    case 'ASCII':
      return octets(part.text, /^[\0-\x7f]*$/);
  }
}

function gsm7({ text, shift = DEFAULT_TABLES }: Part): Uint8Array {
  if (!isGsm7(text, shift)) throw outside('GSM-7');
  return encodeGsm7(text, shift);
}

function octets(text: string, alphabet: RegExp): Buffer {
  if (!alphabet.test(text)) throw outside('its alphabet');
  return Buffer.from(text, 'latin1');
}

const outside = (alphabet: string) =>
  new PduEncodeError(`short_message has a character outside ${alphabet}`, ESME_RINVDCS);

/** §5.3.2.32: what is more than one SMS, where the carrier is to cut it; short_message is empty then. */
function placed(
  message: Buffer,
  { encoding }: Part,
  { encoding: profile }: SubmitProfile,
): Pick<MessageFields, 'shortMessage' | 'messagePayload'> {
  const isSeptets = (encoding === 'GSM-7' && profile.default_alphabet !== 'gsm7_packed') || encoding === 'ASCII';
  if (profile.long_message !== 'message_payload' || message.length <= (isSeptets ? 160 : 140)) {
    return { shortMessage: message };
  }
  return { shortMessage: Buffer.alloc(0), messagePayload: message };
}

/** §5.3.2.22 to 24 */
function sarTlvs({ reference, total, number }: NonNullable<Part['concatenation']>) {
  return { sarMsgRefNum: reference & 0xffff, sarTotalSegments: total, sarSegmentSeqnum: number };
}
