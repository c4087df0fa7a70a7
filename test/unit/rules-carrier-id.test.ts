import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { bestMatch, idForms } from '../../server/rules/carrier-id.ts';

const to = '+14155550123';
const recipient = '14155550123';
const candidate = (carrierId: string, more: object = {}) => ({
  carrierId,
  to,
  awaiting: true,
  createdAt: new Date('2026-11-20T12:00:00Z'),
  ...more,
});

describe('the forms of a carrier id', () => {
  test('come in the order exact, other case, hexadecimal read as decimal, decimal read as hexadecimal, no zeros', () => {
    expect(idForms('0010')).toEqual([
      '0010',
      '16',
      'a',
      'A',
      '0000000a',
      '0000000A',
      '000000000000000a',
      '000000000000000A',
      '10',
    ]);
    expect(idForms('aB')).toEqual(['aB', 'ab', 'AB', '171']);
  });

  test.each([
    ['the id 0', '0', '0'],
    ['19 digits, beyond what a number can hold', '9223372036854775807', '7fffffffffffffff'],
    ['the same in the other direction', '7FFFFFFFFFFFFFFF', '9223372036854775807'],
    ['a UUID in other case', 'C0FFEE00-AAAA-4BBB-8CCC-123456789ABC', 'c0ffee00-aaaa-4bbb-8ccc-123456789abc'],
    ['a UUID with a zero in front', '0c0ffee0-aaaa-4bbb-8ccc-123456789abc', '0c0ffee0-aaaa-4bbb-8ccc-123456789abc'],
    ['zeros in front', '000123456', '123456'],
    ['decimal in the receipt, padded hexadecimal in the answer', '26', '0000001A'],
    ['decimal with zeros in front, hexadecimal in the answer', '0000026', '1a'],
  ])('%s', (_, inReceipt, inAnswer) => {
    expect(idForms(inReceipt)).toContain(inAnswer);
  });

  test('what is no id has no forms', () => {
    expect(idForms('')).toEqual([]);
    expect(idForms('1'.repeat(66))).toEqual([]);
    expect(idForms('1'.repeat(65))).toContain('1'.repeat(65));
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 80 })])(
    'any id has at most 12 forms, the first is itself, and none repeats or is too long to be stored',
    (id) => {
      const forms = idForms(id);
      expect(forms.length).toBeLessThanOrEqual(12);
      expect(new Set(forms).size).toBe(forms.length);
      if (id !== '' && id.length <= 65) expect(forms[0]).toBe(id);
      for (const form of forms) expect(form.length).toBeLessThanOrEqual(65);
    },
  );

  property.prop([fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })])(
    'a number is found whichever of its two notations the receipt uses',
    (value) => {
      const [decimal, hex] = [value.toString(), value.toString(16)];
      expect(idForms(decimal)).toEqual(expect.arrayContaining([hex, hex.toUpperCase()]));
      expect(idForms(hex)).toContain(decimal);
      expect(idForms(hex.toUpperCase())).toContain(decimal);
      expect(idForms(`000${decimal}`)).toEqual(expect.arrayContaining([decimal, hex]));
    },
  );
});

describe('the segment a receipt is for', () => {
  test('the exact id wins over every other form', () => {
    const found = bestMatch({ carrierId: '10', recipient }, [candidate('16'), candidate('a'), candidate('10')]);
    expect(found?.carrierId).toBe('10');
  });

  test('a form other than the exact one needs the same recipient', () => {
    expect(bestMatch({ carrierId: '10', recipient: '14155550999' }, [candidate('16')])).toBeNull();
    expect(bestMatch({ carrierId: '10', recipient: '' }, [candidate('16', { to: '' })])).toBeNull();
    expect(bestMatch({ carrierId: '10', recipient: '+1 415 555 0123' }, [candidate('16')])?.carrierId).toBe('16');
  });

  test('the exact id is enough where a carrier writes the recipient in its own way', () => {
    expect(bestMatch({ carrierId: 'x1', recipient: '04155550123' }, [candidate('x1')])?.carrierId).toBe('x1');
  });

  test('of a reused id, the same recipient wins, then the one that waits, then the newest', () => {
    const older = candidate('0', { createdAt: new Date('2026-11-20T11:00:00Z') });
    const elsewhere = candidate('0', { to: '+14155550999', createdAt: new Date('2026-11-20T13:00:00Z') });
    const done = candidate('0', { awaiting: false, createdAt: new Date('2026-11-20T13:00:00Z') });
    const newer = candidate('0');
    expect(bestMatch({ carrierId: '0', recipient }, [elsewhere, older])).toBe(older);
    expect(bestMatch({ carrierId: '0', recipient }, [done, older])).toBe(older);
    expect(bestMatch({ carrierId: '0', recipient }, [older, newer])).toBe(newer);
    expect(bestMatch({ carrierId: '0', recipient }, [done])).toBe(done);
  });

  test('the id 0 says nothing by itself: the text of another recipient is not settled by it', () => {
    expect(bestMatch({ carrierId: '0', recipient: '14155550999' }, [candidate('0')])).toBeNull();
    expect(bestMatch({ carrierId: '0', recipient }, [candidate('0')])?.carrierId).toBe('0');
  });

  test('a receipt without an id, or with one nobody knows, is for none', () => {
    expect(bestMatch({ carrierId: null, recipient }, [candidate('1')])).toBeNull();
    expect(bestMatch({ carrierId: '', recipient }, [candidate('')])).toBeNull();
    expect(bestMatch({ carrierId: 'zz', recipient }, [candidate('1')])).toBeNull();
    expect(bestMatch({ carrierId: '1', recipient }, [])).toBeNull();
  });

  const candidates = fc.array(
    fc.record({
      carrierId: fc.constantFrom('10', '16', 'a', 'A', '0010', 'zz'),
      to: fc.constantFrom(to, '+14155550999'),
      awaiting: fc.boolean(),
      createdAt: fc.integer({ min: 0, max: 5 }).map((second) => new Date(second * 1_000)),
    }),
    { maxLength: 8 },
  );
  property.prop([candidates])('the order in which candidates come does not matter', (list) => {
    const one = bestMatch({ carrierId: '10', recipient }, list);
    const other = bestMatch({ carrierId: '10', recipient }, list.toReversed());
    expect(other).toEqual(one);
  });
});
