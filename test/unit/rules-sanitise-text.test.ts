import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { INBOUND_LENGTH_MAX, previewLine, sanitiseText } from '../../server/rules/sanitise-text.ts';

const clean = (text: string) => sanitiseText(text).text;

/** What people write, in many scripts, with everything invisible that those scripts and emoji need. */
const ORDINARY = [
  'Hi there! Your order #1234 has been shipped.',
  'line one\nline two\twith a tab',
  'Ça va ? Où est l’hôtel… “là-bas” — 5 €',
  'Grüße aus Köln, Straße 5, 20 °C',
  'Привет, как дела?',
  'Γειά σου Κόσμε',
  'שלום עולם, מה שלומך?',
  'שלום \u{200F}(ABC)\u{200E} עולם',
  'مرحبا كيف حالك؟ ١٢٣',
  'می\u{200C}خواهم بروم',
  'ه\u{200D} هجری',
  'سلام\u{200F}!',
  'नमस्ते, क्\u{200D}ष और क्\u{200C}ष',
  'ശ്രീ\u{200D} മലയാളം ന്\u{200D}',
  'বাংলা র\u{200D}্যাব',
  'ශ්\u{200D}රී ලංකා',
  'தமிழ் கற்றுக்கொள்',
  'สวัสดีครับ\u{200B}ภาษาไทย',
  'ស្រុក\u{200B}ខ្មែរ',
  'བོད་ཡིག',
  'မြန်မာ\u{200B}ဘာသာ',
  'မြန်မာ',
  '你好，世界。葛\u{E0100}城市',
  'こんにちは、ｶﾀｶﾅ、〰\u{FE0F}',
  '안녕하세요 세계',
  'Tiếng Việt có dấu',
  'ᠮᠣᠩᠭᠣᠯ\u{180B} ᠤᠯᠤᠰ',
  'Zażółć gęślą jaźń',
  'İstanbul ışık',
  '👍 👍🏽 😀 ❤\u{FE0F} ☎\u{FE0E} ©\u{FE0F}',
  '👨\u{200D}👩\u{200D}👧\u{200D}👦',
  '👩🏽\u{200D}🚀 🏳\u{FE0F}\u{200D}🌈 ❤\u{FE0F}\u{200D}🔥 🐻\u{200D}❄\u{FE0F}',
  '1\u{FE0F}\u{20E3} #\u{FE0F}\u{20E3}',
  '🇫🇷 🇯🇵',
  '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  '🏴\u{200D}☠\u{FE0F}',
  '\u{F8FF} a private character of a phone',
  'e\u{301}\u{323} composed of several',
];

describe('ordinary text', () => {
  test.each(ORDINARY)('is kept as it is: %s', (text) => {
    expect(sanitiseText(text)).toEqual({ text, isChanged: false, isCut: false });
  });

  property.prop([fc.array(fc.constantFrom(...ORDINARY), { maxLength: 6 })])('is kept in any mixture', (texts) => {
    const text = texts.join('\n');
    expect(clean(text)).toBe(text);
  });

  property.prop([fc.stringMatching(/^[\n\t -~À-ÿ€]*$/u)])('of Latin letters is kept', (text) => {
    expect(clean(text)).toBe(text);
  });
});

describe('R053: what cannot be seen', () => {
  test.each([
    ['NUL', 'a\u{0}b', 'ab'],
    ['an escape sequence of a terminal', '\u{1B}[31mred', '[31mred'],
    ['C1 controls', 'a\u{9B}b', 'ab'],
    ['CR LF', 'a\r\nb\rc', 'a\nb\nc'],
    ['form feed, vertical tab, NEL and separators', 'a\fb\vc\u{85}d\u{2028}e\u{2029}f', 'a\nb\nc\nd\ne\nf'],
    ['a right-to-left override', 'photo_\u{202E}gpj.exe', 'photo_gpj.exe'],
    ['embeddings and isolates', '\u{202A}a\u{202C}\u{2066}b\u{2067}c\u{2068}d\u{2069}', 'abcd'],
    ['direction marks where nothing is written from right to left', 'ST\u{200E}O\u{200F}P', 'STOP'],
    ['a second direction mark', 'שלום\u{200F}\u{200F}', 'שלום\u{200F}'],
    ['zero-width spaces between Latin letters', 'S\u{200B}T\u{200B}O\u{200B}P', 'STOP'],
    ['joiners between Latin letters', 'S\u{200D}T\u{200C}O\u{2060}P', 'STOP'],
    ['a byte order mark', '\u{FEFF}hello', 'hello'],
    ['soft hyphens', 'S\u{AD}TOP', 'STOP'],
    ['a run of joiners in Persian', 'می\u{200C}\u{200C}\u{200D}خ', 'می\u{200C}خ'],
    ['a joiner behind an emoji that joins nothing', '👍\u{200D} ok', '👍 ok'],
    ['a second variation selector', '❤\u{FE0F}\u{FE0F}\u{FE0E}', '❤\u{FE0F}'],
    ['data hidden in selectors', 'a\u{E0100}\u{E0101}\u{FE01}b', 'ab'],
    ['data hidden in tags', 'hi\u{E0068}\u{E0069}', 'hi'],
    ['tags of a flag that does not end', '🏴\u{E0067}\u{E0062}\u{E0065} x', '🏴 x'],
    ['Hangul fillers', 'a\u{3164}b\u{115F}c\u{FFA0}', 'abc'],
    ['annotations and deprecated characters', 'a\u{FFF9}b\u{FFFA}c\u{206A}', 'abc'],
    ['musical and shorthand controls', 'a\u{1D173}b\u{1BCA0}', 'ab'],
    ['noncharacters', 'a\u{FDD0}b\u{FFFF}c\u{1FFFE}', 'abc'],
    ['invisible characters that Unicode keeps in reserve', 'a\u{E0FFF}b\u{2065}', 'ab'],
  ])('goes: %s', (_, text, left) => {
    expect(clean(text)).toBe(left);
    expect(sanitiseText(text).isChanged).toBe(true);
  });

  test('a lone surrogate shows that something was there, and pairs stay', () => {
    expect(clean('a\u{D83D}b')).toBe('a\u{FFFD}b');
    expect(clean('a\u{DE00}')).toBe('a\u{FFFD}');
    expect(clean('a😀')).toBe('a😀');
  });

  test('a stack of marks loses its height and keeps its letter', () => {
    expect(clean(`a${'\u{301}'.repeat(100)}b`)).toBe(`a${'\u{301}'.repeat(10)}b`);
  });

  test('a code point that is not assigned yet stays, because next year it may be an emoji', () => {
    expect(clean('\u{1FAFF}')).toBe('\u{1FAFF}');
  });
});

/** Any code units at all, with what is looked at more often than chance would. */
const anything = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.integer({ min: 0x200b, max: 0x200f }).map((unit) => String.fromCharCode(unit)),
    fc.integer({ min: 0xfe00, max: 0xfe0f }).map((unit) => String.fromCharCode(unit)),
    fc.integer({ min: 0xe0000, max: 0xe01ef }).map((point) => String.fromCodePoint(point)),
    fc.constantFrom(
      '🏴',
      '👩',
      '🏽',
      '❤',
      '\u{34F}',
      '\u{61C}',
      '\u{1160}',
      '\u{180E}',
      'ش',
      'क',
      '葛',
      '\u{301}',
      'a',
      '\r',
    ),
  ),
  maxLength: 40,
});

describe('any text', () => {
  property.prop([anything], { numRuns: 1_000 })('is the same after a second time', (text) => {
    const once = clean(text);
    expect(clean(once)).toBe(once);
  });

  property.prop([anything], { numRuns: 1_000 })('ends without controls, overrides and broken pairs', (text) => {
    const once = clean(text);
    expect(once.isWellFormed()).toBe(true);
    expect(once).not.toMatch(/(?![\n\t])\p{Cc}|[\u{202A}-\u{202E}\u{2066}-\u{2069}]|\p{Noncharacter_Code_Point}/u);
    expect(once.length).toBeLessThanOrEqual(text.length);
  });
});

describe('R053: the length', () => {
  test('of the longest text that phones send is no reason to cut', () => {
    const text = 'x'.repeat(INBOUND_LENGTH_MAX);
    expect(sanitiseText(text)).toEqual({ text, isChanged: false, isCut: false });
    expect(sanitiseText(`${text}x`)).toEqual({ text, isChanged: false, isCut: true });
  });

  test('is cut between what shows as one character', () => {
    const family = '👨\u{200D}👩\u{200D}👧\u{200D}👦';
    expect(sanitiseText(`ab${family}`, 8)).toEqual({ text: 'ab', isChanged: false, isCut: true });
    expect(sanitiseText(`ab${family}`, 2 + family.length).text).toBe(`ab${family}`);
  });

  property.prop([anything, fc.integer({ min: 0, max: 30 })])('is never more than allowed', (text, max) => {
    const { text: cut } = sanitiseText(text, max);
    expect(cut.length).toBeLessThanOrEqual(max);
    expect(cut.isWellFormed()).toBe(true);
  });
});

describe('a preview line', () => {
  test('is one line without surplus spaces', () => {
    expect(previewLine('  Hello\n\nworld\t again ')).toBe('Hello world again');
  });

  test('ends with an ellipsis where it is cut, and never inside an emoji', () => {
    expect(previewLine('one two three four', 10)).toBe('one two t…');
    expect(previewLine('👨\u{200D}👩\u{200D}👧'.repeat(5), 12)).toBe('👨\u{200D}👩\u{200D}👧…');
  });

  test('is not escaped: the renderer knows for what', () => {
    expect(previewLine('<b>&amp;</b> *x*')).toBe('<b>&amp;</b> *x*');
  });

  property.prop([anything, fc.integer({ min: 2, max: 60 })])('fits and has no line break', (text, max) => {
    const line = previewLine(text, max);
    expect(line.length).toBeLessThanOrEqual(max);
    expect(line).not.toMatch(/[\n\t]/);
  });
});
