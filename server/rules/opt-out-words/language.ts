/** What one language says about texts. Words are lower case without accents, as `fold` of `opt-out-normalise.ts` makes them. */
export interface LanguageWords {
  /** ISO 639-1. */
  readonly language: string;
  /** Where the words come from, and when they were put together. */
  readonly source: string;
  readonly date: string;
  /** A whole reply that opts out wherever the sender is; separated by commas, here as in the lists below. */
  readonly keywords: string;
  /** Keywords that count in a sentence of their own too: "Stop. Wrong person." Part of no other list. */
  readonly strong: string;
  /** Words with an everyday meaning elsewhere: a whole reply opts out where this language is spoken. */
  readonly local?: string;
  /** Those of the local words that count also where a large minority speaks the language: ISO 3166-1, and the words. */
  readonly minority?: Readonly<Record<string, string>>;
  /** A whole reply that takes an opt-out back, or asks for help, where this language is spoken. */
  readonly optIn?: string;
  readonly help?: string;
  /** Politeness and noise around a request; separated by spaces. */
  readonly polite: string;
  /** Other spellings of words in the patterns: the word, and its spellings of one or two words separated by commas. */
  readonly spellings?: Readonly<Record<string, string>>;
  /** Named lists of words for the patterns below (`opt-out-pattern.ts`). */
  readonly classes?: Readonly<Record<string, string>>;
  /** Everyday uses, taken out before the two lists below are asked. */
  readonly ordinary?: readonly string[];
  readonly optOut: readonly string[];
  /** May be meant as an opt-out: a person should look. */
  readonly review?: readonly string[];
  /** The same for scripts without spaces: pieces of a short reply, `…` stands for up to eight characters. */
  readonly ordinaryPieces?: readonly string[];
  readonly optOutPieces?: readonly string[];
  readonly reviewPieces?: readonly string[];
}
