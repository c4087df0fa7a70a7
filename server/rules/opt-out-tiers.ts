import type { Intent } from './opt-out.ts';
import { type ActiveLanguage, isPolite, type Keyword } from './opt-out-lexicon.ts';
import { inLatinLetters } from './opt-out-lookalikes.ts';
import { lettersOf, type Reading, type Words } from './opt-out-normalise.ts';
import { optOutPhrase, reviewPhrase } from './opt-out-phrases.ts';
import { correctedKeyword } from './opt-out-typos.ts';

export interface Asked {
  readonly text: string;
  readonly reading: Reading;
  readonly languages: readonly ActiveLanguage[];
  readonly programs: readonly string[];
}

type Tier = (asked: Asked) => Intent | null;

/** The whole reply is a keyword, however it is written: `S.T.O.P.`, `opt-out`, `Stop!! 🙏`, `stopstop`. */
const exact: Tier = ({ text, reading, languages }) =>
  (text.length <= RAW_MAX ? exactly(lettersOf(text), languages) : null) ?? exactly(reading.letters, languages);

/** A keyword with a great many signs; what was taken for a quotation or a signature may be part of it. */
const RAW_MAX = 2_000;

function exactly(letters: string, languages: readonly ActiveLanguage[]): Intent | null {
  if (letters.length > LETTERS_MAX) return null;
  const latin = inLatinLetters(letters);
  const found =
    keywordOf(letters, languages) ??
    keywordOf(onceOnly(letters), languages) ??
    (latin === null ? null : keywordOf(latin, languages));
  if (found) return optOut('exact', found);
  for (const { lexicon, isLocal } of languages) {
    const { language } = lexicon.words;
    if (!isLocal && language !== 'en') continue;
    const optIn = lexicon.optIn.get(letters);
    if (optIn !== undefined) return { type: 'opt_in', tier: 'exact', matched: optIn, language };
    const help = lexicon.help.get(letters);
    if (help !== undefined) return { type: 'help', tier: 'exact', matched: help, language };
  }
  return null;
}

/** Longer runs of letters are no keyword, even when one is written several times. */
const LETTERS_MAX = 200;

/** `stopstopstop` as `stop`. */
function onceOnly(letters: string): string {
  for (let length = 4; length * 2 <= letters.length; length += 1) {
    const word = letters.slice(0, length);
    if (letters.length % length === 0 && word.repeat(letters.length / length) === letters) return word;
  }
  return letters;
}

/** `STOP ALERTS` where a programme has that name (`STOP <PROGRAM>` of shared short codes). */
const programme: Tier = ({ reading, languages, programs }) => {
  for (const program of programs) {
    const name = lettersOf(program);
    if (name === '' || !reading.letters.endsWith(name)) continue;
    const found = keywordOf(reading.letters.slice(0, -name.length), languages);
    if (found?.keyword.isStrong) return { ...optOut('exact', found), scope: { program } };
  }
  return null;
};

/** Keywords with polite words, or with digits: `please stop`, `STOP 1234`, `stop texts thanks`. */
const filler: Tier = ({ reading, languages }) => {
  if (reading.wordCount > FILLER_WORDS_MAX || reading.isPlayful) return null;
  const found = keywordAmong(reading.sentences.flat(), languages, STOP_FILLERS);
  return found && optOut('filler', found);
};

const FILLER_WORDS_MAX = 10;

/**
 * A sentence, a line or a part behind a dash that says nothing else: `Stop. Wrong person.` It is the first or the
 * last, because in the middle of a tale it is more likely told than asked.
 */
const clause: Tier = ({ reading, languages }) => {
  const { clauses, wordCount } = reading;
  if (clauses.length < 2) return null;
  for (const words of [clauses[0] ?? [], clauses.at(-1) ?? []]) {
    const found = keywordAmong(words, languages, null);
    if (!found?.keyword.isStrong) continue;
    const isMeant = wordCount <= CLAUSE_WORDS_MAX && !reading.isPlayful && !isAboutAnOrder(reading.sentences);
    return isMeant ? optOut('clause', found) : { ...optOut('review', found), type: 'review' };
  }
  return null;
};

const CLAUSE_WORDS_MAX = 25;

/** "Stop! I gave you the old address": what should stop is a job and not the texts. */
const isAboutAnOrder = (sentences: readonly Words[]) =>
  sentences.some((words) => words.some((word) => ORDER.has(word)));
const ORDER: ReadonlySet<string> = new Set(
  (
    'order orders ship shipping shipped delivery deliver driver truck address payment pay charge wait shipment package ' +
    'parcel cake pizza gate door oven mower'
  ).split(' '),
);

/** Short replies that ask for it in so many words. In a longer one the same words are for a person to judge. */
const phrase: Tier = ({ reading, languages }) => {
  const found = optOutPhrase(reading, languages);
  if (!found) return null;
  const isMeant = reading.wordCount <= PHRASE_WORDS_MAX && !reading.isPlayful;
  return isMeant ? { type: 'opt_out', tier: 'phrase', ...found } : { type: 'review', tier: 'review', ...found };
};

/** Set so that tales and quarrels of private chats are not taken for requests (design figures: 9 of 4,518, with it 1). */
const PHRASE_WORDS_MAX = 14;

/** One misspelled keyword, alone or with polite words: `stpo`, `st0p`, `pls unsubcribe`. */
const typo: Tier = ({ reading, languages }) => {
  if (reading.wordCount === 0 || reading.wordCount > TYPO_WORDS_MAX || reading.isPlayful) return null;
  const rest = reading.sentences.flat().filter((word) => !isPolite(word));
  // Two words may be one that was torn apart ("un subcribe"); short ones would be found in too many.
  const word =
    rest.length > 1 && reading.letters.length > TORN_LETTERS_MIN ? reading.letters : (rest[0] ?? reading.letters);
  const isOne = rest.length === 1 || word === reading.letters;
  const keyword = word !== undefined && isOne ? correctedKeyword(inLatinLetters(word) ?? word) : null;
  const found = keyword === null ? null : keywordOf(lettersOf(keyword), languages);
  return found && optOut('typo', found);
};

const TYPO_WORDS_MAX = 4;
const TORN_LETTERS_MIN = 8;

const emoji: Tier = ({ text, reading }) => {
  if (!reading.isStopSign) return null;
  return { type: 'opt_out', tier: 'emoji', matched: text.trim().slice(0, EMOJI_MAX).toWellFormed(), language: null };
};

const EMOJI_MAX = 16;

const review: Tier = ({ reading, languages }) => {
  const found = reviewPhrase(reading, languages);
  return found && { type: 'review', tier: 'review', ...found };
};

/** In the order of asking. */
export const TIERS: readonly Tier[] = [exact, programme, filler, clause, phrase, typo, emoji, review];

interface Found {
  readonly keyword: Keyword;
  readonly language: string;
}

function keywordOf(letters: string, languages: readonly ActiveLanguage[]): Found | null {
  for (const { lexicon, isLocal, minorityWords } of languages) {
    const keyword = lexicon.optOut.get(letters);
    if (keyword && (isLocal || !keyword.isLocal || minorityWords.has(letters)))
      return { keyword, language: lexicon.words.language };
  }
  return null;
}

/** The first keyword of words that are all keywords or polite; null when another word is among them. */
function keywordAmong(
  words: Words,
  languages: readonly ActiveLanguage[],
  fillers: ReadonlySet<string> | null,
): Found | null {
  let found: Found | null = null;
  let hasFiller = false;
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? '';
    const hit = keywordAt(words, at, languages);
    if (!hit && !isPolite(word)) {
      if (!isStopFiller(word, fillers)) return null;
      hasFiller = true;
    }
    found ??= hit?.found ?? null;
    at += hit?.length ?? 1;
  }
  // "STOP 1234" is clear, "cancel 1234" may be about an order.
  return hasFiller && !found?.keyword.isStrong ? null : found;
}

const isStopFiller = (word: string, fillers: ReadonlySet<string> | null) =>
  fillers !== null && (fillers.has(word) || /^\d{3,8}$/.test(word));

function keywordAt(words: Words, at: number, languages: readonly ActiveLanguage[]) {
  for (let length = Math.min(KEYWORD_WORDS_MAX, words.length - at); length > 0; length -= 1) {
    const found = keywordOf(words.slice(at, at + length).join(''), languages);
    if (found) return { found, length };
  }
  return null;
}

const KEYWORD_WORDS_MAX = 4;

/** May stand beside a strong keyword when the reply says nothing else. */
const STOP_FILLERS: ReadonlySet<string> = new Set(
  (
    'it this that these those them all everything the text texts texting txt txts txting message messages messaging msg ' +
    'msgs msging sms spam reply send to 2 me us my immediately instantly today forever already again yes no i said you ' +
    'guys u sir madam maam bro dude man omg ffs wtf ugh seriously fucking damn bloody fkn god hell fuck for from with ' +
    'your ur just right away asap'
  ).split(' '),
);

function optOut(tier: Intent['tier'], { keyword, language }: Found): Intent {
  const all = /\b(all|everything)\b/.test(keyword.word) ? { scope: { all: true } as const } : {};
  return { type: 'opt_out', tier, matched: keyword.word, language, ...all };
}
