import {
  capacityOf,
  DEFAULT_ENCODING,
  type Encoding,
  encodingFor,
  type EncodingProfile,
  type EncodingWish,
  headerOctets,
  nationalShifts,
} from './encoding.ts';
import { DEFAULT_TABLES, gsm7Length, type NationalShift } from './gsm7.ts';

/** Ten segments are 1,530 GSM-7 characters; a longer text is nearly always a mistake and is always expensive. */
export const SEGMENTS_MAX = 10;

export interface Segmented {
  readonly encoding: Encoding;
  /** The tables of a GSM-7 text. */
  readonly shift: NationalShift;
  /** In order, one for each submit_sm; joined they are the text. At least one, empty for an empty text. */
  readonly parts: readonly string[];
  /** SMS on the air. More than `parts` where the carrier cuts the text itself (message_payload). */
  readonly segments: number;
  /** Size of the text in units of its encoding: septets (2 for a character like `€`), octets, UTF-16 code units. */
  readonly characters: number;
  /** Units that still fit into the last segment. */
  readonly remaining: number;
}

/**
 * How a text is cut into SMS for a carrier: by default 160 septets or 70 UTF-16 code units in one, 153 or 67 in each
 * of several, because the concatenation header with its 8-bit reference takes 6 of the 140 octets (3GPP TS 23.040,
 * 9.2.3.24.1). An escape pair and a surrogate pair are never cut. What shows as one character (an emoji joined from
 * several, a letter with its accents) stays in one part where it fits into one.
 */
export function segment(text: string, profile: EncodingProfile = DEFAULT_ENCODING, wish: EncodingWish = {}): Segmented {
  const encoding = encodingFor(text, profile, wish);
  const plain = cut(text, encoding, DEFAULT_TABLES, profile);
  if (encoding !== 'UCS-2' || wish.encoding === 'ucs2' || profile.national_tables.length === 0) return plain;
  const national = bestNational(text, profile);
  // Phones without the tables show other letters, so they are worth it only where they save an SMS or were asked for.
  if (national && (wish.encoding === 'gsm7' || national.segments < plain.segments)) return national;
  return plain;
}

function bestNational(text: string, profile: EncodingProfile): Segmented | null {
  if (!profile.default_alphabet.startsWith('gsm7')) return null;
  const cuts = nationalShifts(text, profile.national_tables)
    .map((shift) => cut(text, 'GSM-7', shift, profile))
    // The header of a text that the carrier cuts into parts is the carrier's.
    .filter(({ segments }) => segments === 1 || profile.long_message.startsWith('udh'));
  return cuts.sort((a, b) => a.segments - b.segments || b.remaining - a.remaining)[0] ?? null;
}

function cut(text: string, encoding: Encoding, shift: NationalShift, profile: EncodingProfile): Segmented {
  const sizeOf = measure(encoding, shift);
  const characters = sizeOf(text);
  const single = capacityOf(encoding, headerOctets(null, shift));
  const base = { encoding, shift, characters };
  if (characters <= single) return { ...base, parts: [text], segments: 1, remaining: single - characters };
  const several = capacityOf(encoding, headerOctets(profile.long_message, shift));
  const isPlain = encoding !== 'UCS-2' && encoding !== 'UTF-8' && shift === DEFAULT_TABLES;
  const { parts, lastSize } = fill(isPlain ? text : wholeCharacters(text, sizeOf, several), sizeOf, several);
  const written = profile.long_message === 'message_payload' ? [text] : parts;
  return { ...base, parts: written, segments: parts.length, remaining: several - lastSize };
}

function measure(encoding: Encoding, shift: NationalShift): (text: string) => number {
  switch (encoding) {
    case 'GSM-7':
      return (text) => gsm7Length(text, shift);
    case 'ASCII':
      return asciiLength;
    case 'UTF-8':
      return utf8Length;
    case 'Latin-1':
    case 'UCS-2':
      return codeUnits;
  }
}

const codeUnits = (text: string) => text.length;

/** RFC 3629, 3. */
const utf8Length = (text: string) =>
  Array.from(text, (character) => character.codePointAt(0) ?? 0).reduce(
    (octets, code) => octets + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4),
    0,
  );

/** The phone gets it as GSM-7, where these are behind the escape (TS 23.038, 6.2.1.1). */
const asciiLength = (text: string) => text.length + (text.match(/[[\\\]^{|}~]/g)?.length ?? 0);

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
function* wholeCharacters(text: string, sizeOf: (piece: string) => number, capacity: number): Generator<string> {
  for (const { segment: cluster } of graphemes.segment(text)) {
    if (sizeOf(cluster) > capacity || cluster === '\r\n') yield* cluster;
    else yield cluster;
  }
}
