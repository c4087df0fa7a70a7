/**
 * The words of a text for comparing: in order, in lower case, full-width and styled letters as plain ones (NFKD), `é`
 * as `e`, `ß` as `ss`, `don’t` as `dont`, `2️⃣` as `2`. Pictographs are words of their own, without skin tone. Other
 * signs go. Marks outside the Latin, Greek and Cyrillic scripts stay, because there they tell words apart.
 */
export function wordsOf(text: string): readonly string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u{300}-\u{36F}'’ʼ´`]|\u{20E3}|\p{Variation_Selector}|\p{Emoji_Modifier}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ß', 'ss');
  return plain.match(/[\p{L}\p{M}\p{N}]+|\p{Extended_Pictographic}/gu) ?? [];
}

/** One form for all the ways to write the same words. */
export function folded(text: string): string {
  return wordsOf(text).join(' ');
}

/** Where the words of `phrase` stand in `words`, or -1; as whole words, so that `art` is not in `start`. */
export function indexOfPhrase(words: readonly string[], phrase: readonly string[]): number {
  if (phrase.length === 0) return -1;
  for (let start = 0; start + phrase.length <= words.length; start += 1) {
    if (phrase.every((word, index) => words[start + index] === word)) return start;
  }
  return -1;
}

/** Scripts that put no spaces between words (Unicode Standard Annex 14, line breaking class SA, and ideographs). */
export function isUnspaced(text: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(
    text,
  );
}
