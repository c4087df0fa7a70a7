import { DEFAULT_TABLES, isGsm7, type NationalShift } from './gsm7.ts';

/** What the API calls the encoding of a text. */
export type Encoding = 'GSM-7' | 'UCS-2' | 'Latin-1' | 'ASCII';

/** What one carrier takes. The names are those of its settings. */
export interface EncodingProfile {
  /** What data_coding 0 means to it. `gsm7_packed` is `gsm7` in eight septets per seven octets. */
  readonly default_alphabet: 'gsm7' | 'gsm7_packed' | 'latin1' | 'ascii';
  /** data_coding 3 for what fits into Latin-1 but not into the default alphabet. */
  readonly latin1: boolean;
  readonly long_message: 'udh8' | 'udh16' | 'sar' | 'message_payload';
  /** National language identifiers (3GPP TS 23.038, 6.2.1.2.4) whose tables may be used. */
  readonly national_tables: readonly number[];
}

export const DEFAULT_ENCODING: EncodingProfile = {
  default_alphabet: 'gsm7',
  latin1: false,
  long_message: 'udh8',
  national_tables: [],
};

export interface EncodingWish {
  /** gsm7: UCS-2 only where nothing else can carry the text; ucs2: UCS-2 in any case. */
  readonly encoding?: 'auto' | 'gsm7' | 'ucs2';
  /** A class 0 text: data_coding has no class for Latin-1 (TS 23.038, 4). */
  readonly flash?: boolean;
}

/** The encoding of a text without national tables. Nothing is ever replaced: what does not fit is UCS-2. */
export function encodingFor(text: string, profile: EncodingProfile, wish: EncodingWish): Encoding {
  if (wish.encoding === 'ucs2') return 'UCS-2';
  const ofDefault = ENCODING_OF_ALPHABET[profile.default_alphabet];
  if (CAN_WRITE[ofDefault](text)) return ofDefault;
  const mayLatin1 = profile.latin1 && wish.flash !== true && wish.encoding !== 'gsm7';
  return mayLatin1 && isLatin1(text) ? 'Latin-1' : 'UCS-2';
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
      return OCTETS - header;
    case 'UCS-2':
      return Math.floor((OCTETS - header) / 2);
  }
}

/** UTF-16 code unit by code unit; control characters but line ends are not sent. */
const isLatin1 = (text: string) => /^[\n\r\x20-\x7e\xa0-\xff]*$/.test(text);
const isAscii = (text: string) => /^[\n\r\x20-\x7e]*$/.test(text);

const CAN_WRITE: Readonly<Record<Encoding, (text: string) => boolean>> = {
  'GSM-7': (text) => isGsm7(text, DEFAULT_TABLES),
  'Latin-1': isLatin1,
  ASCII: isAscii,
  'UCS-2': () => true,
};

const ENCODING_OF_ALPHABET = {
  gsm7: 'GSM-7',
  gsm7_packed: 'GSM-7',
  latin1: 'Latin-1',
  ascii: 'ASCII',
} as const;

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
