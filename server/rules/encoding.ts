import { DEFAULT_TABLES, isGsm7, type NationalShift } from './gsm7.ts';

/** What the API calls the encoding of a text. */
export type Encoding = 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII' | 'UTF-8';

/** What one carrier takes. The names are those of its settings. */
export interface EncodingProfile {
  /** What data_coding 0 means to it. `gsm7_packed` is `gsm7` in eight septets per seven octets. */
  readonly default_alphabet: 'gsm7' | 'gsm7_packed' | 'latin1' | 'ascii' | 'utf8';
  /** data_coding 3 for what fits into Latin-1 but not into the default alphabet. */
  readonly latin1: boolean;
  /** data_coding 1 (IA5) for what fits into ASCII and is longer in the default alphabet, or not in it at all. */
  readonly ascii: boolean;
  /**
   * How it is told that a text is class 0: in data_coding, as 0x10 or, in the older way, 0xF0 for the default alphabet;
   * or by the TLV dest_addr_subunit, beside any data_coding.
   */
  readonly flash: 'data_coding' | 'data_coding_f0' | 'dest_addr_subunit';
  readonly long_message: 'udh8' | 'udh16' | 'sar' | 'message_payload';
  /** National language identifiers (3GPP TS 23.038, 6.2.1.2.4) whose tables may be used. */
  readonly national_tables: readonly number[];
}

export const DEFAULT_ENCODING: EncodingProfile = {
  default_alphabet: 'gsm7',
  latin1: false,
  ascii: false,
  flash: 'data_coding',
  long_message: 'udh8',
  national_tables: [],
};

export interface EncodingWish {
  /** gsm7: UCS-2 only where nothing else can carry the text; ucs2: UCS-2 in any case. */
  readonly encoding?: 'auto' | 'gsm7' | 'ucs2';
  /** A class 0 text: data_coding has no class for Latin-1 and ASCII (TS 23.038, 4). */
  readonly flash?: boolean;
}

/** The encoding of a text without national tables. Nothing is ever replaced: what does not fit is UCS-2. */
export function encodingFor(text: string, profile: EncodingProfile, wish: EncodingWish): Encoding {
  if (wish.encoding === 'ucs2') return 'UCS-2';
  const ofDefault = ENCODING_OF_ALPHABET[profile.default_alphabet];
  const canDefault = CAN_WRITE[ofDefault](text);
  if (canDefault && IS_SEPTETS[ofDefault]) return ofDefault;
  const isGsm7Only = wish.encoding === 'gsm7';
  const mayName = wish.flash !== true || profile.flash === 'dest_addr_subunit';
  if (profile.ascii && mayName && isAscii(text) && !(isGsm7Only && !isGsm7(text))) return 'ASCII';
  // UTF-8 can write anything, so it alone would let everything pass for GSM-7.
  if (canDefault && !(ofDefault === 'UTF-8' && isGsm7Only && !isGsm7(text))) return ofDefault;
  return profile.latin1 && mayName && !isGsm7Only && isLatin1(text) ? 'Latin-1' : 'UCS-2';
}

/** The pairs of national tables that can write `text`, one language at a time; best first among equals. */
export function nationalShifts(text: string, languages: readonly number[]): NationalShift[] {
  const pairs = languages.flatMap((language) => [
    { locking: 0, single: language },
    { locking: language, single: 0 },
    { locking: language, single: language },
  ]);
  return pairs.filter((shift) => isGsm7(text, shift));
}

/** Octets of the user data header (3GPP TS 23.040, 9.2.3.24) with its length octet; 0 = no header. */
export function headerOctets(longMessage: EncodingProfile['long_message'] | null, shift: NationalShift): number {
  const elements = (longMessage ? CONCATENATION[longMessage] : 0) + shiftElements(shift) * SHIFT_ELEMENT;
  return elements === 0 ? 0 : elements + 1;
}

/** How much text of an encoding one SMS of 140 octets has room for: septets, octets or UTF-16 code units. */
export function capacityOf(encoding: Encoding, header: number): number {
  switch (encoding) {
    case 'GSM-7':
    case 'ASCII':
      // The header is filled up to whole septets.
      return SEPTETS - Math.ceil((header * 8) / 7);
    case 'Latin-1':
    case 'UTF-8':
      return OCTETS - header;
    case 'UCS-2':
      return Math.floor((OCTETS - header) / 2);
  }
}

/** UTF-16 code unit by code unit; control characters but line ends are not sent. */
const isLatin1 = (text: string) => /^[\n\r\x20-\x7e\xa0-\xff]*$/.test(text);
const isAscii = (text: string) => /^[\n\r\x20-\x7e]*$/.test(text);
const isUtf8 = (text: string) => /^[\n\r\x20-\x7e\xa0-\u{10ffff}]*$/u.test(text) && text.isWellFormed();

const CAN_WRITE: Readonly<Record<Encoding, (text: string) => boolean>> = {
  'GSM-7': (text) => isGsm7(text, DEFAULT_TABLES),
  'Latin-1': isLatin1,
  ASCII: isAscii,
  'UTF-8': isUtf8,
  'UCS-2': () => true,
};

const ENCODING_OF_ALPHABET = {
  gsm7: 'GSM-7',
  gsm7_packed: 'GSM-7',
  latin1: 'Latin-1',
  ascii: 'ASCII',
  utf8: 'UTF-8',
} as const;

/** 160 in one SMS, where octets are 140. */
const IS_SEPTETS = { 'GSM-7': true, ASCII: true, 'Latin-1': false, 'UTF-8': false } as const;

const OCTETS = 140;
const SEPTETS = 160;
/** 9.2.3.24.15, 9.2.3.24.16: identifier, length, language. */
const SHIFT_ELEMENT = 3;

/**
 * 9.2.3.24.1 and 9.2.3.24.8. With SAR the carrier writes the header, with a reference of 8 or 16 bits: parts leave
 * room for the longer one. What message_payload holds is cut by the carrier, as a rule with 8 bits.
 */
const CONCATENATION = { udh8: 5, udh16: 6, sar: 6, message_payload: 5 } as const;

const shiftElements = ({ locking, single }: NationalShift) => (locking ? 1 : 0) + (single ? 1 : 0);
