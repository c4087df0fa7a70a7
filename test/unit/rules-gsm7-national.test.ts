import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DEFAULT_TABLES, decodeGsm7, encodeGsm7, gsm7Length, isGsm7 } from '../../server/rules/gsm7.ts';
import { LOCKING_SHIFT } from '../../server/rules/gsm7-locking.ts';
import { SINGLE_SHIFT } from '../../server/rules/gsm7-single-shift.ts';

const TURKISH = 1;
const SPANISH = 2;
const PORTUGUESE = 3;
const HINDI = 6;
const URDU = 13;
const locking = (language: number) => ({ locking: language, single: 0 });
const single = (language: number) => ({ locking: 0, single: language });
const both = (language: number) => ({ locking: language, single: language });

/** Where Unicode has the letters of each Indian language, which its tables follow. */
const BLOCKS = [
  [4, 'Bengali', 0x0980],
  [5, 'Gujarati', 0x0a80],
  [6, 'Hindi', 0x0900],
  [7, 'Kannada', 0x0c80],
  [8, 'Malayalam', 0x0d00],
  [9, 'Oriya', 0x0b00],
  [10, 'Punjabi', 0x0a00],
  [11, 'Tamil', 0x0b80],
  [12, 'Telugu', 0x0c00],
] as const;

const charactersOf = (language: number) => Array.from((LOCKING_SHIFT.get(language) ?? []).join(''));
const runsOf = (language: number) => SINGLE_SHIFT.get(language) ?? [];

describe('the locking shift tables', () => {
  test('are those of all languages but Spanish, with 128 places each and the escape in its own', () => {
    expect([...LOCKING_SHIFT.keys()]).toEqual([1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    for (const language of LOCKING_SHIFT.keys()) {
      expect(charactersOf(language), String(language)).toHaveLength(128);
      expect(charactersOf(language).indexOf('\u001b')).toBe(0x1b);
      expect(charactersOf(language)[0x0a]).toBe('\n');
      expect(charactersOf(language)[0x0d]).toBe('\r');
      expect(charactersOf(language)[0x20]).toBe(' ');
    }
  });

  test('have no character twice', () => {
    for (const language of LOCKING_SHIFT.keys()) {
      const characters = charactersOf(language).filter((character) => character !== '·');
      expect(new Set(characters).size, String(language)).toBe(characters.length);
    }
  });

  test.each(BLOCKS)('%i (%s) has the letters of its block in the order of Unicode', (language, _name, block) => {
    const letters = charactersOf(language)
      .map((character) => character.charCodeAt(0))
      .filter((code) => code > 0xff);
    expect(letters.length).toBeGreaterThan(45);
    expect(letters).toEqual(letters.toSorted((a, b) => a - b));
    for (const code of letters) expect(code - block, code.toString(16)).toBeGreaterThan(0);
    for (const code of letters) expect(code - block, code.toString(16)).toBeLessThan(0x80);
  });

  test.each(BLOCKS)('%i (%s) has digits at 0x30 and small Latin letters at 0x61', (language) => {
    expect(charactersOf(language).slice(0x30, 0x3c).join('')).toBe('0123456789:;');
    expect(charactersOf(language).slice(0x61, 0x7b).join('')).toBe('abcdefghijklmnopqrstuvwxyz');
  });
});

describe('the single shift tables', () => {
  test('are those of all thirteen languages, with room for every run', () => {
    expect([...SINGLE_SHIFT.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    for (const language of SINGLE_SHIFT.keys()) {
      const codes = runsOf(language).flatMap(([first, text]) => Array.from(text, (_, index) => first + index));
      expect(new Set(codes).size, String(language)).toBe(codes.length);
      expect(codes).not.toContain(0x1b);
      expect(Math.max(...codes)).toBeLessThan(128);
    }
  });

  test.each(BLOCKS)(
    '%i (%s) has the ten digits of its script in order, around the escape',
    (language, _name, block) => {
      const digits = String.fromCharCode(...Array.from({ length: 10 }, (_, digit) => block + 0x66 + digit));
      const septets = [...encodeGsm7(digits, single(language))].filter((septet) => septet !== 0x1b);
      expect(septets).toHaveLength(10);
      expect(septets).toEqual(septets.toSorted((a, b) => a - b));
    },
  );
});

describe('a text with national tables', () => {
  test.each([
    ['Turkish words behind the escape', single(TURKISH), 'Şıöğ', '1b531b697c1b67'],
    ['Turkish words without it', locking(TURKISH), 'Şıöğ', '1c077c0c'],
    ['Spanish', single(SPANISH), 'niñaó', '6e697d611b6f'],
    ['Portuguese', both(PORTUGUESE), 'ação', '61097b6f'],
    ['Hindi', locking(HINDI), 'नमस्ते', '2f424c5f2759'],
    ['Hindi digits', both(HINDI), '१२', '1b1d1b1e'],
    ['Urdu', locking(URDU), '\u0627\u0631\u062f\u0648', '00251a53'],
  ])('%s has the septets of the specification', (_name, shift, text, septets) => {
    expect(Buffer.from(encodeGsm7(text, shift)).toString('hex')).toBe(septets);
    expect(decodeGsm7(Buffer.from(septets, 'hex'), shift)).toBe(text);
  });

  test('is outside the default tables', () => {
    for (const text of ['ş', 'ó', 'ção', 'न']) {
      expect(isGsm7(text)).toBe(false);
      expect(() => encodeGsm7(text)).toThrow(RangeError);
    }
  });

  test('takes the shorter way where a character is in both tables', () => {
    expect(gsm7Length('ğ', both(TURKISH))).toBe(1);
    expect(gsm7Length('€', both(TURKISH))).toBe(1);
    expect(gsm7Length('€', single(TURKISH))).toBe(2);
  });

  test('cannot use what its tables have replaced', () => {
    expect(isGsm7('è', locking(TURKISH))).toBe(false);
    expect(isGsm7('Φ', locking(PORTUGUESE))).toBe(false);
    expect(isGsm7('Φ', both(PORTUGUESE))).toBe(true);
  });

  const language = fc.integer({ min: 1, max: 13 });
  const shifts = fc.record({ locking: fc.oneof(fc.constant(0), language), single: fc.oneof(fc.constant(0), language) });

  property.prop([shifts, fc.array(fc.nat(127), { maxLength: 100 })])(
    'that can be read can be written again, as it reads',
    (shift, septets) => {
      const text = decodeGsm7(Uint8Array.from(septets), shift).replaceAll('\uFFFD', '');
      expect(isGsm7(text, shift)).toBe(true);
      expect(decodeGsm7(encodeGsm7(text, shift), shift)).toBe(text);
      expect(encodeGsm7(text, shift)).toHaveLength(gsm7Length(text, shift));
    },
  );

  test('every character of every table reads back', () => {
    for (let id = 0; id <= 13; id += 1) {
      for (const shift of [locking(id), single(id), both(id)]) {
        const characters = Array.from({ length: 128 }, (_, septet) => decodeGsm7(Uint8Array.of(septet), shift));
        const extended = Array.from({ length: 128 }, (_, code) => decodeGsm7(Uint8Array.of(0x1b, code), shift));
        for (const character of [...characters, ...extended].filter((one) => one !== '\uFFFD' && one !== ' ')) {
          expect(decodeGsm7(encodeGsm7(character, shift), shift)).toBe(character);
        }
      }
    }
  });

  test('of a language that nobody knows is read with the default tables', () => {
    for (const unknown of [14, 17, 200, 255]) {
      expect(decodeGsm7(Uint8Array.of(0x00, 0x1b, 0x65), both(unknown))).toBe('@€');
    }
    expect(encodeGsm7('€', both(99))).toEqual(encodeGsm7('€', DEFAULT_TABLES));
  });

  test('shows the character in front of the escape where the table behind it has none', () => {
    expect(decodeGsm7(Uint8Array.of(0x1b, 0x42), both(TURKISH))).toBe('B');
    expect(decodeGsm7(Uint8Array.of(0x1b, 0x22), { locking: HINDI, single: SPANISH })).toBe('ट');
    expect(decodeGsm7(Uint8Array.of(0x0e), locking(4))).toBe('\uFFFD');
  });
});
