/** Where marks and remarks are looked for: at the beginnings of lines, whatever decorates them. */

/** Letters in a box or a circle are signs: NFKC makes letters of them, as of ℹ️ and Ⓜ️. */
const LETTER_SIGNS = /(?=\p{Extended_Pictographic})[\u2100-\u33ff\u{1f100}-\u{1f2ff}]/gu;

/**
 * A text in the form in which it is judged, never in the one in which it is sent: full-width signs become ordinary ones,
 * and what cannot be seen, or makes words bold, is left out.
 */
export const readable = (text: string) =>
  text
    .replace(LETTER_SIGNS, '•')
    .normalize('NFKC')
    .replace(/[\p{Cf}*_~`]/gu, '')
    .replaceAll('’', "'");

/** Of a readable text. */
export const linesOf = (text: string) => text.split(/[\n\v\f\r\u0085\u2028\u2029]/u);

/**
 * One piece of what may stand in front of the words of a line: signs, emoji (also 1️⃣, and those that only a workspace has),
 * and what counts the items of a list (`1.`, `a)`, `iv.`). Not ^, so that ^^;; stays a face. Each text can be taken apart in
 * one way alone, so it takes no longer than the text.
 */
const LEAD = String.raw`(?:[^\p{L}\p{N}^]|\p{N}\p{M}|:[0-9+'-]*[a-z][a-z0-9+'-]*:|(?:\p{N}{1,3}|\p{L}|[ivx]{2,4})[.)\]](?![\p{L}\p{N}]))`;

/** What stands at the beginning of a line, with whatever in front of it. */
export const atStart = (pattern: string) => new RegExp(`^${LEAD}*?${pattern}`, 'iu');

const LEADS = new RegExp(`^${LEAD}+`, 'iu');

export const withoutLead = (line: string) => line.replace(LEADS, '');
