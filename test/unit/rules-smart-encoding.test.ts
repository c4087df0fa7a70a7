import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { isGsm7 } from '../../server/rules/gsm7.ts';
import { segment } from '../../server/rules/segments.ts';
import { toGsm7 } from '../../server/rules/smart-encoding.ts';

const typographic = '“Hi there” – it’s Ann’s order #1234… shipped — on its way, see you soon. “Thanks” ‘x’';

describe('typographic characters', () => {
  test('become those of a keyboard, each with where it was', () => {
    expect(toGsm7('“Hi”\u00a0– it’s…')).toEqual({
      text: '"Hi" - it\'s...',
      replacements: [
        { at: 0, from: '“', to: '"' },
        { at: 3, from: '”', to: '"' },
        { at: 4, from: '\u00a0', to: ' ' },
        { at: 5, from: '–', to: '-' },
        { at: 9, from: '’', to: "'" },
        { at: 11, from: '…', to: '...' },
      ],
    });
  });

  test('cost a second SMS when they are kept and none when they are replaced', () => {
    expect(segment(typographic)).toMatchObject({ encoding: 'UCS-2', segments: 2 });
    expect(segment(toGsm7(typographic)?.text ?? '')).toMatchObject({ encoding: 'GSM-7', segments: 1 });
  });

  test.each([
    ['a letter and its accent written apart', 'cafe\u0301', 'café'],
    ['a ligature', '\ufb01ne', 'fine'],
    ['signs', '™ © ® ½', 'TM (C) (R) 1/2'],
    ['a sign with an emoji selector', '©\ufe0f', '(C)'],
    ['spaces of every width', 'a\u2009b\u202fc\u3000d\te', 'a b c d e'],
    ['what has no width', 'a\u200bb\ufeffc\u00ad', 'abc'],
    ['line separators', 'a\u2028b', 'a\nb'],
    ['dashes and minus', '‐‑‒–—―−', '-------'],
    ['bullets', '• a', '* a'],
    ['a grave accent', '`x`', "'x'"],
  ])('%s', (_name, from, to) => {
    expect(toGsm7(from)?.text).toBe(to);
  });

  test('are left alone where something else keeps the text out of GSM-7', () => {
    for (const text of ['“😀”', '“Привет”', 'façade – no', '‘á’', 'क्‍ष – x']) expect(toGsm7(text)).toBeNull();
  });

  test('are all that changes: a text of GSM-7 stays as it is', () => {
    expect(toGsm7('Hi @ [€] \r\n èÇ')).toEqual({ text: 'Hi @ [€] \r\n èÇ', replacements: [] });
  });

  property.prop([
    fc.string({ unit: fc.constantFrom('a', '’', '“', '…', '€', 'e\u0301', '\u00a0', '\u200b', '\r\n'), maxLength: 80 }),
  ])('are named so that the replacements make the new text out of the old one', (text) => {
    const smart = toGsm7(text);
    expect(smart).not.toBeNull();
    expect(isGsm7(smart?.text ?? 'ж')).toBe(true);
    let rebuilt = '';
    let at = 0;
    for (const replacement of smart?.replacements ?? []) {
      expect(text.slice(replacement.at, replacement.at + replacement.from.length)).toBe(replacement.from);
      rebuilt += text.slice(at, replacement.at) + replacement.to;
      at = replacement.at + replacement.from.length;
    }
    expect(rebuilt + text.slice(at)).toBe(smart?.text);
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 100 })])('of any kind never make it fail', (text) => {
    const smart = toGsm7(text);
    expect(smart === null || isGsm7(smart.text)).toBe(true);
  });
});
