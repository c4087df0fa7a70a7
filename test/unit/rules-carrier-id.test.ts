import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  bestMatch,
  formsBetween,
  HITS_TO_LEARN,
  type IdForm,
  type IdHabit,
  idForms,
  learn,
  NO_HABIT,
  searchFor,
} from '../../server/rules/carrier-id.ts';

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
  test('come in the order exact, other case, decimal for hexadecimal, hexadecimal for decimal, other zeros', () => {
    expect(idForms('0010').slice(0, 9)).toEqual([
      '0010',
      'a',
      'A',
      '0000000a',
      '0000000A',
      '000000000000000a',
      '000000000000000A',
      '16',
      '10',
    ]);
    expect(idForms('aB').slice(0, 4)).toEqual(['aB', 'ab', 'AB', '171']);
  });

  test.each([
    ['more zeros in the response', '123', '00123'],
    ['fewer zeros in the response', '00123', '123'],
    ['other zeros on both sides', '0123', '000123'],
    ['ten digits', '123', '0000000123'],
    ['zeros before letters', 'a7', '00a7'],
  ])('%s', (_, inReceipt, inAnswer) => {
    expect(idForms(inReceipt)).toContain(inAnswer);
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
    'any id has at most 40 forms, the first is itself, and none repeats or is too long to be stored',
    (id) => {
      const forms = idForms(id);
      expect(forms.length).toBeLessThanOrEqual(40);
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

  test('an id that is valid in two forms belongs to the recipient who is named', () => {
    const elsewhere = candidate('16', { to: '+14155550999' });
    expect(bestMatch({ carrierId: '16', recipient }, [elsewhere, candidate('10')])?.carrierId).toBe('10');
    expect(bestMatch({ carrierId: '16', recipient: '14155550999' }, [elsewhere, candidate('10')])).toBe(elsewhere);
  });

  test('a form that the profile names is enough by itself, and no other is tried', () => {
    const search = searchFor('hex_response', null, false);
    const other = { to: '+14155550999' };
    expect(bestMatch({ carrierId: '16', recipient }, [candidate('10', other)], search)?.carrierId).toBe('10');
    expect(bestMatch({ carrierId: '16', recipient }, [candidate('16')], search)).toBeNull();
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

  test('a recipient in its national form is the same, by the carrier’s country or by that of the sender', () => {
    const gb = candidate('16', { to: '+447700900123', from: '+447700900999' });
    expect(bestMatch({ carrierId: '10', recipient: '07700900123' }, [gb])).toBe(gb);
    const named = candidate('16', { to: '+447700900123', from: 'Acme' });
    expect(bestMatch({ carrierId: '10', recipient: '07700900123', country: 'GB' }, [named])).toBe(named);
    expect(bestMatch({ carrierId: '10', recipient: '07700900124', country: 'GB' }, [named])).toBeNull();
  });

  test('a recipient of nobody knows which country is the same where one number alone ends like it', () => {
    const french = candidate('16', { to: '+33639980001', from: 'Acme' });
    expect(bestMatch({ carrierId: '10', recipient: '0639980001' }, [french])).toBe(french);
    const alike = candidate('16', { to: '+49639980001', from: 'Acme' });
    expect(bestMatch({ carrierId: '10', recipient: '0639980001' }, [french, alike])).toBeNull();
    expect(bestMatch({ carrierId: '10', recipient: '39980001' }, [french])).toBe(french);
    expect(bestMatch({ carrierId: '10', recipient: '9980001' }, [french])).toBeNull();
  });

  test('of a reused id, the reference decides; for the id 0 it has to be the same', () => {
    const mine = candidate('7', { messageReference: 9, createdAt: new Date('2026-11-20T11:00:00Z') });
    const newer = candidate('7', { messageReference: 8 });
    expect(bestMatch({ carrierId: '7', recipient, messageReference: 9 }, [newer, mine])).toBe(mine);
    expect(bestMatch({ carrierId: '7', recipient, messageReference: 5 }, [newer, mine])).toBe(newer);
    const zero = candidate('0', { messageReference: 8 });
    expect(bestMatch({ carrierId: '0', recipient, messageReference: 9 }, [zero])).toBeNull();
    expect(bestMatch({ carrierId: '0', recipient, messageReference: 8 }, [zero])).toBe(zero);
    expect(bestMatch({ carrierId: '0', recipient: '14155550999', messageReference: 8 }, [zero])).toBeNull();
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

describe('the habit of a carrier', () => {
  const after = (...shown: (readonly IdForm[])[]) => shown.reduce<IdHabit>(learn, NO_HABIT);
  const times = (count: number, shown: readonly IdForm[]) => Array.from({ length: count }, () => shown);

  test.each<[string, string, IdForm[]]>([
    ['abc', 'abc', ['exact']],
    ['ABC', 'abc', ['case']],
    ['5F2A', '24362', ['hex_response']],
    ['24362', '5f2a', ['hex_receipt']],
    ['00123', '123', ['zeros']],
    ['123', '00123', ['zeros']],
    ['7', '7', ['exact', 'hex_response', 'hex_receipt']],
    ['abc', 'xyz', []],
  ])('response %s, receipt %s: %j', (response, receipt, forms) => {
    expect(formsBetween(response, receipt)).toEqual(forms);
  });

  test('is learned from the twentieth receipt in a row that only one form explains', () => {
    expect(after(...times(HITS_TO_LEARN - 1, ['hex_response'])).learned).toBeNull();
    expect(after(...times(HITS_TO_LEARN, ['hex_response'])).learned).toBe('hex_response');
  });

  test('is not learned from ids that the exact form explains as well, nor forgotten because of them', () => {
    const both: IdForm[] = ['exact', 'hex_response', 'hex_receipt'];
    expect(after(...times(100, both))).toEqual(NO_HABIT);
    const mixed = [...times(10, ['hex_response']), ...times(5, both), ...times(10, ['hex_response'])];
    expect(after(...(mixed as IdForm[][])).learned).toBe('hex_response');
    expect(after(...times(HITS_TO_LEARN, ['hex_response']), both).learned).toBe('hex_response');
  });

  test('starts anew with every receipt of another form', () => {
    const mixed = [...times(19, ['hex_response']), ...times(1, ['exact']), ...times(19, ['hex_response'])];
    expect(after(...(mixed as IdForm[][])).learned).toBeNull();
  });

  test('ends with the first receipt that it cannot explain', () => {
    const learned = after(...times(HITS_TO_LEARN, ['hex_response']));
    expect(learn(learned, ['exact'])).toEqual(NO_HABIT);
    expect(learn(learned, ['zeros'])).toEqual({ learned: null, candidate: 'zeros', hits: 1 });
    expect(learn(learned, [])).toBe(learned);
  });

  test('decides what is looked for first; a receipt that is new is looked for in no other form', () => {
    expect(searchFor('auto', null, true).forms[0]).toBe('exact');
    expect(searchFor('auto', 'hex_response', true).forms).toEqual(['hex_response']);
    expect(searchFor('auto', 'hex_response', false).forms.slice(0, 2)).toEqual(['hex_response', 'exact']);
    expect(searchFor('exact', 'hex_response', false).forms).toEqual(['exact']);
  });

  property.prop([fc.array(fc.subarray<IdForm>(['exact', 'case', 'hex_response', 'hex_receipt', 'zeros']))])(
    'is never the exact form, and always one that the last twenty telling receipts show',
    (history) => {
      const { learned } = after(...history);
      expect(learned).not.toBe('exact');
      if (learned !== null)
        expect(history.filter((shown) => shown.includes(learned)).length).toBeGreaterThanOrEqual(20);
    },
  );
});
