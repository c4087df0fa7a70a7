import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { endsAlike, isWrittenAs, readWritten } from '../../server/rules/written-number.ts';

describe('a number as a carrier writes it', () => {
  test.each([
    ['in E.164', '+447700900123', null, '+447700900123'],
    ['without the plus', '447700900123', null, '+447700900123'],
    ['with 00', '00447700900123', null, '+447700900123'],
    ['in British form, by a country', '07700900123', 'GB', '+447700900123'],
    ['in British form, by the other number', '07700900123', '+447700900999', '+447700900123'],
    ['in British form without its zero', '7700900123', '+447700900999', '+447700900123'],
    ['in British form, called international', '+07700900123', '+447700900999', '+447700900123'],
    ['in American form', '4155550123', '+14155550100', '+14155550123'],
    ['from America to France', '01133639980001', 'US', '+33639980001'],
    ['from a foreign phone to a British number', '14155550123', '+447700900999', '+14155550123'],
    ['from a foreign phone to an American number', '33639980001', '+14155550100', '+33639980001'],
    ['in Italian form, whose zero stays', '0661234567', '+390661234568', '+390661234567'],
    ['in British form, of nobody knows which country', '07700900123', null, null],
    ['in a country that is none', '07700900123', 'XX', null],
    ['as a short code', '12345', 'GB', null],
    ['as a name', 'Acme', 'GB', null],
    ['as nothing', '', 'GB', null],
    ['with more digits than any number', '4'.repeat(30), 'GB', null],
  ])('%s', (_name, written, home, e164) => {
    expect(readWritten(written, home)).toBe(e164);
  });

  test('that may be Egyptian or American is the one or the other by what is known', () => {
    expect(readWritten('2025550123', '+14155550100')).toBe('+2025550123');
    expect(readWritten('2025550123', 'US', 'expected')).toBe('+12025550123');
    expect(readWritten('2025550123', '+14155550100', 'said')).toBe('+12025550123');
    expect(readWritten('+2025550123', 'US', 'said')).toBe('+2025550123');
    // No number in use there begins so: 659 is followed by 2 to 9.
    expect(readWritten('6591234567', 'US', 'expected')).toBe('+6591234567');
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(null, 'GB', '+14155550100', 'zz', '+')])(
    'is E.164 or nothing, whatever comes',
    (written, home) => {
      expect(readWritten(written, home) ?? '+10000000').toMatch(/^\+[1-9]\d{6,16}$/);
    },
  );
});

describe('a number that is known', () => {
  test.each([
    ['14155550123', '+14155550123', null, true],
    ['+1 (415) 555-0123', '+14155550123', null, true],
    ['07700900123', '+447700900123', 'GB', true],
    ['07700900123', '+447700900123', null, false],
    ['07700900123', '+447700900123', 'US', false],
    ['07700900124', '+447700900123', 'GB', false],
    ['', '', null, false],
  ])('is %j written for %j at home in %j: %j', (written, e164, home, is) => {
    expect(isWrittenAs(written, e164, home)).toBe(is);
  });

  test.each([
    ['0639980001', '+33639980001', true],
    ['39980001', '+33639980001', true],
    ['9980001', '+33639980001', false],
    ['0000000000', '+33639980001', false],
    ['', '+33639980001', false],
    ['0639980002', '+33639980001', false],
  ])('%j may be %j: %j', (written, e164, may) => {
    expect(endsAlike(written, e164)).toBe(may);
  });
});

describe('a reading', () => {
  const numbers = fc.integer({ min: 100_000, max: 999_999 }).map((end) => `+4477009${String(end).slice(0, 5)}`);
  property.prop([numbers])('of the national form gives back the number', (e164) => {
    const national = `0${e164.slice(3)}`;
    expect(readWritten(national, 'GB', 'expected')).toBe(e164);
    expect(readWritten(national, '+447700900999')).toBe(e164);
    expect(isWrittenAs(national, e164, 'GB')).toBe(true);
    expect(endsAlike(national, e164)).toBe(true);
  });
});
