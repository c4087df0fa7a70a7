import { readingOf } from './opt-out-normalise.ts';
import { activeLanguages, LEXICONS } from './opt-out-lexicon.ts';
import { TIERS } from './opt-out-tiers.ts';

export interface IntentContext {
  /** Of the contact's number, ISO 3166-1; null when it is not known. */
  readonly country: string | null;
  /** Further languages (ISO 639-1) in which the contact may write, beside those of the country. */
  readonly languages?: readonly string[];
  /** Names of the programmes for which `STOP <name>` opts out of that programme alone. */
  readonly programs?: readonly string[];
}

export interface Intent {
  /** `review`: it may be meant as an opt-out, and a person should look. */
  readonly type: 'opt_out' | 'opt_in' | 'help' | 'review';
  readonly tier: 'exact' | 'filler' | 'clause' | 'phrase' | 'typo' | 'emoji' | 'review';
  /** The keyword as the list spells it, for instance `opt out`, or the words that were recognised. */
  readonly matched: string;
  /** In which it was said, ISO 639-1: an answer follows it. Null for an emoji. */
  readonly language: string | null;
  /** What the opt-out covers by the writer's own words; absent when nothing was said about it. */
  readonly scope?: { readonly all: true } | { readonly program: string };
}

/**
 * What a reply says about consent, or null. The tiers are asked in turn and the first answer counts, so a looser
 * tier never overrules a stricter one. The words of 47 CFR 64.1200(a)(10) opt out whatever the context is.
 */
export function readIntent(text: string, context: IntentContext = ANYWHERE): Intent | null {
  const reading = readingOf(text);
  const languages = activeLanguages(context.country, context.languages ?? []);
  const asked = { reading, languages, text, programs: context.programs ?? [] };
  for (const tier of TIERS) {
    const intent = tier(asked);
    if (intent) return intent;
  }
  return null;
}

const ANYWHERE: IntentContext = { country: null };

/** The languages that have a word list, ISO 639-1. */
export function spokenLanguages(): readonly string[] {
  return LEXICONS.map(({ words }) => words.language);
}
