import { fold, type Words } from './opt-out-normalise.ts';

/**
 * A sequence of words as the word lists write it:
 *
 * | form         | stands for                                                |
 * |--------------|-----------------------------------------------------------|
 * | `stop`       | the word                                                  |
 * | `отпис*`     | every word that begins so                                 |
 * | `(a|b c)`    | one of the words (of one word each)                       |
 * | `SMS`        | a class of the language: its words                        |
 * | `word?`      | may be missing; also behind a group or a class            |
 * | `..3`        | up to three words of any kind                             |
 * | `!(a|b)`     | the next word is none of these; `$` is the end            |
 * | `^`          | begin of the sentence, polite words may precede           |
 * | `$`          | end of the sentence, polite words may follow              |
 */
export interface Pattern {
  readonly source: string;
  readonly steps: readonly Step[];
}

type Step =
  | { readonly kind: 'word'; readonly test: WordTest; readonly isOptional: boolean }
  | { readonly kind: 'gap'; readonly max: number }
  | { readonly kind: 'not'; readonly test: WordTest }
  | { readonly kind: 'begin' | 'end' };

interface WordTest {
  readonly words: ReadonlySet<string>;
  readonly stems: readonly string[];
}

type IsPolite = (word: string) => boolean;

/** What stands where an everyday use of a word was found; no pattern matches it or reaches across it. */
export const MASKED = '\0';

export type Classes = Readonly<Record<string, string>>;

/** Reads a pattern; an unknown class is a fault of the word list. */
export function parsePattern(source: string, classes: Classes): Pattern {
  return { source, steps: source.split(' ').map((part) => parseStep(part, classes)) };
}

/** Patterns by a word that each of them needs, so that a text is compared with the few that may fit. */
export interface PatternIndex {
  readonly patterns: readonly Pattern[];
  readonly byWord: ReadonlyMap<string, readonly number[]>;
  /** By the first letters of the stem. */
  readonly byStem: ReadonlyMap<string, readonly { readonly stem: string; readonly at: number }[]>;
}

export function indexPatterns(patterns: readonly Pattern[]): PatternIndex {
  const byWord = new Map<string, number[]>();
  const byStem = new Map<string, { stem: string; at: number }[]>();
  for (const [at, pattern] of patterns.entries()) {
    const { words, stems } = rarest(pattern);
    for (const word of words) byWord.set(word, [...(byWord.get(word) ?? []), at]);
    for (const stem of stems) {
      const key = stem.slice(0, STEM_KEY);
      byStem.set(key, [...(byStem.get(key) ?? []), { stem, at }]);
    }
  }
  return { patterns, byWord, byStem };
}

const STEM_KEY = 2;

/** The word that must be there and has the fewest forms. A pattern without one is a fault of the word list. */
function rarest({ source, steps }: Pattern): WordTest {
  const needed = steps.flatMap((step) => (step.kind === 'word' && !step.isOptional ? [step.test] : []));
  const [first] = needed.toSorted((a, b) => a.words.size + a.stems.length - b.words.size - b.stems.length);
  if (!first) throw new Error(`The pattern needs no word: ${source}`);
  return first;
}

/** The patterns that may fit, in the order of the list. */
export function candidatesFor({ patterns, byWord, byStem }: PatternIndex, words: Words): readonly Pattern[] {
  const found = new Set<number>();
  for (const word of words) {
    for (const at of byWord.get(word) ?? []) found.add(at);
    for (const { stem, at } of byStem.get(word.slice(0, STEM_KEY)) ?? []) if (word.startsWith(stem)) found.add(at);
  }
  return [...found].toSorted((a, b) => a - b).flatMap((at) => patterns[at] ?? []);
}

/** Where a pattern fits, as `[begin, end)` of the words, or null. Steps times words at most. */
export function findPattern({ steps }: Pattern, words: Words, isPolite: IsPolite): readonly [number, number] | null {
  const ends = (from: readonly number[]) => steps.reduce((at, step) => advance(at, step, words, isPolite), from);
  const everywhere = words.map((_, index) => index);
  if (ends(everywhere).length === 0) return null;
  for (const begin of everywhere) {
    const [end] = ends([begin]);
    if (end !== undefined) return [begin, end];
  }
  return null;
}

/** From the positions reached so far to those after one more step. */
function advance(at: readonly number[], step: Step, words: Words, isPolite: IsPolite): readonly number[] {
  const after = new Set<number>();
  for (const position of at) {
    for (const next of stepFrom(position, step, words, isPolite)) after.add(next);
  }
  return [...after];
}

function stepFrom(at: number, step: Step, words: Words, isPolite: IsPolite): readonly number[] {
  const word = words[at];
  switch (step.kind) {
    case 'word': {
      const taken = word !== undefined && word !== MASKED && fits(step.test, word) ? [at + 1] : [];
      return step.isOptional ? [at, ...taken] : taken;
    }
    case 'gap':
      return gapFrom(at, step.max, words);
    case 'not':
      return fits(step.test, word ?? '$') ? [] : [at];
    case 'begin':
      return words.slice(0, at).every(isPolite) ? [at] : [];
    case 'end':
      return words.slice(at).every(isPolite) ? [at] : [];
  }
}

function gapFrom(at: number, max: number, words: Words): number[] {
  const reached = [at];
  for (let next = at; next < at + max && next < words.length && words[next] !== MASKED; next += 1)
    reached.push(next + 1);
  return reached;
}

function parseStep(part: string, classes: Classes): Step {
  if (part === '^') return { kind: 'begin' };
  if (part === '$') return { kind: 'end' };
  if (part.startsWith('..')) return { kind: 'gap', max: Number(part.slice(2)) };
  if (part.startsWith('!')) return { kind: 'not', test: wordTest(part.slice(1), classes) };
  const isOptional = part.endsWith('?');
  return { kind: 'word', isOptional, test: wordTest(isOptional ? part.slice(0, -1) : part, classes) };
}

function wordTest(part: string, classes: Classes): WordTest {
  if (part.startsWith('(') !== part.endsWith(')')) throw new Error(`The pattern has a group of several words: ${part}`);
  const alternatives = part
    .replace(/^\(|\)$/g, '')
    .split('|')
    .flatMap((one) => wordsOfClass(one, classes));
  const words = new Set(alternatives.filter((one) => !one.endsWith('*')));
  const stems = alternatives.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1));
  return { words, stems };
}

const fits = ({ words, stems }: WordTest, word: string) =>
  words.has(word) || stems.some((stem) => word.startsWith(stem));

function wordsOfClass(name: string, classes: Classes): string[] {
  if (!/^[A-Z]+$/.test(name)) return [fold(name)];
  const words = classes[name];
  if (words === undefined) throw new Error(`The word list has no class ${name}.`);
  return words.split(' ').flatMap((one) => wordsOfClass(one, classes));
}
