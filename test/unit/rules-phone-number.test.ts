import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { MAGIC_NUMBERS } from '../../server/rules/magic-numbers.ts';
import {
  RECIPIENT_FAULTS,
  SENDER_FAULTS,
  maskNumber,
  parseRecipient,
  parseSender,
} from '../../server/rules/phone-number.ts';

const valid = { strictness: 'valid', defaultCountry: null } as const;
const possible = { strictness: 'possible', defaultCountry: null } as const;

describe('R006 R070: recipients', () => {
  test.each([
    ['+14155552671', 'US', true],
    ['+15550001111', null, false],
    ['+15005550006', 'US', true],
    ['+18005550199', 'US', true],
    ['+447700900123', 'GB', false],
    // No such exchange in an area that there is; the area of Ontario; an area that there is not.
    ['+14150551234', 'US', false],
    ['+16131550100', 'CA', false],
    ['+15551234567', null, false],
    ['+441481000000', 'GG', false],
    ['+33639980001', 'FR', false],
    ['+13055551234', 'US', true],
    ['+16175551234', 'US', true],
    ['+80012345678', null, true],
  ])('%s is possible, its country is %s, valid: %s', (number, country, isValid) => {
    expect(parseRecipient(number, possible)).toEqual({ ok: true, e164: number, country });
    expect(parseRecipient(number, valid).ok).toBe(isValid);
  });

  test.each([
    '+1 (415) 555-2671',
    ' +1.415.555.2671 ',
    '＋１４１５５５５２６７１',
    '\u202a+14155552671\u202c',
    '+1\u00a0415\u2009555\u20112671',
    '+1−415/555·2671',
    '+1 [415] 555 2671',
  ])('%j is read as a person means it', (written) => {
    expect(parseRecipient(written, valid)).toMatchObject({ ok: true, e164: '+14155552671' });
  });

  test.each([
    '',
    '   ',
    '+',
    '+0',
    '+1',
    '+1415555267',
    '+999123456789',
    '+1415555267\u0000',
    '+14155552671\u0000',
    '+1415555267\ud83d',
    '+14155552671 ext. 5',
    '+14155552671x5',
    '+14155552671;ext=5',
    'tel:+14155552671',
    'call +14155552671',
    '+14155552671,+14155552672',
    '+1 415+5552671',
    '+1 415 555~2671',
    '+1800FLOWERS',
    `+${'1'.repeat(100)}`,
  ])('%j is refused with a reason', (written) => {
    for (const rules of [valid, possible]) {
      const parsed = parseRecipient(written, rules);
      expect(parsed.ok).toBe(false);
      if (!parsed.ok) expect(RECIPIENT_FAULTS[parsed.reason]).toMatch(/\.$/);
    }
  });

  test.each(['4155552671', '14155552671', '0044 7700 900123', '40604'])(
    'without a country code and a default country, %s is refused, never guessed',
    (written) => {
      expect(parseRecipient(written, possible)).toMatchObject({ ok: false });
      expect(parseRecipient(written, { ...possible, defaultCountry: 'ZZ' })).toMatchObject({ ok: false });
    },
  );

  test('the default country reads national numbers and leaves international ones alone', () => {
    const inTheUs = { strictness: 'valid', defaultCountry: 'US' } as const;
    expect(parseRecipient('(415) 555-2671', inTheUs)).toMatchObject({ e164: '+14155552671', country: 'US' });
    expect(parseRecipient('+44 20 7946 0958', inTheUs)).toMatchObject({ e164: '+442079460958', country: 'GB' });
    const inBritain = { strictness: 'possible', defaultCountry: 'GB' } as const;
    expect(parseRecipient('07700 900123', inBritain)).toMatchObject({ e164: '+447700900123' });
  });

  test('every number of the sandbox can be texted under the strict rule', () => {
    for (const { number } of MAGIC_NUMBERS) {
      expect(parseRecipient(number, valid)).toMatchObject({ ok: true, e164: number });
    }
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 80 }), fc.constantFrom(null, 'US', 'DE')])(
    'any string is either refused or becomes E.164, and E.164 reads back as itself',
    (text, defaultCountry) => {
      const parsed = parseRecipient(text, { strictness: 'possible', defaultCountry });
      if (!parsed.ok) return;
      expect(parsed.e164).toMatch(/^\+[1-9]\d{4,17}$/);
      expect(parseRecipient(parsed.e164, possible)).toEqual(parsed);
    },
  );

  property.prop([
    fc.integer({ min: 1000, max: 9999 }),
    fc.array(fc.constantFrom(' ', '-', '.', '(', ')', '\u00a0'), { minLength: 11, maxLength: 11 }),
  ])('signs between the digits never change the number', (last, signs) => {
    const digits = `1415555${last}`;
    const written = `+${signs.map((sign, index) => `${digits[index]}${sign}`).join('')}`;
    expect(parseRecipient(written, valid)).toMatchObject({ ok: true, e164: `+${digits}` });
  });
});

describe('R007 R072: senders', () => {
  test.each([
    ['CartBoss', 'alphanumeric', 'CartBoss'],
    ['TOFACT', 'alphanumeric', 'TOFACT'],
    [' Cart Boss ', 'alphanumeric', 'Cart Boss'],
    ['Café 24', 'alphanumeric', 'Café 24'],
    ['1-800-GO', 'alphanumeric', '1-800-GO'],
    ['ABCDEFGHIJK', 'alphanumeric', 'ABCDEFGHIJK'],
    ['40604', 'short_code', '40604'],
    ['123', 'short_code', '123'],
    ['12345678', 'short_code', '12345678'],
    ['+15550001111', 'number', '+15550001111'],
    ['+1 (555) 000-1111', 'number', '+15550001111'],
  ])('%j is a sender of kind %s', (written, kind, value) => {
    expect(parseSender(written)).toEqual({ ok: true, kind, value });
  });

  test.each([
    '',
    ' ',
    '12',
    '123456789',
    '15550001111',
    '+1',
    '!!!',
    'ABCDEFGHIJKL',
    'ABCDEFGHI[]',
    'Привет',
    'Shop😀',
    'a\nb',
    'a\0b',
    '\u001b[31mred',
    'a\ud83d',
    'ΔShop',
    'x'.repeat(5_000),
  ])('%j is refused with a reason', (written) => {
    const parsed = parseSender(written);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(SENDER_FAULTS[parsed.reason]).toMatch(/\.$/);
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 30 })])(
    'an accepted sender fits the address field and reads back as itself',
    (text) => {
      const parsed = parseSender(text);
      if (!parsed.ok) return;
      expect(parsed.value).toMatch(/^[\x20-\x7e\xa0-\xff]{1,20}$/);
      expect(parseSender(parsed.value)).toEqual(parsed);
    },
  );
});

describe('masking', () => {
  test.each([
    ['+14155552671', '+1415•••2671'],
    ['+447700900123', '+4477•••0123'],
    ['+4512345678', '+451•••5678'],
    ['40604', '•••04'],
    ['123', '•••'],
    ['', '•••'],
  ])('%s is shown as %s', (number, masked) => {
    expect(maskNumber(number)).toBe(masked);
  });

  property.prop([fc.stringMatching(/^\+[1-9]\d{6,14}$/)])('at least three digits of a number are hidden', (number) => {
    expect(maskNumber(number).replace('•••', '').length).toBeLessThanOrEqual(number.length - 3);
  });
});
