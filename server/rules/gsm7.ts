import { LOCKING_SHIFT } from './gsm7-locking.ts';
import { DEFAULT_EXTENSION, SINGLE_SHIFT } from './gsm7-single-shift.ts';

/**
 * GSM 7-bit texts (3GPP TS 23.038, 6.2.1), unpacked: one septet per octet, as SMPP carries it with data_coding 0.
 * `gsm7-packing.ts` packs them.
 */

/**
 * The national language tables in use, by national language identifier (6.2.1.2.4); 0 = the default ones. `locking`
 * replaces the default alphabet, `single` the extension table behind the escape.
 */
export interface NationalShift {
  readonly locking: number;
  readonly single: number;
}

export const DEFAULT_TABLES: NationalShift = { locking: 0, single: 0 };

export function isGsm7(text: string, shift: NationalShift = DEFAULT_TABLES): boolean {
  const { septetsOfUnit } = tablesOf(shift);
  for (let index = 0; index < text.length; index += 1) {
    if (!septetsOfUnit.has(text.charCodeAt(index))) return false;
  }
  return true;
}

/** A character behind the escape becomes 0x1B and its code. Throws RangeError for one that is in neither table. */
export function encodeGsm7(text: string, shift: NationalShift = DEFAULT_TABLES): Uint8Array {
  const tables = tablesOf(shift);
  const octets = new Uint8Array(gsm7Length(text, shift));
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    const septets = septetsOf(tables, text.charCodeAt(index));
    if (septets > LAST_SEPTET) octets[at++] = ESCAPE;
    octets[at++] = septets & LAST_SEPTET;
  }
  return octets;
}

/**
 * Never throws. A code that is not in the table behind the escape shows the character of the table in front of it,
 * and a lone escape shows a space (6.2.1.1 with its note 1, 6.2.1.2.2). An octet above 0x7F is no septet: it shows
 * U+FFFD, as a septet does that its table leaves open. A language that is not known is read with the default tables.
 */
export function decodeGsm7(octets: Uint8Array, shift: NationalShift = DEFAULT_TABLES): string {
  const { alphabet, extension } = tablesOf(shift);
  let text = '';
  for (let index = 0; index < octets.length; index += 1) {
    const octet = octets[index] ?? 0;
    if (octet !== ESCAPE) {
      text += alphabet[octet] ?? '\uFFFD';
      continue;
    }
    const code = octets[index + 1];
    if (code === undefined || code === ESCAPE) text += ' ';
    else text += extension.get(code) ?? alphabet[code] ?? '\uFFFD';
    index += 1;
  }
  return text;
}

/** Septets that `text` takes: 1 for each character, 2 behind the escape. Throws RangeError as encodeGsm7 does. */
export function gsm7Length(text: string, shift: NationalShift = DEFAULT_TABLES): number {
  const tables = tablesOf(shift);
  let septets = 0;
  for (let index = 0; index < text.length; index += 1) {
    septets += septetsOf(tables, text.charCodeAt(index)) > LAST_SEPTET ? 2 : 1;
  }
  return septets;
}

const ESCAPE = 0x1b;
const LAST_SEPTET = 0x7f;

/** 6.2.1, eight rows of 16 characters. 0x1B is the escape and stands for no character of its own. */
const DEFAULT_ALPHABET: readonly string[] = [
  '@£$¥èéùìòÇ\nØø\rÅå',
  'Δ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ',
  ' !"#¤%&\'()*+,-./',
  '0123456789:;<=>?',
  '¡ABCDEFGHIJKLMNO',
  'PQRSTUVWXYZÄÖÑÜ§',
  '¿abcdefghijklmno',
  'pqrstuvwxyzäöñüà',
];

interface Tables {
  /** Index = septet; undefined where the table leaves it open. */
  readonly alphabet: readonly (string | undefined)[];
  readonly extension: ReadonlyMap<number, string>;
  /** UTF-16 code unit -> septet, with the escape in the upper octet where it takes one. */
  readonly septetsOfUnit: ReadonlyMap<number, number>;
}

/** What the rows write where there is no character; it is in none of the tables. */
const OPEN = '·';
const LANGUAGES = 256;
const built = new Map<number, Tables>();

function tablesOf({ locking, single }: NationalShift): Tables {
  const key = locking * LANGUAGES + single;
  const before = built.get(key);
  if (before) return before;
  // A language without the table means the default one, so the number of tables is bounded.
  if (locking !== 0 && !LOCKING_SHIFT.has(locking)) return tablesOf({ locking: 0, single });
  if (single !== 0 && !SINGLE_SHIFT.has(single)) return tablesOf({ locking, single: 0 });
  const tables = build(LOCKING_SHIFT.get(locking) ?? DEFAULT_ALPHABET, SINGLE_SHIFT.get(single) ?? DEFAULT_EXTENSION);
  built.set(key, tables);
  return tables;
}

function build(rows: readonly string[], runs: Iterable<readonly [number, string]>): Tables {
  const alphabet = rows.flatMap((row) => Array.from(row, (character) => (character === OPEN ? undefined : character)));
  const extension = new Map<number, string>();
  for (const [first, characters] of runs) {
    Array.from(characters).forEach((character, index) => extension.set(first + index, character));
  }
  const septetsOfUnit = new Map<number, number>();
  // A character that is there twice is written the shorter way, and by its lower code.
  alphabet.forEach((character, septet) => {
    if (character !== undefined && septet !== ESCAPE) setOnce(septetsOfUnit, character, septet);
  });
  for (const [code, character] of extension) setOnce(septetsOfUnit, character, (ESCAPE << 8) | code);
  return { alphabet, extension, septetsOfUnit };
}

function setOnce(map: Map<number, number>, character: string, septets: number): void {
  const unit = character.charCodeAt(0);
  if (!map.has(unit)) map.set(unit, septets);
}

function septetsOf({ septetsOfUnit }: Tables, unit: number): number {
  const septets = septetsOfUnit.get(unit);
  if (septets === undefined) throw new RangeError('The text has a character outside its GSM 7-bit tables.');
  return septets;
}
