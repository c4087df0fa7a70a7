/**
 * The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1 and 6.2.1.1), unpacked:
 * one septet per octet, as SMPP carries it with data_coding 0.
 */
export function isGsm7(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (!septetsOfUnit.has(text.charCodeAt(index))) return false;
  }
  return true;
}

/** Unpacked septets; a character of the extension table becomes 0x1B and its code. Throws RangeError outside GSM-7. */
export function encodeGsm7(text: string): Uint8Array {
  const octets = new Uint8Array(gsm7Length(text));
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    const septets = septetsOf(text.charCodeAt(index));
    if (septets > LAST_SEPTET) octets[at++] = ESCAPE;
    octets[at++] = septets & LAST_SEPTET;
  }
  return octets;
}

/**
 * Never throws. An unknown extension code shows the character of the default alphabet and a lone escape shows a
 * space (TS 23.038, 6.2.1 note 1 and 6.2.1.1); an octet above 0x7F is no septet and shows U+FFFD.
 */
export function decodeGsm7(octets: Uint8Array): string {
  let text = '';
  for (let index = 0; index < octets.length; index += 1) {
    const octet = octets[index] ?? 0;
    if (octet !== ESCAPE) {
      text += DEFAULT_ALPHABET[octet] ?? '\uFFFD';
      continue;
    }
    const code = octets[index + 1];
    if (code === undefined || code === ESCAPE) text += ' ';
    else text += EXTENSION.get(code) ?? DEFAULT_ALPHABET[code] ?? '\uFFFD';
    index += 1;
  }
  return text;
}

/** Septets that `text` takes: 1 for each character, 2 for those of the extension table. Throws RangeError outside GSM-7. */
export function gsm7Length(text: string): number {
  let septets = 0;
  for (let index = 0; index < text.length; index += 1) {
    septets += septetsOf(text.charCodeAt(index)) > LAST_SEPTET ? 2 : 1;
  }
  return septets;
}

const ESCAPE = 0x1b;
const LAST_SEPTET = 0x7f;

/** Index = septet. 0x1B is the escape and stands for no character of its own. */
const DEFAULT_ALPHABET: readonly string[] = [
  '@£$¥èéùìòÇ\nØø\rÅå',
  'Δ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ',
  ' !"#¤%&\'()*+,-./',
  '0123456789:;<=>?',
  '¡ABCDEFGHIJKLMNO',
  'PQRSTUVWXYZÄÖÑÜ§',
  '¿abcdefghijklmno',
  'pqrstuvwxyzäöñüà',
].flatMap((row) => Array.from(row));

const EXTENSION: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

/** UTF-16 code unit -> septet; characters of the extension table carry the escape in the upper octet. */
const septetsOfUnit: ReadonlyMap<number, number> = new Map([
  ...DEFAULT_ALPHABET.map((character, septet) => [character.charCodeAt(0), septet] as const).filter(
    ([, septet]) => septet !== ESCAPE,
  ),
  ...[...EXTENSION].map(([septet, character]) => [character.charCodeAt(0), (ESCAPE << 8) | septet] as const),
]);

function septetsOf(unit: number): number {
  const septets = septetsOfUnit.get(unit);
  if (septets === undefined) throw new RangeError('The text has a character outside the GSM 7-bit alphabet.');
  return septets;
}
