import type { Inbound } from '../messages/carrier.ts';
import type { EncodingProfile } from '../rules/encoding.ts';
import { DEFAULT_TABLES, decodeGsm7, isGsm7, type NationalShift } from '../rules/gsm7.ts';
import { unpackSeptets } from '../rules/gsm7-packing.ts';

/** What data_coding says about the octets (SMPP 3.4 §5.2.19, 3GPP TS 23.038 §4). */
export type Alphabet = 'gsm7' | 'latin1' | 'iso-8859-5' | 'iso-8859-8' | 'ucs2';

/** What the header of a text and the carrier say about its octets. */
export interface Reading {
  /** What data_coding 0 means at this carrier. */
  readonly defaultAlphabet?: EncodingProfile['default_alphabet'];
  /** The national tables that its header names. */
  readonly shift?: NationalShift;
  /** The length of that header, which packed septets are aligned to. */
  readonly headerOctets?: number;
}

/** Text that every store can hold: NUL becomes U+FFFD, and so does half a surrogate pair. */
export function decodeText(
  octets: Buffer,
  dataCoding: number,
  reading: Reading = {},
): Pick<Inbound, 'body' | 'encoding'> {
  const alphabet = alphabetOf(dataCoding);
  const text = alphabet === 'gsm7' ? defaultAlphabetText(octets, reading) : DECODERS[alphabet](octets);
  const body = text.replaceAll('\0', '\uFFFD');
  return { body, encoding: alphabet === 'ucs2' || !isGsm7(body) ? 'UCS-2' : 'GSM-7' };
}

/** A coding that nobody can name is read octet by octet, so that nothing of the text is lost. */
export function alphabetOf(dataCoding: number): Alphabet {
  if (dataCoding < 0x10) return SMPP_CODINGS.get(dataCoding) ?? 'latin1';
  const group = dataCoding >> 4;
  // Message waiting: 0xC0 and 0xD0 carry GSM-7, 0xE0 carries UCS-2.
  if (group === 0xc || group === 0xd) return 'gsm7';
  if (group === 0xe) return 'ucs2';
  // Data coding and message class: bit 2 chooses between GSM-7 and octets.
  if (group === 0xf) return dataCoding & 0x04 ? 'latin1' : 'gsm7';
  if (group >= 0x8) return 'latin1';
  // General group: bit 5 is compression, bits 3 and 2 the alphabet.
  if (dataCoding & 0x20) return 'latin1';
  return (['gsm7', 'latin1', 'ucs2', 'latin1'] as const)[(dataCoding >> 2) & 0x03] ?? 'latin1';
}

const SMPP_CODINGS: ReadonlyMap<number, Alphabet> = new Map([
  [0x00, 'gsm7'],
  // IA5 is the lower half of Latin-1.
  [0x01, 'latin1'],
  [0x03, 'latin1'],
  [0x06, 'iso-8859-5'],
  [0x07, 'iso-8859-8'],
  [0x08, 'ucs2'],
]);

function defaultAlphabetText(octets: Buffer, reading: Reading): string {
  const { defaultAlphabet = 'gsm7', shift = DEFAULT_TABLES, headerOctets = 0 } = reading;
  switch (defaultAlphabet) {
    case 'gsm7':
      return decodeGsm7(octets, shift);
    case 'gsm7_packed':
      return decodeGsm7(unpackSeptets(octets, headerOctets), shift);
    case 'latin1':
    case 'ascii':
      return octets.toString('latin1');
    case 'utf8':
      return octets.toString('utf8');
  }
}

const DECODERS: Readonly<Record<Exclude<Alphabet, 'gsm7'>, (octets: Buffer) => string>> = {
  latin1: (octets) => octets.toString('latin1'),
  'iso-8859-5': (octets) => new TextDecoder('iso-8859-5').decode(octets),
  'iso-8859-8': (octets) => new TextDecoder('iso-8859-8').decode(octets),
  ucs2: decodeUcs2,
};

/** UTF-16BE in practice: emoji come as surrogate pairs. Half a unit at the end is left out. */
function decodeUcs2(octets: Buffer): string {
  const whole = octets.subarray(0, octets.length - (octets.length % 2));
  return Buffer.from(whole).swap16().toString('utf16le').toWellFormed();
}
