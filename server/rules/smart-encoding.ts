import { isGsm7 } from './gsm7.ts';

/** One replacement: `at` is where it was in the text as it was given, in UTF-16 code units. */
export interface SmartReplacement {
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

/**
 * A text in which typographic characters, which word processors and phones put in by themselves, are those of a
 * keyboard, so that it can be GSM-7. Letters keep their accents. Null when something else keeps it out of GSM-7:
 * then a replacement would change the text and save nothing.
 */
export function toGsm7(text: string): { readonly text: string; readonly replacements: SmartReplacement[] } | null {
  const replacements: SmartReplacement[] = [];
  let written = '';
  for (const { segment: from, index: at } of graphemes.segment(text)) {
    const to = isGsm7(from) ? from : replaced(from);
    if (!isGsm7(to)) return null;
    if (to !== from) replacements.push({ at, from, to });
    written += to;
  }
  return { text: written, replacements };
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** A letter and its accent written as two characters are the same letter as one (Unicode NFC). */
function replaced(cluster: string): string {
  const composed = cluster.normalize('NFC');
  return isGsm7(composed)
    ? composed
    : Array.from(cluster, (character) => REPLACEMENTS.get(character) ?? character).join('');
}

/** Unicode general punctuation, spaces and a few letters and signs, each with what a keyboard writes for it. */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map(
  (
    [
      ["'", '\u2018\u2019\u201b\u2032\u2035\u2039\u203a\u02b9\u02bb\u02bc\u00b4`'],
      ['"', '\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb'],
      ['-', '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043'],
      ['...', '\u2026'],
      [' ', '\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'],
      ['', '\u00ad\u200b\u2060\ufe0e\ufe0f\ufeff'],
      ['\n', '\u0085\u2028\u2029'],
      ['*', '\u2022\u2023\u00b7\u2219\u2217'],
      ['/', '\u2044\u2215'],
      ['x', '\u00d7'],
      ['~', '\u223c\u02dc'],
      ['^', '\u02c6'],
      ['|', '\u00a6'],
      [',', '\u201a'],
      ['fi', '\ufb01'],
      ['fl', '\ufb02'],
      ['TM', '\u2122'],
      ['(C)', '\u00a9'],
      ['(R)', '\u00ae'],
      ['1/2', '\u00bd'],
      ['1/4', '\u00bc'],
      ['3/4', '\u00be'],
    ] as const
  ).flatMap(([to, characters]) => Array.from(characters, (from) => [from, to] as const)),
);
