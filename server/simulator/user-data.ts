import { decodeGsm7, encodeGsm7 } from '../rules/gsm7.ts';
import { segment } from '../rules/segments.ts';
import type { MessageFields } from '../smpp/pdu.ts';

/** One submit_sm as the phone gets it: octets of an alphabet, perhaps one part of several. */
export interface UserData {
  readonly octets: Buffer;
  readonly alphabet: Alphabet;
  readonly part: PartOf;
}

export interface PartOf {
  readonly reference: number;
  readonly total: number;
  /** From 1. */
  readonly number: number;
}

export type Alphabet = 'GSM-7' | 'UCS-2' | 'Latin-1' | 'binary';

export function readUserData(fields: MessageFields): UserData {
  const whole = fields.messagePayload ?? fields.shortMessage;
  const alphabet = alphabetOf(fields.dataCoding);
  const headerLength = (whole[0] ?? 0) + 1;
  if ((fields.esmClass & UDH_INDICATOR) === 0 || headerLength > whole.length) {
    return { octets: whole, alphabet, part: partOfTlvs(fields) };
  }
  const part = partOfHeader(whole.subarray(1, headerLength)) ?? alone;
  return { octets: whole.subarray(headerLength), alphabet, part };
}

/** Call it with the octets of all parts together: a character may lie across two of them. */
export function decodeUserData(octets: Buffer, alphabet: Alphabet): string {
  switch (alphabet) {
    case 'GSM-7':
      return decodeGsm7(octets);
    case 'UCS-2':
      return new TextDecoder('utf-16be').decode(octets);
    case 'Latin-1':
      return octets.toString('latin1');
    case 'binary':
      return octets.toString('hex');
  }
}

/** A text written on a phone, as the fields of one deliver_sm for each part. */
export function writeUserData(body: string, reference: number): Partial<MessageFields>[] {
  const { encoding, parts } = segment(body);
  if (parts.length > 255) throw new RangeError('A text has at most 255 parts.');
  return parts.map((text, index) => {
    const octets = encoding === 'GSM-7' ? Buffer.from(encodeGsm7(text)) : Buffer.from(text, 'utf16le').swap16();
    const header = Buffer.of(5, IEI_CONCATENATION_8, 3, reference & 0xff, parts.length, index + 1);
    return {
      dataCoding: encoding === 'GSM-7' ? 0 : 8,
      esmClass: parts.length > 1 ? UDH_INDICATOR : 0,
      shortMessage: parts.length > 1 ? Buffer.concat([header, octets]) : octets,
    };
  });
}

const UDH_INDICATOR = 0x40;
const IEI_CONCATENATION_8 = 0x00;
const IEI_CONCATENATION_16 = 0x08;
const alone: PartOf = { reference: 0, total: 1, number: 1 };

/** SMPP 3.4 §5.2.19, and 3GPP TS 23.038 for 0x10 to 0x1B and 0xF0 to 0xF7 (message classes). */
function alphabetOf(dataCoding: number): Alphabet {
  if (dataCoding === 0x03) return 'Latin-1';
  const classed = (dataCoding & 0xf0) === 0xf0;
  if (classed) return dataCoding & 0x04 ? 'binary' : 'GSM-7';
  const alphabet = dataCoding & 0x0c;
  if (dataCoding === 0x02 || alphabet === 0x04) return 'binary';
  return alphabet === 0x08 ? 'UCS-2' : 'GSM-7';
}

/** 3GPP TS 23.040, 9.2.3.24: information elements of identifier, length, data. */
function partOfHeader(header: Buffer): PartOf | null {
  for (let at = 0; at + 1 < header.length; at += 2 + (header[at + 1] ?? 0)) {
    const data = header.subarray(at + 2, at + 2 + (header[at + 1] ?? 0));
    if (header[at] === IEI_CONCATENATION_8 && data.length === 3) return valid(data.readUInt8(0), data.subarray(1));
    if (header[at] === IEI_CONCATENATION_16 && data.length === 4) return valid(data.readUInt16BE(0), data.subarray(2));
  }
  return null;
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
