import type { Found } from './lint-codes.ts';
import { withoutLinks } from './links.ts';
import { reservedPrompts } from './prompts.ts';
import { type ReservedWord, reservedWord } from './reserved-words.ts';

/** Prompts for words that mean something else already, in the text and among the words that are waited for. */
export function promptFindings(text: string, expectedWords: readonly string[]): Found[] {
  const prompts = reservedPrompts(text).filter(({ isProper }) => !isProper);
  const expected = expectedWords.flatMap((word) => reservedWord(word) ?? []);
  return [
    ...prompts.map(({ reserved, at }) => ({ ...aboutWord(reserved), at })),
    ...expected
      .filter(({ word }) => !prompts.some(({ reserved }) => reserved.word === word))
      .map((reserved) => aboutWord(reserved)),
  ];
}

function aboutWord({ word, use, isEveryday }: ReservedWord): Found {
  const shown = word.toUpperCase();
  if (use !== 'opt_out') return { code: 'RESERVED_WORD', suggestion: `Ask for another word than ${shown}.` };
  const message = `Whoever answers ${shown} is opted out of all texts, whatever the text says it is for.`;
  return { code: 'RESERVED_OPT_OUT_WORD', message, suggestion: isEveryday ? 'C, NO or CHANGE' : 'NO or DONE' };
}

/** `Only STOP works`, `the only way to unsubscribe is …`. */
export function exclusiveFindings(text: string): Found[] {
  return EXCLUSIVE.flatMap((pattern) => {
    const match = pattern.exec(text);
    const at = match ? ([match.index, match.index + match[0].length] as const) : null;
    return at ? [{ code: 'EXCLUSIVE_OPT_OUT', at, suggestion: 'Reply STOP to opt out' } as const] : [];
  }).slice(0, 1);
}

/** In the seven languages of the opt-out texts. Each gap is bounded, so that no text takes long. */
const EXCLUSIVE: readonly RegExp[] = [
  /\bonly (?:the word )?["'“]?stop["'”]? (?:works|will work|is accepted|counts|opts)/iu,
  /\b(?:the )?only way to (?:opt[ -]?out|unsubscribe|stop (?:these|our|receiving|texts|messages))/iu,
  /\b(?:can|may|must) only (?:opt[ -]?out|unsubscribe|cancel texts)\b/iu,
  /\b(?:opt[ -]?out|unsubscribe) (?:is )?(?:only|exclusively) (?:possible )?(?:by|via|with|through)\b/iu,
  /\bseul (?:le mot )?["'«]? ?stop\b|\bseul moyen de se (?:désabonner|désinscrire)|\buniquement (?:en répondant|par) stop\b/iu,
  /(?<!\p{L})(?:[úu]nica forma|[úu]nica manera|[úu]nico modo) de (?:darse de baja|cancelar)|\bs[oó]lo (?:respondiendo|con) (?:stop|baja)\b/iu,
  /\bnur (?:mit|durch|per|über) ["'„]?stopp?\b|\babmeldung (?:ist )?(?:nur|ausschließlich)\b|\beinzige (?:weg|möglichkeit)[^.]{0,30}abmeld/iu,
  /(?<!\p{L})[úu]nica forma de (?:sair|cancelar)|\b(?:somente|apenas|s[óo]) respondendo (?:stop|sair)\b/iu,
  /\bunico modo per (?:disiscriver|annullare)|\bsolo rispondendo stop\b/iu,
  /\balleen (?:door|met|via) ["'„]?stop\b|\benige manier om[^.]{0,20}(?:af te melden|uit te schrijven)/iu,
];

/** Capitals and exclamation marks. */
export function toneFindings(text: string, organisation: string | null): Found[] {
  const marks = /[!！]{2,}/u.exec(text) ?? (text.match(/[!！]/gu)?.length ?? 0) >= EXCLAMATIONS_MANY;
  const found: Found[] = isShouted(text, organisation) ? [{ code: 'SHOUTING', suggestion: 'Write in sentences.' }] : [];
  if (marks === false) return found;
  const place = marks === true ? {} : { at: [marks.index, marks.index + marks[0].length] as const };
  return [...found, { code: 'EXCLAMATION_MARKS', ...place, suggestion: 'One is enough.' }];
}

const EXCLAMATIONS_MANY = 3;

/** Fewer letters are an abbreviation, a code or one word to answer with. */
const LETTERS_MIN = 20;
const CAPITALS_SHARE_MAX = 0.6;

function isShouted(text: string, organisation: string | null): boolean {
  const named = organisation === null ? text : text.replaceAll(organisation, ' ');
  const words = withoutLinks(named)
    .split(/[^\p{L}]+/u)
    // Words to answer with are written so.
    .filter((word) => reservedWord(word) === null);
  const letters = Array.from(words.join('')).filter((letter) => /\p{Lu}|\p{Ll}/u.test(letter));
  const capitals = letters.filter((letter) => /\p{Lu}/u.test(letter));
  return letters.length >= LETTERS_MIN && capitals.length / letters.length > CAPITALS_SHARE_MAX;
}
