import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DEFAULT_ENCODING, type EncodingProfile, type EncodingWish } from '../../server/rules/encoding.ts';
import { decodeGsm7, encodeGsm7, gsm7Length } from '../../server/rules/gsm7.ts';
import { segment } from '../../server/rules/segments.ts';
import { countSegments } from '../support/count-segments.ts';

const profile = (changes: Partial<EncodingProfile> = {}): EncodingProfile => ({ ...DEFAULT_ENCODING, ...changes });
const LONG_MESSAGES = ['udh8', 'udh16', 'sar', 'message_payload'] as const;
const family = '👨‍👩‍👧‍👦';

/** The characters of the default alphabet and its extension table, by reading all their septets. */
const GSM = [
  ...Array.from({ length: 128 }, (_, septet) => septet)
    .filter((septet) => septet !== 0x1b)
    .map((septet) => [septet]),
  ...[0x0a, 0x14, 0x28, 0x29, 0x2f, 0x3c, 0x3d, 0x3e, 0x40, 0x65].map((code) => [0x1b, code]),
].map((septets) => decodeGsm7(Uint8Array.from(septets)));

describe('R082: the encoding of a text', () => {
  test.each<[string, Partial<EncodingProfile>, string, string]>([
    ['letters', {}, 'hello', 'GSM-7'],
    ['letters, packed', { default_alphabet: 'gsm7_packed' }, 'hello €', 'GSM-7'],
    ['a cedilla where Latin-1 is not taken', {}, 'façade', 'UCS-2'],
    ['a cedilla where it is', { latin1: true }, 'façade', 'Latin-1'],
    ['letters where Latin-1 is taken', { latin1: true }, 'è', 'GSM-7'],
    ['a cedilla where Latin-1 is the default', { default_alphabet: 'latin1' }, 'façade', 'Latin-1'],
    ['a euro sign where Latin-1 is the default', { default_alphabet: 'latin1' }, '€5', 'UCS-2'],
    ['letters where ASCII is the default', { default_alphabet: 'ascii' }, 'hello [`]', 'ASCII'],
    ['an umlaut where ASCII is the default', { default_alphabet: 'ascii' }, 'ü', 'UCS-2'],
    ['an umlaut where ASCII and Latin-1 are taken', { default_alphabet: 'ascii', latin1: true }, 'ü', 'Latin-1'],
    ['a control character', { default_alphabet: 'latin1' }, 'a\u0085b', 'UCS-2'],
    ['line ends', { default_alphabet: 'ascii' }, 'a\r\nb', 'ASCII'],
    ['one long Turkish text with its tables', { national_tables: [1] }, 'ş'.repeat(71), 'GSM-7'],
    ['one short Turkish text with its tables, which save nothing', { national_tables: [1] }, 'ş', 'UCS-2'],
    ['a Turkish text without its tables', {}, 'ş'.repeat(71), 'UCS-2'],
    ['an emoji', { latin1: true, national_tables: [1, 2, 3] }, '😀', 'UCS-2'],
    ['an emoji where UTF-8 is the default', { default_alphabet: 'utf8' }, '😀', 'UTF-8'],
    ['half an emoji where UTF-8 is the default', { default_alphabet: 'utf8' }, 'a\ud83d', 'UCS-2'],
    ['letters where ASCII has a name', { ascii: true }, 'hello', 'GSM-7'],
    ['a backtick where ASCII has a name', { ascii: true }, '`', 'ASCII'],
    [
      'letters where ASCII has a name and UTF-8 is the default',
      { ascii: true, default_alphabet: 'utf8' },
      'a',
      'ASCII',
    ],
    [
      'letters where ASCII has a name and Latin-1 is the default',
      { ascii: true, default_alphabet: 'latin1' },
      'a',
      'ASCII',
    ],
    [
      'an umlaut where ASCII has a name and Latin-1 is the default',
      { ascii: true, default_alphabet: 'latin1' },
      'ü',
      'Latin-1',
    ],
  ])('of %s', (_name, changes, text, encoding) => {
    expect(segment(text, profile(changes)).encoding).toBe(encoding);
  });

  test.each<[string, Partial<EncodingProfile>, EncodingWish, string, string]>([
    ['UCS-2 as asked', {}, { encoding: 'ucs2' }, 'hello', 'UCS-2'],
    ['the national tables rather than UCS-2', { national_tables: [1] }, { encoding: 'gsm7' }, 'ş', 'GSM-7'],
    ['UCS-2 where nothing else can', { latin1: true }, { encoding: 'gsm7' }, 'ça', 'UCS-2'],
    ['no Latin-1 for a flash text', { latin1: true }, { flash: true }, 'ça', 'UCS-2'],
    ['no ASCII for a flash text', { ascii: true }, { flash: true }, '`', 'UCS-2'],
    [
      'Latin-1 for a flash text that a TLV marks',
      { latin1: true, flash: 'dest_addr_subunit' },
      { flash: true },
      'ça',
      'Latin-1',
    ],
    ['no ASCII for what GSM-7 lacks, where GSM-7 was asked for', { ascii: true }, { encoding: 'gsm7' }, '`', 'UCS-2'],
    ['UTF-8 for what GSM-7 has', { default_alphabet: 'utf8' }, { encoding: 'gsm7' }, 'é', 'UTF-8'],
    ['no UTF-8 for what GSM-7 lacks', { default_alphabet: 'utf8' }, { encoding: 'gsm7' }, 'ж', 'UCS-2'],
  ])('is %s', (_name, changes, wish, text, encoding) => {
    expect(segment(text, profile(changes), wish).encoding).toBe(encoding);
  });
});

describe('how much goes into one SMS and into each of several', () => {
  const sizes = (text: string, changes: Partial<EncodingProfile>, wish: EncodingWish = {}) => {
    const one = (length: number) => segment(text.repeat(length), profile(changes), wish);
    let single = 1;
    while (one(single + 1).segments === 1) single += 1;
    return [single, one(400).parts[0]?.length];
  };

  test.each<[string, string, Partial<EncodingProfile>, number, number]>([
    ['GSM-7', 'a', {}, 160, 153],
    ['GSM-7 with 16 bits', 'a', { long_message: 'udh16' }, 160, 152],
    ['GSM-7 with SAR', 'a', { long_message: 'sar' }, 160, 152],
    ['packed GSM-7', 'a', { default_alphabet: 'gsm7_packed' }, 160, 153],
    ['ASCII', 'a', { default_alphabet: 'ascii' }, 160, 153],
    ['Latin-1', 'ç', { latin1: true }, 140, 134],
    ['Latin-1 with 16 bits', 'ç', { latin1: true, long_message: 'udh16' }, 140, 133],
    ['Latin-1 as the default', 'a', { default_alphabet: 'latin1' }, 140, 134],
    ['UTF-8', 'a', { default_alphabet: 'utf8' }, 140, 134],
    ['UTF-8 with 16 bits', 'a', { default_alphabet: 'utf8', long_message: 'udh16' }, 140, 133],
    ['UTF-8 in two octets', 'ж', { default_alphabet: 'utf8' }, 70, 67],
    ['UTF-8 in three octets', '€', { default_alphabet: 'utf8' }, 46, 44],
    ['ASCII by its name where UTF-8 is the default', 'a', { default_alphabet: 'utf8', ascii: true }, 160, 153],
    ['UCS-2', 'ж', {}, 70, 67],
    ['UCS-2 with 16 bits', 'ж', { long_message: 'udh16' }, 70, 66],
    ['UCS-2 with SAR', 'ж', { long_message: 'sar' }, 70, 66],
  ])('%s', (_name, text, changes, single, several) => {
    expect(sizes(text, changes)).toEqual([single, several]);
  });

  test('one national table takes 5 septets of one SMS, and leaves 149 in each of several; two take 8 and leave 146', () => {
    const gsm7 = { encoding: 'gsm7' } as const;
    expect(sizes('ş', { national_tables: [1] }, gsm7)).toEqual([155, 149]);
    // Small letters only in the locking table, digits of the script only behind the escape: both tables.
    const hindi = segment(`१${'न'.repeat(149)}`, profile({ national_tables: [6] }), gsm7);
    expect(hindi).toMatchObject({ shift: { locking: 6, single: 6 }, segments: 1, characters: 151, remaining: 1 });
    const longer = segment(`१${'न'.repeat(400)}`, profile({ national_tables: [6] }), gsm7);
    expect(longer.parts[0]).toBe(`१${'न'.repeat(144)}`);
  });
});

describe('national tables', () => {
  test('are those that make the text shortest, of the languages that the carrier allows', () => {
    const text = 'İyi günler, ğş '.repeat(20);
    expect(segment(text, profile({ national_tables: [1] })).shift).toEqual({ locking: 1, single: 0 });
    expect(segment(text, profile({ national_tables: [2, 3] })).encoding).toBe('UCS-2');
    expect(segment('corazón '.repeat(20), profile({ national_tables: [1, 2, 3] }))).toMatchObject({
      encoding: 'GSM-7',
    });
  });

  test('are left alone where data_coding 0 is not GSM-7', () => {
    const turkish = { default_alphabet: 'latin1', national_tables: [1] } as const;
    expect(segment('ş'.repeat(100), profile(turkish), { encoding: 'gsm7' }).encoding).toBe('UCS-2');
  });

  test('are used in one SMS only where the carrier writes the headers of several', () => {
    for (const long_message of ['sar', 'message_payload'] as const) {
      const allowed = profile({ long_message, national_tables: [1] });
      expect(segment('ş'.repeat(155), allowed)).toMatchObject({ encoding: 'GSM-7', segments: 1 });
      expect(segment('ş'.repeat(156), allowed).encoding).toBe('UCS-2');
    }
  });

  test('keep a syllable of several characters in one part', () => {
    const tables = profile({ national_tables: [6] });
    for (let before = 140; before <= 155; before += 1) {
      const { parts } = segment(`${'क'.repeat(before)}नि${'क'.repeat(150)}`, tables, { encoding: 'gsm7' });
      expect(parts.some((part) => part.includes('नि'))).toBe(true);
    }
  });
});

describe('message_payload', () => {
  test('holds the whole text, which counts as the segments that the carrier will make of it', () => {
    const text = 'a'.repeat(400);
    const cut = segment(text, profile({ long_message: 'message_payload' }));
    expect(cut).toMatchObject({ parts: [text], segments: 3, characters: 400, remaining: 59 });
    expect(segment('a', profile({ long_message: 'message_payload' }))).toMatchObject({ parts: ['a'], segments: 1 });
  });
});

describe('at every border', () => {
  test.each(LONG_MESSAGES)('all characters of GSM-7 stay whole with %s', (long_message) => {
    expect(GSM).toHaveLength(137);
    const several = long_message === 'udh8' || long_message === 'message_payload' ? 153 : 152;
    for (const character of GSM) {
      for (let before = 145; before <= 170; before += 1) {
        const text = `${'a'.repeat(before)}${character}${'b'.repeat(20)}`;
        const cut = segment(text, profile({ long_message }));
        const size = before + gsm7Length(character) + 20;
        expect(cut.characters).toBe(size);
        expect(cut.segments).toBe(size <= 160 ? 1 : 2);
        if (long_message === 'message_payload') continue;
        expect(cut.parts.join('')).toBe(text);
        for (const part of cut.parts) expect(encodeGsm7(part).at(-1)).not.toBe(0x1b);
        if (cut.parts.length > 1) expect(gsm7Length(cut.parts[0] ?? '')).toBeGreaterThanOrEqual(several - 1);
      }
    }
  });

  test.each(LONG_MESSAGES)('what shows as one character stays whole in UCS-2 with %s', (long_message) => {
    for (const character of ['ж', '😀', family, 'e\u0301\u0323', '🇩🇪', '👍🏽', 'नि', '1️⃣', '€', '\n']) {
      for (let before = 50; before <= 75; before += 1) {
        const text = `${'ж'.repeat(before)}${character}${'ж'.repeat(30)}`;
        const { parts, segments } = segment(text, profile({ long_message }));
        expect(parts.join('')).toBe(text);
        expect(parts.filter((part) => part.includes(character)).length).toBeGreaterThan(0);
        for (const part of parts) expect(part.isWellFormed()).toBe(true);
        expect(segments).toBe(countSegments(text, profile({ long_message }), 'UCS-2'));
      }
    }
  });
});

describe('UTF-8', () => {
  const utf8 = profile({ default_alphabet: 'utf8' });
  test('is cut between characters at every border, also where they take several octets and code points', () => {
    for (const character of ['é', '€', '😀', family, 'e\u0301\u0323', '🇩🇪']) {
      for (let before = 120; before <= 145; before += 1) {
        const { parts, segments } = segment(`${'a'.repeat(before)}${character}${'b'.repeat(150)}`, utf8);
        expect(parts.some((part) => part.includes(character))).toBe(true);
        expect(segments).toBe(parts.length);
        for (const part of parts) expect(Buffer.byteLength(part, 'utf8')).toBeLessThanOrEqual(134);
      }
    }
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 300 })])('counts octets, and loses none', (text) => {
    const cut = segment(text, utf8);
    expect(cut.parts.join('')).toBe(text);
    if (cut.encoding === 'UTF-8') expect(cut.characters).toBe(Buffer.byteLength(text, 'utf8'));
  });
});

describe('R078 R079: the count', () => {
  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '€', '[', 'é', '\n', ' ', '`', 'ç'), maxLength: 700 }),
    fc.string({ unit: fc.constantFrom('a', '€', '😀', 'ж', family, 'e\u0301', '🇩🇪', '👍🏽'), maxLength: 200 }),
    fc.string({ unit: fc.constantFrom('ş', 'ğ', 'a', '€', 'İ', 'Φ'), maxLength: 400 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
  );
  const profiles: fc.Arbitrary<EncodingProfile> = fc.record({
    default_alphabet: fc.constantFrom('gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8'),
    ascii: fc.boolean(),
    flash: fc.constantFrom('data_coding', 'data_coding_f0', 'dest_addr_subunit'),
    latin1: fc.boolean(),
    long_message: fc.constantFrom(...LONG_MESSAGES),
    national_tables: fc.constantFrom([], [1], [3, 1]),
  });

  property.prop([texts, profiles])('agrees with one that is made of bits, for every carrier', (text, carrier) => {
    const cut = segment(text, carrier);
    if (cut.shift.locking === 0 && cut.shift.single === 0) {
      expect(cut.segments).toBe(countSegments(text, carrier, cut.encoding));
    }
    expect(cut.parts.join('')).toBe(text);
    expect(cut.parts.length === cut.segments || carrier.long_message === 'message_payload').toBe(true);
  });
});
