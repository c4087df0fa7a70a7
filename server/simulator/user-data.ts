import { DEFAULT_ENCODING, type EncodingProfile } from '../rules/encoding.ts';
import { DEFAULT_TABLES, decodeGsm7, encodeGsm7, type NationalShift } from '../rules/gsm7.ts';
import { packSeptets, unpackSeptets } from '../rules/gsm7-packing.ts';
import { type Segmented, segment } from '../rules/segments.ts';
import type { MessageFields } from '../smpp/pdu.ts';

/** One submit_sm as the phone gets it: octets of an alphabet, perhaps one part of several. */
export interface UserData {
  /** Without the header; packed septets are unpacked. */
  readonly octets: Buffer;
  readonly alphabet: Alphabet;
  /** The national tables of a GSM-7 text. */
  readonly shift: NationalShift;
  readonly part: PartOf;
  /** In message_payload, which the carrier cuts itself. */
  readonly isPayload: boolean;
}

export interface PartOf {
  readonly reference: number;
  readonly total: number;
  /** From 1. */
  readonly number: number;
}

export type Alphabet = 'GSM-7' | 'UCS-2' | 'Latin-1' | 'UTF-8' | 'binary';
export type DefaultAlphabet = EncodingProfile['default_alphabet'];

/** `defaultAlphabet` is what data_coding 0 means to this carrier. */
export function readUserData(fields: MessageFields, defaultAlphabet: DefaultAlphabet = 'gsm7'): UserData {
  const whole = fields.messagePayload ?? fields.shortMessage;
  const alphabet = alphabetOf(fields.dataCoding, defaultAlphabet);
  const isPacked = alphabet === 'GSM-7' && defaultAlphabet === 'gsm7_packed';
  const headerLength = (whole[0] ?? 0) + 1;
  const hasHeader = (fields.esmClass & UDH_INDICATOR) !== 0 && headerLength <= whole.length;
  const header = whole.subarray(1, hasHeader ? headerLength : 1);
  const text = hasHeader ? whole.subarray(headerLength) : whole;
  return {
    octets: isPacked ? Buffer.from(unpackSeptets(text, hasHeader ? headerLength : 0)) : text,
    alphabet,
    shift: shiftOfHeader(header),
    part: hasHeader ? (partOfHeader(header) ?? partOfTlvs(fields)) : partOfTlvs(fields),
    isPayload: fields.messagePayload !== undefined,
  };
}

/** Call it with the octets of all parts together: a character may lie across two of them. */
export function decodeUserData(octets: Buffer, alphabet: Alphabet, shift: NationalShift = DEFAULT_TABLES): string {
  switch (alphabet) {
    case 'GSM-7':
      return decodeGsm7(octets, shift);
    case 'UCS-2':
      return new TextDecoder('utf-16be').decode(octets);
    case 'Latin-1':
      return octets.toString('latin1');
    case 'UTF-8':
      return octets.toString('utf8');
    case 'binary':
      return octets.toString('hex');
  }
}

/** A text written on a phone, as the fields of one deliver_sm for each part. `isCutShort`: in several parts although it fits into one. */
export function writeUserData(
  body: string,
  reference: number,
  defaultAlphabet: DefaultAlphabet = 'gsm7',
  isCutShort = false,
): Partial<MessageFields>[] {
  const { encoding, parts: needed } = segment(body, { ...DEFAULT_ENCODING, default_alphabet: defaultAlphabet });
  const parts = isCutShort && needed.length === 1 ? cutShort(body) : needed;
  if (parts.length > 255) throw new RangeError('A text has at most 255 parts.');
  return parts.map((text, index) => {
    const isSeveral = parts.length > 1;
    const header = isSeveral ? [5, IEI_CONCATENATION_8, 3, reference & 0xff, parts.length, index + 1] : [];
    const octets = writtenAs(text, encoding);
    const isPacked = encoding === 'GSM-7' && defaultAlphabet === 'gsm7_packed';
    return {
      dataCoding: encoding === 'UCS-2' ? 8 : 0,
      esmClass: isSeveral ? UDH_INDICATOR : 0,
      shortMessage: Buffer.from([...header, ...(isPacked ? packSeptets(octets, header.length) : octets)]),
    };
  });
}

/** Three parts, fewer of a text of one or two characters. */
function cutShort(body: string): string[] {
  const characters = Array.from(body);
  const size = Math.max(1, Math.ceil(characters.length / 3));
  const count = Math.max(1, Math.ceil(characters.length / size));
  return Array.from({ length: count }, (_, index) => characters.slice(index * size, (index + 1) * size).join(''));
}

function writtenAs(text: string, encoding: Segmented['encoding']): Uint8Array {
  if (encoding === 'GSM-7') return encodeGsm7(text);
  if (encoding === 'UTF-8') return Buffer.from(text, 'utf8');
  return encoding === 'UCS-2' ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'latin1');
}

const UDH_INDICATOR = 0x40;
const IEI_CONCATENATION_8 = 0x00;
const IEI_CONCATENATION_16 = 0x08;
const IEI_SINGLE_SHIFT = 0x24;
const IEI_LOCKING_SHIFT = 0x25;
const alone: PartOf = { reference: 0, total: 1, number: 1 };

/** SMPP 3.4 §5.2.19, and 3GPP TS 23.038 for 0x10 to 0x1B and 0xF0 to 0xF7 (message classes). */
function alphabetOf(dataCoding: number, defaultAlphabet: DefaultAlphabet): Alphabet {
  const ofDefault = defaultAlphabet.startsWith('gsm7') ? 'GSM-7' : defaultAlphabet === 'utf8' ? 'UTF-8' : 'Latin-1';
  // IA5 is the lower half of Latin-1.
  if (dataCoding === 0x01 || dataCoding === 0x03) return 'Latin-1';
  const classed = (dataCoding & 0xf0) === 0xf0;
  if (classed) return dataCoding & 0x04 ? 'binary' : ofDefault;
  const alphabet = dataCoding & 0x0c;
  if (dataCoding === 0x02 || alphabet === 0x04) return 'binary';
  return alphabet === 0x08 ? 'UCS-2' : ofDefault;
}

/** 3GPP TS 23.040, 9.2.3.24: information elements of identifier, length, data. */
function* elementsOf(header: Buffer): Generator<readonly [identifier: number, data: Buffer]> {
  for (let at = 0; at + 1 < header.length; at += 2 + (header[at + 1] ?? 0)) {
    yield [header.readUInt8(at), header.subarray(at + 2, at + 2 + header.readUInt8(at + 1))];
  }
}

function partOfHeader(header: Buffer): PartOf | null {
  for (const [identifier, data] of elementsOf(header)) {
    if (identifier === IEI_CONCATENATION_8 && data.length === 3) return valid(data.readUInt8(0), data.subarray(1));
    if (identifier === IEI_CONCATENATION_16 && data.length === 4) return valid(data.readUInt16BE(0), data.subarray(2));
  }
  return null;
}

/** 9.2.3.24.15, 9.2.3.24.16. Of two elements the last one counts (9.2.3.24). */
function shiftOfHeader(header: Buffer): NationalShift {
  const shift = { locking: 0, single: 0 };
  for (const [identifier, data] of elementsOf(header)) {
    if (identifier === IEI_SINGLE_SHIFT) shift.single = data[0] ?? 0;
    if (identifier === IEI_LOCKING_SHIFT) shift.locking = data[0] ?? 0;
  }
  return shift;
}

function valid(reference: number, totalAndNumber: Buffer): PartOf | null {
  const [total = 0, number = 0] = totalAndNumber;
  return number >= 1 && number <= total ? { reference, total, number } : null;
}

/** SMPP 3.4 §5.3.2.22 to 24. */
function partOfTlvs({ sarMsgRefNum, sarTotalSegments, sarSegmentSeqnum }: MessageFields): PartOf {
  if (sarMsgRefNum === undefined) return alone;
  return valid(sarMsgRefNum, Buffer.of(sarTotalSegments ?? 0, sarSegmentSeqnum ?? 0)) ?? alone;
}
