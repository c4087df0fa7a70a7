import { lettersOf, wordsOf } from './opt-out-normalise.ts';
import { type Classes, indexPatterns, parsePattern, type PatternIndex } from './opt-out-pattern.ts';
import { languagesOf } from './opt-out-words/countries.ts';
import { ALL_LANGUAGES } from './opt-out-words/all.ts';
import type { LanguageWords } from './opt-out-words/language.ts';

/** A word list made ready: keywords by their letters, patterns read. */
export interface Lexicon {
  readonly words: LanguageWords;
  readonly optOut: ReadonlyMap<string, Keyword>;
  /** Local words that count in a country whose minority speaks the language, by country. */
  readonly minority: ReadonlyMap<string, ReadonlySet<string>>;
  readonly optIn: ReadonlyMap<string, string>;
  readonly help: ReadonlyMap<string, string>;
  readonly spellings: ReadonlyMap<string, readonly string[]>;
  readonly ordinary: PatternIndex;
  readonly phrases: PatternIndex;
  readonly reviews: PatternIndex;
  readonly ordinaryPieces: readonly Piece[];
  readonly phrasePieces: readonly Piece[];
  readonly reviewPieces: readonly Piece[];
}

export interface Keyword {
  /** As the list spells it. */
  readonly word: string;
  readonly isStrong: boolean;
  readonly isLocal: boolean;
}

/** Letters that follow one another within a few characters. */
export type Piece = readonly string[];

export const LEXICONS: readonly Lexicon[] = ALL_LANGUAGES.map(lexiconOf);

/** A language in its place in the order of asking, and whether its local words count. */
export interface ActiveLanguage {
  readonly lexicon: Lexicon;
  readonly isLocal: boolean;
  /** By their letters; local words that count although the language is none of the country. */
  readonly minorityWords: ReadonlySet<string>;
}

/**
 * Every language is asked: those of the country first, so that a word of several languages counts as one of the
 * country, then those of the setting, then English, then the others. Local words count in the first two groups alone.
 */
export function activeLanguages(country: string | null, others: readonly string[]): readonly ActiveLanguage[] {
  const key = `${country ?? ''} ${others.slice(0, LANGUAGES_MAX).join(' ')}`;
  const known = orders.get(key);
  if (known) return known;
  const local = [...languagesOf(country), ...others];
  const rank = ({ words: { language } }: Lexicon) => {
    const index = local.indexOf(language);
    return index >= 0 ? index : local.length + (language === 'en' ? 0 : 1);
  };
  const order = LEXICONS.toSorted((a, b) => rank(a) - rank(b)).map((lexicon) => ({
    lexicon,
    isLocal: local.includes(lexicon.words.language),
    minorityWords: lexicon.minority.get(country?.toUpperCase() ?? '') ?? NO_WORDS,
  }));
  if (orders.size >= ORDERS_MAX) orders.clear();
  orders.set(key, order);
  return order;
}

const NO_WORDS: ReadonlySet<string> = new Set();
const orders = new Map<string, readonly ActiveLanguage[]>();
const ORDERS_MAX = 1_000;
const LANGUAGES_MAX = 30;

/** Polite words of all languages: they are asked for only beside a keyword. */
export const isPolite = (word: string) => POLITE.has(word);
const POLITE: ReadonlySet<string> = new Set(ALL_LANGUAGES.flatMap(({ polite }) => wordsOf(polite)));

function lexiconOf(words: LanguageWords): Lexicon {
  const patterns = (sources: readonly string[] = []) =>
    indexPatterns(sources.map((one) => parsePattern(one, words.classes ?? NONE)));
  const pieces = (sources: readonly string[] = []) => sources.map((one) => one.split('…').map(lettersOf));
  return {
    words,
    optOut: new Map([
      ...keywords(words.local, 'local'),
      ...keywords(words.keywords),
      ...keywords(words.strong, 'strong'),
    ]),
    minority: new Map(
      Object.entries(words.minority ?? {}).map(([country, list]) => [
        country,
        new Set(keywords(list).map(([letters]) => letters)),
      ]),
    ),
    optIn: new Map(keywords(words.optIn).map(([letters, { word }]) => [letters, word])),
    help: new Map(keywords(words.help).map(([letters, { word }]) => [letters, word])),
    spellings: new Map(
      Object.entries(words.spellings ?? {}).flatMap(([to, spellings]) =>
        spellings.split(', ').map((from) => [from, to.split(' ')] as const),
      ),
    ),
    ordinary: patterns(words.ordinary),
    phrases: patterns(words.optOut),
    reviews: patterns(words.review),
    ordinaryPieces: pieces(words.ordinaryPieces),
    phrasePieces: pieces(words.optOutPieces),
    reviewPieces: pieces(words.reviewPieces),
  };
}

const NONE: Classes = {};

function keywords(list = '', kind?: 'strong' | 'local'): [string, Keyword][] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => [lettersOf(word), { word, isStrong: kind === 'strong', isLocal: kind === 'local' }]);
}
