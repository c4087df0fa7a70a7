import { gsm7Length, isGsm7 } from './gsm7.ts';

export interface Segmented {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** In order; joined they are the text. At least one, empty for an empty text. */
  readonly parts: readonly string[];
  /** Size of the text in units of its encoding: septets (2 for a character like `€`), UTF-16 code units. */
  readonly characters: number;
  /** Units that still fit into the last part. */
  readonly remaining: number;
}

/**
 * How a text is cut into SMS: 160 septets or 70 UTF-16 code units in one, 153 or 67 in each of several, because
 * the concatenation header with its 8-bit reference takes 6 of the 140 octets (3GPP TS 23.040, 9.2.3.24.1).
 * An escape pair and a surrogate pair are never cut. What shows as one character (an emoji joined from several,
 * a letter with its accents) stays in one part where it fits into one.
 */
export function segment(text: string): Segmented {
  const encoding = isGsm7(text) ? 'GSM-7' : 'UCS-2';
  const { single, several } = CAPACITY[encoding];
  const sizeOf = encoding === 'GSM-7' ? gsm7Length : codeUnits;
  const characters = sizeOf(text);
  if (characters <= single) return { encoding, parts: [text], characters, remaining: single - characters };
  const pieces = encoding === 'GSM-7' ? text : wholeCharacters(text, several);
  const { parts, lastSize } = fill(pieces, sizeOf, several);
  return { encoding, parts, characters, remaining: several - lastSize };
}

const CAPACITY = {
  'GSM-7': { single: 160, several: 153 },
  'UCS-2': { single: 70, several: 67 },
} as const;

/** Puts each piece into the current part, or into the next one when it does not fit any more. */
function fill(
  pieces: Iterable<string>,
  sizeOf: (piece: string) => number,
  capacity: number,
): { parts: string[]; lastSize: number } {
  const parts: string[] = [];
  let part = '';
  let size = 0;
  for (const piece of pieces) {
    const pieceSize = sizeOf(piece);
    if (size + pieceSize > capacity) {
      parts.push(part);
      part = '';
      size = 0;
    }
    part += piece;
    size += pieceSize;
  }
  parts.push(part);
  return { parts, lastSize: size };
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Grapheme clusters; by code point where a cluster is longer than a part, and for CR LF, which nobody sees cut. */
function* wholeCharacters(text: string, capacity: number): Generator<string> {
  for (const { segment: cluster } of graphemes.segment(text)) {
    if (cluster.length > capacity || cluster === '\r\n') yield* cluster;
    else yield cluster;
  }
}

const codeUnits = (text: string) => text.length;
