import {
  CLEAR,
  DOUBT,
  NEGATION,
  NO,
  NO_ANSWER_AFTER_NO,
  NUMBER_WORDS,
  type Phrases,
  phrases,
  POLITE,
  YES,
} from './answer-words.ts';
import { reservedUse } from './reserved-words.ts';
import { folded, indexOfPhrase, wordsOf } from './words.ts';

/**
 * What an answer may be, `expect_reply.match`: a list of words, a yes or no (with words of one's own beside the usual
 * ones), a choice from a numbered list, or whatever is written. `reminder`: texted back when an answer is unclear.
 */
export type ReplyMatch =
  | readonly string[]
  | {
      readonly type: 'approval';
      readonly approve?: readonly string[];
      readonly decline?: readonly string[];
      readonly reminder?: string;
    }
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly reminder?: string }
  | { readonly type: 'free_text' };

export type ReplyReading =
  /** `value`: the word or choice as the wait spells it, `yes` or `no`, or the text; `index`: its place from 1, if listed. */
  | { readonly matched: true; readonly value: string; readonly index: number | null }
  /** `reserved`: an opt-out or a call for help, which is never an answer, not even to a text that asks for it. */
  | { readonly matched: false; readonly reason: 'unclear' | 'reserved' };

/**
 * Reads a reply as the answer that is waited for. Doubt is no answer: `yes but not today`, `1 or 2`, `no problem` and
 * questions are left to a person. What it answers never touches consent, which is decided before and elsewhere.
 */
export function readReply(match: ReplyMatch, text: string): ReplyReading {
  const use = reservedUse(text);
  if (use === 'opt_out' || use === 'help') return { matched: false, reason: 'reserved' };
  const said: Said = { words: wordsOf(text), isQuestion: QUESTION.test(text) };
  if (isWordList(match)) return readWord(match, said);
  switch (match.type) {
    case 'approval':
      return readApproval(said, match.approve, match.decline);
    case 'choice':
      return readChoice(match.choices, said);
    case 'free_text':
      return text.trim() === '' ? UNCLEAR : { matched: true, value: text.trim(), index: null };
  }
}

interface Said {
  readonly words: readonly string[];
  readonly isQuestion: boolean;
}

const QUESTION = /[?？؟¿]/u;

const UNCLEAR: ReplyReading = { matched: false, reason: 'unclear' };

/** A longer text may begin with a yes and still be about something else. */
const WORDS_AFTER_ANSWER_MAX = 8;

const isWordList = (match: ReplyMatch): match is readonly string[] => Array.isArray(match);

/** One answer that a text may give, in all the ways to give it. */
interface Answer {
  readonly value: string;
  readonly index: number | null;
  readonly ways: Phrases;
}

function readApproval(said: Said, approve: readonly string[] = [], decline: readonly string[] = []): ReplyReading {
  const own = { yes: phrases(...approve), no: phrases(...decline) };
  const answers: readonly Answer[] = [
    { value: 'yes', index: null, ways: [...own.yes, ...without(YES, own.no)] },
    { value: 'no', index: null, ways: [...own.no, ...without(NO, own.yes)] },
  ];
  if (LAUGHTER.test(said.words.join(' '))) return UNCLEAR;
  return only(answers, said) ?? numbered(said);
}

/** In Spanish, where it is no row of German or Dutch yeses. */
const LAUGHTER = /^ja( ja){2,}$/;

/** `1` for yes and `2` for no, alone: as part of an answer, a number counts something. */
function numbered({ words, isQuestion }: Said): ReplyReading {
  const [number, ...others] = strip(words, POLITE);
  if (isQuestion || others.length > 0 || (number !== '1' && number !== '2')) return UNCLEAR;
  return { matched: true, value: number === '1' ? 'yes' : 'no', index: null };
}

const without = (usual: Phrases, taken: Phrases) =>
  usual.filter((words) => !taken.some((other) => other.join(' ') === words.join(' ')));

function readWord(list: readonly string[], said: Said): ReplyReading {
  const answers = list.map((value, at): Answer => ({ value, index: at + 1, ways: [wordsOf(value)] }));
  const exact = only(answers, said);
  if (exact) return exact;
  const meaning = readApproval(said);
  if (!meaning.matched) return UNCLEAR;
  // `ja` or 👍 where YES was asked for: the one listed word that means the same.
  const same = answers.filter(({ value }) => {
    const reading = readApproval({ words: wordsOf(value), isQuestion: false });
    return reading.matched && reading.value === meaning.value;
  });
  const [one] = same;
  return one && same.length === 1 ? found(one) : UNCLEAR;
}

function readChoice(choices: readonly string[], said: Said): ReplyReading {
  const answers = choices.map((value, at): Answer => ({ value, index: at + 1, ways: [wordsOf(value)] }));
  if (said.isQuestion && !choices.some((choice) => QUESTION.test(choice))) return UNCLEAR;
  const asked = said.words.join(' ');
  const named = answers.find(({ value }) => folded(value) === asked);
  if (named) return found(named);
  const meant = new Set([
    ...numbersIn(said).flatMap((number) => answers[number - 1] ?? []),
    ...answers.filter(({ value }) => asked.length > 0 && `${folded(value)} `.startsWith(`${asked} `)),
  ]);
  const [one] = meant;
  if (meant.size > 1) return UNCLEAR;
  return one ? found(one) : (only(answers, said) ?? UNCLEAR);
}

/** The numbers that a text names, or none when it also says something else. */
function numbersIn({ words }: Said): readonly number[] {
  const numbers = strip(words, POLITE).map((word) => NUMBER_WORDS.get(word) ?? decimal(word));
  return numbers.every((number) => number !== null) ? [...new Set(numbers)] : [];
}

/** A number in any decimal digits that phones write: `2`, `２`, `٢`, `२`. */
function decimal(word: string): number | null {
  const plain = word.replace(/\p{Nd}/gu, (digit) => {
    const zero = ZEROS.find((first) => isDigitOf(first, digit));
    return zero === undefined ? 'x' : String((digit.codePointAt(0) ?? 0) - zero);
  });
  return /^\d{1,3}$/.test(plain) ? Number(plain) : null;
}

/** The digit zero in ASCII, Arabic, Persian, Devanagari, Bengali and Thai; the nine others follow each of them. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50];
const isDigitOf = (zero: number, digit: string) => {
  const point = digit.codePointAt(0) ?? 0;
  return point >= zero && point <= zero + 9;
};

const found = ({ value, index }: Answer): ReplyReading => ({ matched: true, value, index });

/** The one answer that a text gives, alone with polite words or clearly before others; null when none or several. */
function only(answers: readonly Answer[], { words, isQuestion }: Said): ReplyReading | null {
  if (isQuestion || words.length > WORDS_AFTER_ANSWER_MAX + 4) return null;
  const given = answers.filter(({ ways }) => ways.some((way) => indexOfPhrase(words, way) >= 0));
  const clear = given.filter((answer) => isAlone(answer, words));
  const [one] = clear.length > 0 ? clear : given.filter((answer) => isFirst(answer, words, given.length));
  if (!one) return null;
  return clear.length > 1 ? null : found(one);
}

/** Nothing but the answer, said once or more, and polite words. */
function isAlone({ ways }: Answer, words: readonly string[]): boolean {
  return strip(strip(words, ways), POLITE).length === 0;
}

/** The answer first, so clear that what follows explains it. */
function isFirst({ ways, index }: Answer, words: readonly string[], given: number): boolean {
  const said = leading(words, POLITE);
  const way = ways.find((one) => startsWith(said, one));
  if (!way || given > 1) return false;
  const rest = said.slice(way.length);
  const isListed = index !== null && way.join('').length >= LISTED_LETTERS_MIN;
  const isClear = isListed || CLEAR.some((one) => startsWith(way, one));
  return isClear && rest.length <= WORDS_AFTER_ANSWER_MAX && !isDoubtful(way, rest);
}

/** A listed `A` or `GO` also begins sentences that answer nothing. */
const LISTED_LETTERS_MIN = 4;

function isDoubtful(way: readonly string[], rest: readonly string[]): boolean {
  const isNo = NO.some((one) => startsWith(way, one));
  const signs = [...DOUBT, ...(isNo ? NO_ANSWER_AFTER_NO : [...NEGATION, ...NO])];
  return signs.some((sign) => indexOfPhrase(rest, sign) >= 0);
}

const startsWith = (words: readonly string[], phrase: readonly string[]) =>
  phrase.length <= words.length && phrase.every((word, index) => words[index] === word);

function leading(words: readonly string[], polite: Phrases): readonly string[] {
  let rest = words;
  for (;;) {
    const phrase = polite.find((one) => startsWith(rest, one));
    if (!phrase) return rest;
    rest = rest.slice(phrase.length);
  }
}

/** The words that belong to none of the phrases. */
function strip(words: readonly string[], list: Phrases): readonly string[] {
  const left: string[] = [];
  for (let at = 0; at < words.length;) {
    const phrase = list.find((one) => startsWith(words.slice(at, at + one.length), one));
    if (!phrase) left.push(words[at] ?? '');
    at += phrase?.length ?? 1;
  }
  return left;
}
