/** A reply as the tiers read it. Every list is bounded, so that no reply takes long. */
export interface Reading {
  /** All letters and digits in one run, without spaces and signs. */
  readonly letters: string;
  /** Sentences (also lines) of words; commas do not end one. */
  readonly sentences: readonly Words[];
  /** The same cut at dashes too. */
  readonly clauses: readonly Words[];
  readonly wordCount: number;
  /** Signs of amusement or affection: "stop 😂" is no request. */
  readonly isPlayful: boolean;
  /** Made of nothing but signs that mean stop. */
  readonly isStopSign: boolean;
}

export type Words = readonly string[];

/**
 * Makes one form of the many in which people write the same: full-width and styled letters become plain (NFKD),
 * accents, case, invisible characters, signatures and quoted text go. Linear in the length of the text.
 */
export function readingOf(written: string): Reading {
  const text = withoutMiddle(written);
  const body = fold(withoutSignature(withoutQuotes(text)));
  const sentences = split(body, SENTENCE_END);
  const clauses = split(body, CLAUSE_END);
  return {
    letters: lettersOf(body),
    sentences,
    clauses,
    wordCount: sentences.reduce((sum, words) => sum + words.length, 0),
    isPlayful: PLAYFUL_SIGNS.test(text) || sentences.some((words) => words.some((word) => PLAYFUL.test(word))),
    isStopSign: STOP_SIGNS.test(text) && text.replace(STOP_SIGN_OR_SPACE, '') === '',
  };
}

/** 255 parts of 153 characters are the longest text that a phone can send; of anything longer begin and end are read. */
function withoutMiddle(written: string): string {
  const text = written.replace(/[^\S\n]+/g, ' ').replace(/ ?\n[ \n]*/g, '\n');
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX / 2)}\n${text.slice(-TEXT_MAX / 2)}`;
}

const TEXT_MAX = 40_000;

/** The letters and digits of a keyword or of a whole reply, as the exact tier compares them. */
export function lettersOf(text: string): string {
  return fold(text).replace(NO_LETTER, '');
}

/** The words of a piece of text or of a word list, in the form that the patterns compare. */
export function wordsOf(text: string): string[] {
  return fold(text).match(WORD) ?? [];
}

/** One spelling for letters that differ only in case, accents, width or style. */
export function fold(text: string): string {
  return text
    .replace(APOSTROPHE, "'")
    .normalize('NFKD')
    .toLowerCase()
    .replace(INVISIBLE_OR_MARK, '')
    .replace(NO_DECOMPOSITION, (letter) => PLAIN[letter] ?? letter)
    .normalize('NFC');
}

const APOSTROPHE = /[\u2018\u2019\u02bc\u00b4`\u2032]/g;

/**
 * Marks of Latin, Greek, Cyrillic, Hebrew and Arabic letters, the Arabic stretching sign, variation selectors and
 * format characters. Not the vowel signs of Hindi and Thai: without them other words come out.
 */
const MARKS: readonly (readonly [first: number, last: number])[] = [
  [0x0300, 0x036f],
  [0x0483, 0x0489],
  [0x0591, 0x05bd],
  [0x05bf, 0x05c7],
  [0x0610, 0x061a],
  [0x0640, 0x0640],
  [0x064b, 0x065f],
  [0x0670, 0x0670],
  [0x06d6, 0x06ed],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
];
const hex = (code: number) => `\\u{${code.toString(16)}}`;
const INVISIBLE_OR_MARK = new RegExp(
  `[\\p{Cf}${MARKS.map(([first, last]) => `${hex(first)}-${hex(last)}`).join('')}]`,
  'gu',
);

/** Letters without a decomposition in Unicode, and spellings that people do not tell apart. */
const PLAIN: Readonly<Record<string, string>> = {
  ı: 'i',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ς: 'σ',
  ى: 'ي',
  ة: 'ه',
  '\u0964': '.',
};
const NO_DECOMPOSITION = /[ıłøđæœßςىة\u0964]/g;

const NO_LETTER = /[^\p{L}\p{M}\p{N}]/gu;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

function split(folded: string, ends: RegExp): Words[] {
  return folded
    .replace(ADDRESS, ' ')
    .replace(INSIDE_NUMBER, '')
    .replace(NUMBER_SIGN, ' number ')
    .replace(MASKED_OATH, 'fuck')
    .replace(CONTRACTION, '')
    .split(ends)
    .map((piece) => (piece.match(WORD) ?? []).map(withoutDrawl))
    .filter((words) => words.length > 0);
}

/** Of a page or of a mailbox: its words are a name and not said. */
const ADDRESS = /(?:https?:\/\/|www\.)\S{1,500}|[\w.+-]{1,64}@\w[\w.-]{0,100}/g;
/** "9:15" and "3.30" stay one word. */
const INSIDE_NUMBER = /(?<=\d)[.,:](?=\d)/g;
/** "my #" is a number, "#1234" is one. */
const NUMBER_SIGN = /#(?!\w)/g;
const MASKED_OATH = /\bf[*#@$%]{1,5}(?:ck|k)?/g;
/** "don't" is one word, "d'envoyer" two. */
const CONTRACTION = /'(?=(?:t|s|m|re|ve|ll|d)(?![\p{L}\p{N}]))/gu;
const SENTENCE_END = /[.!?;:\n\r\u2026\u3002\uff0e\u061f\u060c\u3001\u2022|>]+/;
const CLAUSE_END = /[.!?;:\n\r\u2026\u3002\uff0e\u061f\u060c\u3001\u2022|>\u2013\u2014]+|\s-+/;

/** "stoppppp" is "stop", "pleaseee" is "please"; no language here writes a letter three times. */
const withoutDrawl = (word: string) => (word.length > 99 ? word.slice(0, 99) : word).replace(/(\p{L})\1{2,}/gu, '$1');

/**
 * What the writer quotes is not said by the writer: answers such as `Liked “… reply STOP to opt out”`, or a forwarded
 * footer. A reply that is quoted as a whole is meant.
 */
function withoutQuotes(text: string): string {
  const rest = text.replace(QUOTE, '\n').replace(QUOTED_LINE, '');
  return /[\p{L}\p{N}]/u.test(rest) ? rest : text;
}

const QUOTE = /["“„«][^"“”„«»]{0,1600}["“”»]/g;
const QUOTED_LINE = /^[ \t]?>[^\n]*$/gm;

function withoutSignature(text: string): string {
  const dashes = text.search(/\n--[ \t]?\r?\n/);
  const body = dashes > 0 ? text.slice(0, dashes) : text;
  const tail = body.slice(-SIGNATURE_MAX);
  const at = tail.search(SIGNATURE);
  const rest = at < 0 ? body : body.slice(0, body.length - tail.length + at);
  return /\S/.test(rest) ? rest : body;
}

const SIGNATURE_MAX = 70;

/** What the mail and message programs of phones put under a text, in the languages of the word lists. */
const SIGNATURE = new RegExp(
  [
    'sent (?:from|via) (?:my|yahoo|mail|outlook|proton|aol|samsung|android|the)',
    'get outlook for',
    '(?:envoy[eé]|exp[eé]di[eé]) (?:de|depuis) (?:mon|ma|outlook|yahoo)',
    'enviado (?:desde|do|de|pelo) ',
    'von meinem .{1,30} gesendet',
    '(?:diese nachricht wurde |gesendet )(?:von|mit|aus) ',
    'inviato da(?:l| )',
    'verzonden (?:vanaf|met|via) ',
    'skickat fr[aå]n ',
    'sendt fra ',
    'l[aä]hetetty ',
    'wys[lł]ane z ',
    'отправлено (?:с|из) ',
    'надіслано з ',
    'iphoneから送信',
    '从我的.{1,12}发送',
    '發自我的',
    '나의 .{1,12}에서 보냄',
    'تم الإرسال من',
  ].join('|'),
  'iu',
);

const PLAYFUL =
  /^(?:l+o+l+|lolz|lmf?ao+|rofl|(?:ha){2,}h?|(?:he){2,}|(?:ja){2,}j?|(?:ah){2,}a?|hihi|xd|mdr|ptdr|kk+|jk|kidding|joking|babe?|baby|honey|hun|xx+|muah|darling)$/u;
const PLAYFUL_SIGNS =
  /[\u{1F600}-\u{1F606}\u{1F609}-\u{1F60D}\u{1F617}-\u{1F61D}\u{1F923}\u{1F970}\u{1F917}\u{1F496}-\u{1F49F}]/u;

/** Octagonal sign, raised hands, no entry, prohibited. */
const STOP_SIGNS = /[\u{1F6D1}\u{270B}\u{26D4}\u{1F6AB}]/u;
/** With what may surround them: colours of skin, variation selectors, joiners. */
const STOP_SIGN_OR_SPACE = /\u{1F6D1}|\u{270B}|\u{26D4}|\u{1F6AB}|\p{Emoji_Modifier}|\ufe0f|\u200d|[\s.!]/gu;
