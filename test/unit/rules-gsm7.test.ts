import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { decodeGsm7, encodeGsm7, gsm7Length, isGsm7 } from '../../server/rules/gsm7.ts';

// TS 23.038 table 6.2.1 written column by column as in the specification, so that a slip in the rows of the code shows.
const columns = [
  '@Δ 0¡P¿p',
  '£_!1AQaq',
  '$Φ"2BRbr',
  '¥Γ#3CScs',
  'èΛ¤4DTdt',
  'éΩ%5EUeu',
  'ùΠ&6FVfv',
  "ìΨ'7GWgw",
  'òΣ(8HXhx',
  'ÇΘ)9IYiy',
  '\nΞ*:JZjz',
  'Ø\u001b+;KÄkä',
  'øÆ,<LÖlö',
  '\ræ-=MÑmñ',
  'Åß.>NÜnü',
  'åÉ/?O§oà',
];
const basic = columns.flatMap((column, low) =>
  Array.from(column, (character, high) => ({ character, septet: high * 16 + low })),
);
const extension: [string, number][] = [
  ['\f', 0x0a],
  ['^', 0x14],
  ['{', 0x28],
  ['}', 0x29],
  ['\\', 0x2f],
  ['[', 0x3c],
  ['~', 0x3d],
  [']', 0x3e],
  ['|', 0x40],
  ['€', 0x65],
];
const alphabet = [
  ...basic.filter(({ septet }) => septet !== 0x1b).map(({ character }) => character),
  ...extension.map(([character]) => character),
];
const gsmText = fc.array(fc.constantFrom(...alphabet), { maxLength: 200 }).map((characters) => characters.join(''));

describe('GSM 7-bit alphabet', () => {
  test('every one of the 127 characters of the default alphabet is its own septet, and reads back', () => {
    expect(basic).toHaveLength(128);
    for (const { character, septet } of basic.filter((entry) => entry.septet !== 0x1b)) {
      expect([...encodeGsm7(character)], character).toEqual([septet]);
      expect(decodeGsm7(Uint8Array.of(septet))).toBe(character);
    }
  });

  test('every character of the extension table is the escape and its code, counts 2, and reads back', () => {
    for (const [character, code] of extension) {
      expect([...encodeGsm7(character)], character).toEqual([0x1b, code]);
      expect(gsm7Length(character)).toBe(2);
      expect(decodeGsm7(Uint8Array.of(0x1b, code))).toBe(character);
    }
  });

  property.prop([gsmText])('a text of the alphabet survives encoding and decoding, at the length foretold', (text) => {
    expect(isGsm7(text)).toBe(true);
    const octets = encodeGsm7(text);
    expect(octets).toHaveLength(gsm7Length(text));
    expect(octets.every((octet) => octet <= 0x7f)).toBe(true);
    expect(decodeGsm7(octets)).toBe(text);
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 60 })])(
    'a text is of the alphabet exactly when every character of it is',
    (text) => {
      expect(isGsm7(text)).toBe(Array.from(text).every((character) => alphabet.includes(character)));
    },
  );

  test.each(['ç', '’', '“', '–', 'Привет', '😀', 'e\u0301', '\u001b', '\0', '\t', '`', '\ud83d'])(
    'a character outside is refused, never replaced: %j',
    (text) => {
      expect(isGsm7(text)).toBe(false);
      expect(() => encodeGsm7(`ok ${text}`)).toThrow(RangeError);
      expect(() => gsm7Length(text)).toThrow(RangeError);
    },
  );

  property.prop([fc.uint8Array({ maxLength: 200 })])('decoding takes any octets without throwing', (octets) => {
    expect(decodeGsm7(octets).length).toBeLessThanOrEqual(octets.length);
  });

  test('what the specification leaves open shows something readable', () => {
    expect(decodeGsm7(Uint8Array.of(0x41, 0x1b))).toBe('A ');
    expect(decodeGsm7(Uint8Array.of(0x1b, 0x1b, 0x41))).toBe(' A');
    expect(decodeGsm7(Uint8Array.of(0x1b, 0x41))).toBe('A');
    expect(decodeGsm7(Uint8Array.of(0x80, 0x1b, 0xff))).toBe('\uFFFD\uFFFD');
  });
});
