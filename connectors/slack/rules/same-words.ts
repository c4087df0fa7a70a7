/**
 * Whether Slack shows this text as that one: it may write an emoji as `:name:`, escape signs or not, and put addresses
 * in angle brackets.
 */
export const sameWords = (one: string, other: string): boolean => bare(one) === bare(other);

const bare = (text: string) =>
  text
    .normalize('NFC')
    .replace(/&(?:lt|gt|amp);|[<>&|]/g, '')
    .replace(
      /:[a-z0-9_+'-]{1,100}:|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\p{Cf}\ufe0f\u20e3]/gu,
      '',
    )
    .replace(/\s+/gu, '');
