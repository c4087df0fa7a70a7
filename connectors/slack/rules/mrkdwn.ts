/**
 * What stands between the signs of a style begins and ends with no space, and is on one line. A link or a name in angle
 * brackets is one piece: no style begins or ends in it.
 */
const WORDS = String.raw`(?![\s.,;!?)\]}…])((?:<[^<>\n]*>|(?!\2)[^\n<])+)(?<!\s)`;
/** A style begins and ends between words: 2*3*4, snake_case and ~5 have none. */
const BEFORE = String.raw`(?<=^|[\s"'“”‘’«([{.,;:!?…*_~])`;
const AFTER = String.raw`(?=$|[\s"'“”‘’»)\]}.,;:!?…*_~])`;
const STYLED = new RegExp(
  String.raw`\x60\x60\x60\n?([^\x60]+?)\n?\x60\x60\x60|${BEFORE}(\*\*?|~~?|_|\x60)(?<!\2\2)(?!\2)${WORDS}\2(?!\2)${AFTER}`,
  'gu',
);

/**
 * Slack's markup for styles (docs.slack.dev, "Formatting text"), taken off where no rich text says which words have them:
 * a phone would show its signs. `isStruck`: something is struck through.
 */
export function withoutStyles(source: string): { readonly text: string; readonly isStruck: boolean } {
  let isStruck = false;
  const text = source.replace(STYLED, (whole: string, block?: string, sign?: string, words?: string) => {
    if (block !== undefined) return block;
    // A face, as *_* is.
    if (sign === undefined || words === undefined || !/[\p{L}\p{N}<:]/u.test(words)) return whole;
    if (sign === '`') return words;
    const inner = withoutStyles(words);
    isStruck ||= sign.startsWith('~') || inner.isStruck;
    return inner.text;
  });
  return { text, isStruck };
}
