import type { Part } from '../messages/carrier.ts';
import { DEFAULT_TABLES, encodeGsm7, isGsm7 } from '../rules/gsm7.ts';
import { packSeptets } from '../rules/gsm7-packing.ts';
import { destinationAddress, sourceAddress } from './addresses.ts';
import { ESME_RINVDCS, ESME_RINVOPTPARAMVAL } from './command-status.ts';
import { PduEncodeError } from './pdu.ts';
import type { MessageFields } from './pdu.ts';
import { type CarrierProfile, encodingSchema, numberingSchema } from './profile.ts';
import { userDataHeader } from './user-data-header.ts';
import { absoluteTime, relativeTime } from './validity.ts';

/** What a carrier wants of a submit_sm. */
export type SubmitProfile = Pick<CarrierProfile, 'encoding' | 'numbering' | 'validity'> &
  Partial<
    Pick<
      CarrierProfile,
      'service_type' | 'priority_flag' | 'intermediate_receipts' | 'user_message_reference' | 'registration_tlvs'
    >
  >;

/** The ids of a sender's registration, by name. */
export type RegistrationIds = Readonly<Record<string, string>>;

const DEFAULT_SUBMIT_PROFILE: SubmitProfile = {
  encoding: encodingSchema.parse({}),
  numbering: numberingSchema.parse({}),
  validity: 'relative',
};

/**
 * One part as the fields of a submit_sm (SMPP 3.4 §4.4.1). `nowMs` counts for absolute validity alone; `ids` are those
 * of the sender's registration. Throws PduEncodeError for text outside its alphabet.
 */
export function submitSmFields(
  part: Part,
  profile: SubmitProfile = DEFAULT_SUBMIT_PROFILE,
  nowMs = 0,
  ids: RegistrationIds | null = null,
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
    serviceType: profile.service_type ?? '',
    priorityFlag: (part.messageType && profile.priority_flag?.[part.messageType]) ?? 0,
    sourceAddrTon: source.ton,
    sourceAddrNpi: source.npi,
    sourceAddr: source.address,
    destAddrTon: recipient.ton,
    destAddrNpi: recipient.npi,
    destinationAddr: recipient.address,
    esmClass: header.length > 0 ? UDH_INDICATOR : 0,
    validityPeriod: validity(part, profile, nowMs),
    registeredDelivery: profile.intermediate_receipts ? FINAL_RECEIPT | INTERMEDIATE : FINAL_RECEIPT,
    dataCoding: dataCodingOf(part, profile),
    ...placed(Buffer.concat([header, textOf(part, profile, header.length)]), part, profile),
    ...(byTlvs && part.concatenation ? sarTlvs(part.concatenation) : {}),
    ...optionalTlvs(part, profile),
    ...registrationTlvs(ids ?? {}, profile.registration_tlvs ?? {}),
  };
}

const UDH_INDICATOR = 0x40;
/** §5.2.17: a receipt whatever the outcome. */
const FINAL_RECEIPT = 0x01;
const INTERMEDIATE = 0x10;

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

/**
 * §5.2.19; with a message class 3GPP TS 23.038, 4: 0x10 and 0x18 are class 0 of the default alphabet and of UCS-2, and
 * so is 0xF0 of the default alphabet.
 */
function dataCodingOf({ encoding, flash }: Part, { encoding: profile }: SubmitProfile): number {
  const isClassed = flash === true && profile.flash !== 'dest_addr_subunit';
  if (encoding === 'UCS-2') return isClassed ? UCS2 | CLASS_0 : UCS2;
  if (encoding === 'Latin-1' && profile.default_alphabet !== 'latin1') return LATIN1;
  if (encoding === 'ASCII' && profile.default_alphabet !== 'ascii') return IA5;
  if (!isClassed) return DEFAULT_ALPHABET;
  return profile.flash === 'data_coding_f0' ? CLASS_0_OF_F_GROUP : CLASS_0;
}

/** What a text can do without. */
function optionalTlvs(
  { flash, messageReference }: Part,
  { encoding, user_message_reference: wantsReference }: SubmitProfile,
): Pick<MessageFields, OptionalTlv> {
  return {
    ...(flash && encoding.flash === 'dest_addr_subunit' && { destAddrSubunit: MS_DISPLAY }),
    ...(wantsReference && messageReference !== undefined && { userMessageReference: messageReference }),
  };
}

export type OptionalTlv = 'destAddrSubunit' | 'userMessageReference';

/** §5.3.2.1: the display of the phone. */
const MS_DISPLAY = 0x01;

/** No text can do without them: where they are wanted, a text without them is one of nobody. */
function registrationTlvs(
  ids: RegistrationIds,
  wanted: CarrierProfile['registration_tlvs'],
): Pick<MessageFields, 'vendorTlvs'> {
  const vendorTlvs = Object.entries(wanted).flatMap(([name, asked]) => {
    const id = Object.hasOwn(ids, name) ? ids[name] : undefined;
    if (!id) return [];
    const { tag, type } = typeof asked === 'string' ? { tag: asked, type: 'c_octet_string' } : asked;
    const octets = registrationId(id);
    return [{ tag: Number(tag), value: type === 'octet_string' ? octets : Buffer.concat([octets, NUL]) }];
  });
  return vendorTlvs.length > 0 ? { vendorTlvs } : {};
}

const NUL = Buffer.alloc(1);

function registrationId(id: string): Buffer {
  if (/^[\x20-\x7e\xa0-\xff]+$/.test(id)) return Buffer.from(id, 'latin1');
  throw new PduEncodeError('an id of the registration has a character outside Latin-1', ESME_RINVOPTPARAMVAL);
}

const DEFAULT_ALPHABET = 0x00;
const IA5 = 0x01;
const LATIN1 = 0x03;
const UCS2 = 0x08;
const CLASS_0 = 0x10;
const CLASS_0_OF_F_GROUP = 0xf0;

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
    case 'UTF-8':
      if (!part.text.isWellFormed()) throw outside('UTF-8');
      return Buffer.from(part.text, 'utf8');
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
