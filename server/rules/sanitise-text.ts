export interface SanitisedText {
  readonly text: string;
  /** Something inside was dropped or replaced. */
  readonly isChanged: boolean;
  /** The end was cut off. */
  readonly isCut: boolean;
}

/** 255 parts of 153 characters are the longest text that a phone can send (3GPP TS 23.040, 9.2.3.24.1). */
export const INBOUND_LENGTH_MAX = 39_015;

/**
 * A text from a phone without what cannot be seen and can deceive, before it is stored or routed: control characters
 * (line feed and tab stay, every other line break becomes a line feed), bidirectional embeddings, overrides and
 * isolates, zero-width characters outside the scripts and emoji that need them, tags outside flags, noncharacters,
 * stacks of marks; a lone surrogate becomes U+FFFD. Everything that people write stays as it is, in every language:
 * nothing is normalised. Unassigned code points stay too, since today's are next year's emoji, unless Unicode has
 * set them aside as invisible.
 *
 * Nothing is escaped for HTML, Slack or a CSV file: only the one who renders knows for what.
 */
export function sanitiseText(text: string, lengthMax = INBOUND_LENGTH_MAX): SanitisedText {
  const whole = text.length <= lengthMax ? text : cutAt(text, lengthMax);
  const clean = ORDINARY.test(whole) ? whole : keepJoinersThatJoin(withoutInvisible(whole));
  return { text: clean, isChanged: clean !== whole, isCut: whole.length < text.length };
}

/** A text in one line of at most `lengthMax` UTF-16 code units, for lists and notifications. Not escaped either. */
export function previewLine(text: string, lengthMax = 80): string {
  // A character can take several code units more than it shows, so the head is longer than the line.
  const line = sanitiseText(text, lengthMax * 20)
    .text.replace(/\s+/gu, ' ')
    .trim();
  const isWhole = line.length <= lengthMax && text.length <= lengthMax * 20;
  return isWhole ? line : `${cutAt(line, lengthMax - 1).trimEnd()}…`;
}

/** ASCII that can be seen, line feed, tab, Latin letters: most texts need no second look. */
const ORDINARY = /^[\n\t\u{20}-\u{7E}\u{A1}-\u{AC}\u{AE}-\u{2FF}]*$/u;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The beginning of a text, never cut inside of what shows as one character unless that alone is too long. */
function cutAt(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const from = Math.max(0, lengthMax - LONGEST_CHARACTER);
  let end = 0;
  for (const { index } of graphemes.segment(text.slice(from, lengthMax + LONGEST_CHARACTER))) {
    if (from + index <= lengthMax) end = from + index;
  }
  const isInPair = /[\uD800-\uDBFF]/.test(text[lengthMax - 1] ?? '') && /[\uDC00-\uDFFF]/.test(text[lengthMax] ?? '');
  return text.slice(0, end > from || lengthMax === 0 ? end : lengthMax - (isInPair ? 1 : 0));
}

/** A family of four with skin tones is 19 code units, a flag of a region 14. */
const LONGEST_CHARACTER = 64;

function withoutInvisible(text: string): string {
  return text
    .replace(LINE_BREAK, '\n')
    .replace(LONE_SURROGATE, '\u{FFFD}')
    .replace(TAGS, (tags) => (FLAG.test(tags) ? tags : tags.replace(TAG, '')))
    .replace(NEVER_SEEN, '')
    .replace(STACK_OF_MARKS, '$1');
}

/** CR LF, CR, vertical tab, form feed, NEL, line and paragraph separator. */
const LINE_BREAK = /\r\n?|[\v\f\u{85}\u{2028}\u{2029}]/gu;

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Emoji tag sequences spell the flags of England, Scotland, Texas …: a black flag, tags, a cancel tag (UTS 51, ED-14a). */
const TAGS = /\u{1F3F4}?[\u{E0020}-\u{E007F}]+/gu;
const FLAG = /^\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F}$/u;
const TAG = /[\u{E0020}-\u{E007F}]/gu;

/**
 * Controls; embeddings, overrides and isolates (UAX 9, 2.1-2.4); deprecated format characters; annotations; what
 * Unicode sets aside as invisible and what is no character at all (Unicode 23.7). Not here: what joins or orders
 * letters, which keepJoinersThatJoin looks at, and tags, which only flags still have.
 */
const NEVER_SEEN =
  /(?![\n\t])\p{Cc}|[\u{AD}\u{2060}-\u{206F}\u{202A}-\u{202E}\u{FFF0}-\u{FFFB}\u{FEFF}\u{3164}\u{FFA0}\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E001F}\u{E0080}-\u{E00FF}\u{E01F0}-\u{E0FFF}]|\p{Noncharacter_Code_Point}/gu;

/** The longest stacks of real languages have about six; a hundred climb over the lines of others. Invisible ones count. */
const STACK_OF_MARKS = /([\p{Mn}\p{Me}\p{Cf}\u{115F}\u{1160}]{10})[\p{Mn}\p{Me}\p{Cf}\u{115F}\u{1160}]+/gu;

function keepJoinersThatJoin(text: string): string {
  if (!INVISIBLE.test(text)) return text;
  const characters = Array.from(text);
  const isRightToLeft = RIGHT_TO_LEFT.test(text);
  const kept: string[] = [];
  for (const [index, character] of characters.entries()) {
    if (!INVISIBLE.test(character)) kept.push(character);
    else if (isNeeded(character, kept.at(-1) ?? '', characters[index + 1] ?? '', isRightToLeft)) kept.push(character);
  }
  return kept.join('');
}

/** Combining grapheme joiner, direction marks, Hangul and Mongolian fillers, zero-width characters, variation selectors. */
const INVISIBLE = /[\u{34F}\u{61C}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180E}\u{200B}-\u{200F}]|\p{Variation_Selector}/u;

const RIGHT_TO_LEFT =
  /[\p{L}&&[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]]/v;

/** Scripts whose letters change shape at a joiner or non-joiner (Unicode 23.2): Arabic and its kin, and those of India. */
const SHAPED =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Adlam}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Balinese}\p{Script=Javanese}]/u;

/** Written without spaces, so that a zero-width space shows where a line may break. */
const UNSPACED =
  /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Han}\p{Script=Javanese}]/u;

const EMOJI_BEFORE_JOINER = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{FE0F}]/u;

/** Whether an invisible character does its work here: `before` is the last one kept, `after` the next one. */
function isNeeded(character: string, before: string, after: string, isRightToLeft: boolean): boolean {
  switch (character) {
    case '\u{200D}':
      return (EMOJI_BEFORE_JOINER.test(before) && /\p{Extended_Pictographic}/u.test(after)) || joins(before, after);
    case '\u{200C}':
      return joins(before, after);
    case '\u{200B}':
      return UNSPACED.test(before) && UNSPACED.test(after);
    case '\u{200E}':
    case '\u{200F}':
    case '\u{61C}':
      return isRightToLeft && !INVISIBLE.test(before);
    case '\u{34F}':
      return [before, after].every((mark) => /\p{M}/u.test(mark) && !INVISIBLE.test(mark));
    default:
      return isVariation(character) ? selects(character, before) : fills(character, before, after);
  }
}

/** Beside a letter that it shapes, once: the second of a run is there to hide something. */
const joins = (before: string, after: string) =>
  !INVISIBLE.test(before) && (SHAPED.test(before) || (SHAPED.test(after) && !INVISIBLE.test(after)));

const isVariation = (character: string) => /\p{Variation_Selector}/u.test(character);

/** One selector behind a character that it can change; runs of them carry hidden data. */
function selects(selector: string, before: string): boolean {
  if (INVISIBLE.test(before) || before === '') return false;
  if (/[\u{E0100}-\u{E01EF}]/u.test(selector)) return /\p{Script=Han}/u.test(before);
  if (/[\u{180B}-\u{180F}]/u.test(selector)) return /\p{Script=Mongolian}/u.test(before);
  return selector === '\u{FE0E}' || selector === '\u{FE0F}'
    ? /\p{Emoji}|[\u{2000}-\u{2BFF}\u{3000}-\u{32FF}]/u.test(before)
    : /[\p{Script=Han}\p{Script=Myanmar}\p{Script=Phags_Pa}\p{Sm}\p{Nd}\p{P}]/u.test(before);
}

const fills = (filler: string, before: string, after: string) => {
  const script =
    filler < '\u{1200}' ? /\p{Script=Hangul}/u : filler < '\u{1800}' ? /\p{Script=Khmer}/u : /\p{Script=Mongolian}/u;
  return !INVISIBLE.test(before) && (script.test(before) || (script.test(after) && !INVISIBLE.test(after)));
};
