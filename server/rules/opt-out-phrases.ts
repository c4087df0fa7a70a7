import { type ActiveLanguage, isPolite, type Lexicon, type Piece } from './opt-out-lexicon.ts';
import type { Reading, Words } from './opt-out-normalise.ts';
import { candidatesFor, findPattern, MASKED, type PatternIndex } from './opt-out-pattern.ts';

export interface PhraseFound {
  /** The words that were recognised. */
  readonly matched: string;
  readonly language: string;
}

/** The first phrase of the languages that asks for no more texts. */
export function optOutPhrase(reading: Reading, languages: readonly ActiveLanguage[]): PhraseFound | null {
  return firstPhrase(reading, languages, 'phrases', 'phrasePieces');
}

/** The first one that may ask for it. */
export function reviewPhrase(reading: Reading, languages: readonly ActiveLanguage[]): PhraseFound | null {
  return firstPhrase(reading, languages, 'reviews', 'reviewPieces');
}

function firstPhrase(
  reading: Reading,
  languages: readonly ActiveLanguage[],
  patterns: 'phrases' | 'reviews',
  pieces: 'phrasePieces' | 'reviewPieces',
): PhraseFound | null {
  const sentences = bounded(reading.sentences);
  const local = languages.filter(({ isLocal }) => isLocal).map(({ lexicon }) => lexicon.ordinary);
  for (const { lexicon } of languages) {
    const matched =
      findInSentences(sentences, lexicon, lexicon[patterns], local) ??
      findPiece(reading.letters, lexicon, lexicon[pieces]);
    if (matched !== null)
      return { matched: matched.slice(0, MATCHED_MAX).toWellFormed(), language: lexicon.words.language };
  }
  return null;
}

const MATCHED_MAX = 80;

/** Of a very long reply the begin and the end are read: a request stands in one of them. */
function bounded(sentences: readonly Words[]): readonly Words[] {
  const few =
    sentences.length <= SENTENCES_MAX * 2
      ? sentences
      : [...sentences.slice(0, SENTENCES_MAX), ...sentences.slice(-SENTENCES_MAX)];
  return few.flatMap((words) =>
    words.length <= WORDS_MAX * 2 ? [words] : [words.slice(0, WORDS_MAX), words.slice(-WORDS_MAX)],
  );
}

const SENTENCES_MAX = 8;
const WORDS_MAX = 40;

function findInSentences(
  sentences: readonly Words[],
  lexicon: Lexicon,
  patterns: PatternIndex,
  local: readonly PatternIndex[],
): string | null {
  for (const sentence of sentences) {
    // Twice, because a spelling may be made of two that were corrected: `do not want`.
    const corrected = spelled(spelled(sentence, lexicon), lexicon);
    const candidates = candidatesFor(patterns, corrected);
    const words = candidates.length > 0 ? masked(corrected, [lexicon.ordinary, ...local]) : corrected;
    for (const pattern of candidates) {
      const found = findPattern(pattern, words, isPolite);
      if (found) return words.slice(...found).join(' ');
    }
  }
  return null;
}

/** `u` is `you` and `do not` is `dont` in the patterns of English. */
function spelled(words: Words, { spellings }: Lexicon): Words {
  const result: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const two = spellings.get(`${word} ${words[at + 1] ?? ''}`);
    result.push(...(two ?? spellings.get(word) ?? [word]));
    if (two) at += 1;
  }
  return result;
}

/** Everyday uses are taken out, each as often as it occurs. */
function masked(words: Words, ordinary: readonly PatternIndex[]): Words {
  let rest = words;
  for (const pattern of ordinary.flatMap((index) => candidatesFor(index, words))) {
    for (let found = findPattern(pattern, rest, isPolite); found; found = findPattern(pattern, rest, isPolite)) {
      const [begin, end] = found;
      if (end <= begin) break;
      rest = rest.map((word, index) => (index >= begin && index < end ? MASKED : word));
    }
  }
  return rest;
}

function findPiece(letters: string, { ordinaryPieces }: Lexicon, pieces: readonly Piece[]): string | null {
  if (pieces.length === 0 || letters.length > PIECE_LETTERS_MAX) return null;
  if (ordinaryPieces.some((piece) => hasPiece(letters, piece))) return null;
  const found = pieces.find((piece) => hasPiece(letters, piece));
  return found ? found.join('…') : null;
}

/** A reply in a script without spaces that is still short: about fourteen words. */
const PIECE_LETTERS_MAX = 60;

function hasPiece(letters: string, [first = '', ...others]: Piece): boolean {
  for (let at = letters.indexOf(first); at >= 0; at = letters.indexOf(first, at + 1)) {
    if (followsNear(letters, at + first.length, others)) return true;
  }
  return false;
}

function followsNear(letters: string, from: number, others: Piece): boolean {
  let at = from;
  for (const piece of others) {
    const next = letters.indexOf(piece, at);
    if (next < 0 || next - at > PIECE_GAP_MAX) return false;
    at = next + piece.length;
  }
  return true;
}

const PIECE_GAP_MAX = 8;
