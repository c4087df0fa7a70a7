/** The user data header in front of a message (3GPP TS 23.040, 9.2.3.24), as far as concatenation goes. */
export interface Concatenation {
  readonly reference: number;
  readonly total: number;
  readonly number: number;
}

export interface UserData {
  /** The message without its header. */
  readonly octets: Buffer;
  readonly concatenation: Concatenation | null;
}

/** With an 8-bit reference: 6 octets, which leave 153 septets or 67 UCS-2 units for text. */
export function concatenationHeader({ reference, total, number }: Concatenation): Buffer {
  return Buffer.from([0x05, CONCATENATION_8_BIT, 0x03, reference & 0xff, total, number]);
}

/** Takes the header off. One that says it is longer than the message is no header: the octets stay as they are. */
export function readUserData(octets: Buffer): UserData {
  const length = octets[0];
  if (length === undefined || length + 1 > octets.length) return { octets, concatenation: null };
  return {
    octets: octets.subarray(length + 1),
    concatenation: findConcatenation(octets.subarray(1, length + 1)),
  };
}

const CONCATENATION_8_BIT = 0x00;
const CONCATENATION_16_BIT = 0x08;

function findConcatenation(header: Buffer): Concatenation | null {
  for (let at = 0; at + 2 <= header.length; at += 2 + header.readUInt8(at + 1)) {
    const length = header.readUInt8(at + 1);
    const data = header.subarray(at + 2, at + 2 + length);
    const kind = header.readUInt8(at);
    if (kind === CONCATENATION_8_BIT && data.length === 3) return valid(data.readUInt8(0), data);
    if (kind === CONCATENATION_16_BIT && data.length === 4) return valid(data.readUInt16BE(0), data);
  }
  return null;
}

/** 9.2.3.24.1: a total or number of zero, or a number above the total, makes the element void. */
function valid(reference: number, data: Buffer): Concatenation | null {
  const total = data.readUInt8(data.length - 2);
  const number = data.readUInt8(data.length - 1);
  return total > 0 && number > 0 && number <= total ? { reference, total, number } : null;
}
