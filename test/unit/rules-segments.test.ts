import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { gsm7Length, isGsm7 } from '../../server/rules/gsm7.ts';
import { segment } from '../../server/rules/segments.ts';

const seed = 'Hi there! Your order #1234 has been shipped and is on its way.';
const family = '👨‍👩‍👧‍👦';

/**
 * An independent count: walks back from the furthest a part could reach to the last place where nothing is torn,
 * instead of filling part by part.
 */
function countByBackingUp(text: string): number {
  const gsm = /^[\n\r\f -Z^_a-~[\]\\¡£-¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ€]*$/.test(text) && !text.includes('`');
  const cost = (unit: string) => (gsm && '^{}[]~|\\€\f'.includes(unit) ? 2 : 1);
  const costs = text.split('').map(cost);
  const total = costs.reduce((sum, one) => sum + one, 0);
  if (total <= (gsm ? 160 : 70)) return 1;
  const capacity = gsm ? 153 : 67;
  const clusters = Array.from(new Intl.Segmenter('en').segment(text), ({ index }) => index);
  const lineBreaks = Array.from(text.matchAll(/\r\n/g), ({ index }) => index + 1);
  const allowed = new Set(gsm ? text.split('').map((_, index) => index) : [...clusters, ...lineBreaks]);
  let parts = 0;
  let from = 0;
  while (from < text.length) {
    let end = from;
    let used = 0;
    while (end < text.length && used + (costs[end] ?? 0) <= capacity) used += costs[end++] ?? 0;
    if (end < text.length) {
      const furthest = end;
      while (end > from && !allowed.has(end)) end -= 1;
      if (end === from) end = /[\udc00-\udfff]/.test(text[furthest] ?? '') ? furthest - 1 : furthest;
    }
    from = end;
    parts += 1;
  }
  return parts;
}

describe('R079: cutting a text into segments', () => {
  test.each([
    ['160 letters', 'a'.repeat(160), 'GSM-7', 1],
    ['161 letters', 'a'.repeat(161), 'GSM-7', 2],
    ['306 letters', 'a'.repeat(306), 'GSM-7', 2],
    ['307 letters', 'a'.repeat(307), 'GSM-7', 3],
    ['1530 letters', 'a'.repeat(1530), 'GSM-7', 10],
    ['1531 letters', 'a'.repeat(1531), 'GSM-7', 11],
    ['70 units of emoji', '😀'.repeat(35), 'UCS-2', 1],
    ['72 units of emoji', '😀'.repeat(36), 'UCS-2', 2],
    ['160 accented letters of the alphabet', 'é'.repeat(160), 'GSM-7', 1],
    ['80 euro signs', '€'.repeat(80), 'GSM-7', 1],
    ['81 euro signs', '€'.repeat(81), 'GSM-7', 2],
    ['brackets count 1 once an emoji is there', `this is a ${']'.repeat(74)}😘`, 'UCS-2', 2],
    ['the sentence of the first example', seed, 'GSM-7', 1],
    ['nothing', '', 'GSM-7', 1],
    ['one Cyrillic letter among 70', `${'a'.repeat(69)}ж`, 'UCS-2', 1],
    ['one Cyrillic letter among 71', `${'a'.repeat(70)}ж`, 'UCS-2', 2],
    ['134 units', 'ж'.repeat(134), 'UCS-2', 2],
    ['135 units', 'ж'.repeat(135), 'UCS-2', 3],
  ])('%s', (_, text, encoding, count) => {
    const result = segment(text);
    expect(result.encoding).toBe(encoding);
    expect(result.parts).toHaveLength(count);
    expect(result.parts.join('')).toBe(text);
  });

  test('characters are septets or code units, and remaining is the room in the last part', () => {
    expect(segment(seed)).toMatchObject({ characters: 62, remaining: 98 });
    expect(segment('1€')).toMatchObject({ characters: 3, remaining: 157 });
    expect(segment('ж')).toMatchObject({ characters: 1, remaining: 69 });
    expect(segment('a'.repeat(161))).toMatchObject({ characters: 161, remaining: 145 });
    expect(segment('😀'.repeat(36))).toMatchObject({ characters: 72, remaining: 61 });
  });

  test('an extension character that would start at septet 153 moves to the next part whole', () => {
    const { parts } = segment(`${'a'.repeat(152)}€${'b'.repeat(20)}`);
    expect(parts.map((part) => part.length)).toEqual([152, 21]);
    expect(parts[1]?.startsWith('€')).toBe(true);
  });

  test('a surrogate pair on the border moves to the next part whole', () => {
    const { parts } = segment(`${'ж'.repeat(66)}😀${'ж'.repeat(10)}`);
    expect(parts.map((part) => part.length)).toEqual([66, 12]);
  });

  test.each([
    ['a family joined from four people', family],
    ['a letter with two accents', 'a\u0323\u0302'],
    ['a flag', '🇩🇪'],
    ['a thumb with a skin tone', '👍🏽'],
    ['a Hindi syllable', 'नि'],
  ])('%s stays in one part at every border', (_, cluster) => {
    for (let before = 50; before <= 75; before += 1) {
      const { parts } = segment(`${'ж'.repeat(before)}${cluster}${'ж'.repeat(40)}`);
      expect(parts.filter((part) => part.includes(cluster))).toHaveLength(1);
    }
  });

  test('what looks like one character but is longer than a part is cut between code points', () => {
    const zalgo = `e${'\u0301'.repeat(300)}`;
    const result = segment(zalgo);
    expect(result.parts.join('')).toBe(zalgo);
    expect(result.parts).toHaveLength(Math.ceil(301 / 67));
    const people = segment(`👩${'\u200d👩'.repeat(60)}`);
    for (const part of people.parts) expect(part.isWellFormed()).toBe(true);
  });

  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '€', '[', 'é', '\n', ' '), maxLength: 700 }),
    fc.string({ unit: fc.constantFrom('a', '€', '😀', 'ж', family, 'e\u0301', '🇩🇪', '👍🏽'), maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
  );

  property.prop([texts])('the parts are the text, each fits, and no pair is torn', (text) => {
    const { encoding, parts, characters, remaining } = segment(text);
    expect(parts.join('')).toBe(text);
    const size = (part: string) => (encoding === 'GSM-7' ? gsm7Length(part) : part.length);
    const capacity = encoding === 'GSM-7' ? [160, 153] : [70, 67];
    const perPart = capacity[parts.length === 1 ? 0 : 1] ?? 0;
    for (const part of parts) {
      expect(size(part)).toBeLessThanOrEqual(perPart);
      expect(part.isWellFormed()).toBe(true);
    }
    expect(characters).toBe(size(text));
    expect(remaining).toBe(perPart - size(parts.at(-1) ?? ''));
    expect(encoding === 'GSM-7').toBe(isGsm7(text));
  });

  property.prop([texts])('the count agrees with an independent one', (text) => {
    expect(segment(text).parts.length).toBe(countByBackingUp(text));
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 300 })])('any string is cut without loss', (text) => {
    expect(segment(text).parts.join('')).toBe(text);
  });

  test('half a surrogate pair is no reason to fail', () => {
    expect(segment('\ud83d'.repeat(200)).parts.join('')).toBe('\ud83d'.repeat(200));
  });
});
