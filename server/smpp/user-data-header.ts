import type { InboundPart } from '../messages/carrier.ts';
import type { NationalShift } from '../rules/gsm7.ts';

/** The user data header in front of a message (3GPP TS 23.040, 9.2.3.24): concatenation, ports and national languages. */
export interface Concatenation {
  readonly reference: number;
  readonly total: number;
  readonly number: number;
}

export interface UserData {
  /** The message without its header. */
  readonly octets: Buffer;
  readonly concatenation: InboundPart | null;
  /** Present when the header names national language tables. */
  readonly shift?: NationalShift;
  /** Present when it is meant for an application of the phone (9.2.3.24.3 and 4). */
  readonly ports?: Ports;
  /** The header says that it is longer than the message. */
  readonly isMalformed?: true;
}

export interface Ports {
  readonly destination: number;
  readonly source: number;
}

/** Empty when there is nothing to say. */
export function userDataHeader(header: {
  readonly concatenation: Concatenation | null;
  readonly referenceBits: 8 | 16;
  readonly shift: NationalShift;
}): Buffer {
  const { concatenation, referenceBits, shift } = header;
  const elements = [
    ...(concatenation ? concatenationElement(concatenation, referenceBits) : []),
    ...(shift.single ? [SINGLE_SHIFT, 1, shift.single] : []),
    ...(shift.locking ? [LOCKING_SHIFT, 1, shift.locking] : []),
  ];
  return Buffer.from(elements.length > 0 ? [elements.length, ...elements] : []);
}

/** Takes the header off. One that says it is longer than the message is no header: the octets stay as they are. */
export function readUserData(octets: Buffer): UserData {
  const length = octets[0];
  if (length === undefined || length + 1 > octets.length) return { octets, concatenation: null, isMalformed: true };
  const elements = elementsOf(octets.subarray(1, length + 1));
  const shift = findShift(elements);
  const ports = findPorts(elements);
  return {
    octets: octets.subarray(length + 1),
    concatenation: findConcatenation(elements),
    ...(shift && { shift }),
    ...(ports && { ports }),
  };
}

const CONCATENATION_8_BIT = 0x00;
const CONCATENATION_16_BIT = 0x08;
const PORTS_8_BIT = 0x04;
const PORTS_16_BIT = 0x05;
/** 9.2.3.24.15, 9.2.3.24.16 */
const SINGLE_SHIFT = 0x24;
const LOCKING_SHIFT = 0x25;

function concatenationElement({ reference, total, number }: Concatenation, bits: 8 | 16): number[] {
  const low = reference & 0xff;
  if (bits === 8) return [CONCATENATION_8_BIT, 3, low, total, number];
  return [CONCATENATION_16_BIT, 4, (reference >> 8) & 0xff, low, total, number];
}

interface Element {
  readonly kind: number;
  readonly data: Buffer;
}

function elementsOf(header: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at + 2 <= header.length; at += 2 + header.readUInt8(at + 1)) {
    const length = header.readUInt8(at + 1);
    elements.push({ kind: header.readUInt8(at), data: header.subarray(at + 2, at + 2 + length) });
  }
  return elements;
}

function findConcatenation(elements: readonly Element[]): InboundPart | null {
  for (const { kind, data } of elements) {
    if (kind === CONCATENATION_8_BIT && data.length === 3) return valid(data.readUInt8(0), 8, data);
    if (kind === CONCATENATION_16_BIT && data.length === 4) return valid(data.readUInt16BE(0), 16, data);
  }
  return null;
}

function findPorts(elements: readonly Element[]): Ports | null {
  for (const { kind, data } of elements) {
    if (kind === PORTS_8_BIT && data.length === 2) {
      return { destination: data.readUInt8(0), source: data.readUInt8(1) };
    }
    if (kind === PORTS_16_BIT && data.length === 4) {
      return { destination: data.readUInt16BE(0), source: data.readUInt16BE(2) };
    }
  }
  return null;
}

function findShift(elements: readonly Element[]): NationalShift | null {
  const languageOf = (wanted: number) =>
    elements.find(({ kind, data }) => kind === wanted && data.length === 1)?.data.readUInt8(0) ?? 0;
  const shift = { locking: languageOf(LOCKING_SHIFT), single: languageOf(SINGLE_SHIFT) };
  return shift.locking || shift.single ? shift : null;
}

/** 9.2.3.24.1: a total or number of zero, or a number above the total, makes the element void. */
function valid(reference: number, bits: 8 | 16, data: Buffer): InboundPart | null {
  const total = data.readUInt8(data.length - 2);
  const number = data.readUInt8(data.length - 1);
  return total > 0 && number > 0 && number <= total ? { reference, bits, total, number } : null;
}
