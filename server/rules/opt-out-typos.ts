/** The keyword that a word is a misspelling of, or null: `stpo`, `st0p`, `cancle`, `unsubcribe`. */
export function correctedKeyword(word: string): string | null {
  const plain = withoutDigitsForLetters(word);
  if (word.length < 3 || word.length > WORD_MAX || REAL_WORDS.has(word) || REAL_WORDS.has(plain)) return null;
  for (const { keyword, distance } of CORRECTED) {
    if (plain === keyword || edits(plain, keyword) <= distance) return isAnotherWord(plain, keyword) ? null : keyword;
  }
  return null;
}

const WORD_MAX = 16;

const CORRECTED = [
  { keyword: 'stop', distance: 1 },
  { keyword: 'quit', distance: 1 },
  { keyword: 'cancel', distance: 1 },
  { keyword: 'revoke', distance: 1 },
  { keyword: 'optout', distance: 1 },
  { keyword: 'stopall', distance: 1 },
  { keyword: 'unsubscribe', distance: 3 },
] as const;

/** `subscribe` is two letters from `unsubscribe` and says the opposite. */
const isAnotherWord = (word: string, keyword: string) =>
  (keyword === 'unsubscribe' && !word.startsWith('u')) || (keyword === 'stop' && word.length < 3);

const withoutDigitsForLetters = (word: string) =>
  /\p{L}/u.test(word) ? word.replace(/[0135]/g, (digit) => LETTER_FOR[digit] ?? digit) : word;
const LETTER_FOR: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '5': 's' };

/** Words and names that are one letter from a keyword and mean something else, in the languages of the word lists. */
const REAL_WORDS: ReadonlySet<string> = new Set(
  (
    'top tops sop sops step steps shop shops slop slops spot spots atop stow strop stoop stops stope stomp stob stot stoa ' +
    'swop scop sto stor stora stol stod stok stom stof stal stap stoj stos stof tot sot soup stoup stopt stoep stub ' +
    'quiet quite quits quilt quint quip quid quiz suit quoit qui uit quita quito quitt quot quant quire quin guit unit ' +
    'cancer cancels cancela cancele cancelo cancun canal cancan camel candel chancel cancelas cancelar ' +
    'evoke revoked revokes provoke revolve remove invoke ' +
    'optou output stall stopall'
  ).split(' '),
);

/** Edits between two short words: letters put in, left out, exchanged, or two neighbours swapped (Damerau). */
function edits(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
