/**
 * Septets packed into octets, the first one in the low bits (3GPP TS 23.038, 6.1.2.1.1). Behind a user data header
 * the text begins on the next septet border, counted from the start of the header (TS 23.040, 9.2.3.24).
 */

/** `headerOctets`: the whole header with its length octet, 0 without one. The result is the text without it. */
export function packSeptets(septets: Uint8Array, headerOctets: number): Uint8Array {
  const fill = fillBits(headerOctets);
  const bits = fill + septets.length * SEPTET;
  // Seven spare bits would read as `@`: SMPP does not say how many septets there are. As 6.1.2.3.1 has it, they are
  // filled with a carriage return, which shows nothing.
  const padded = spareBits(bits) === SEPTET ? [...septets, CARRIAGE_RETURN] : septets;
  const octets = new Uint8Array(Math.ceil(bits / 8));
  padded.forEach((septet, index) => {
    const bit = fill + index * SEPTET;
    const at = bit >> 3;
    const shifted = septet << (bit & 7);
    octets[at] = (octets[at] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) octets[at + 1] = shifted >> 8;
  });
  return octets;
}

/** The carriage return that fills seven spare bits is taken off again. */
export function unpackSeptets(octets: Uint8Array, headerOctets = 0): Uint8Array {
  const fill = fillBits(headerOctets);
  const count = Math.max(0, Math.floor((octets.length * 8 - fill) / SEPTET));
  const septets = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    const bit = fill + index * SEPTET;
    const pair = (octets[bit >> 3] ?? 0) | ((octets[(bit >> 3) + 1] ?? 0) << 8);
    septets[index] = (pair >> (bit & 7)) & 0x7f;
  }
  const endsOnOctet = spareBits(fill + count * SEPTET) === 0;
  return endsOnOctet && septets.at(-1) === CARRIAGE_RETURN ? septets.subarray(0, -1) : septets;
}

const SEPTET = 7;
const CARRIAGE_RETURN = 0x0d;

const fillBits = (headerOctets: number) => (SEPTET - ((headerOctets * 8) % SEPTET)) % SEPTET;
const spareBits = (bits: number) => (8 - (bits % 8)) % 8;
