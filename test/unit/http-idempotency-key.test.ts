import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint, parseIdempotencyKey } from '../../server/http/idempotency-key.ts';

describe('the header', () => {
  test.each([
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['1:Send SMS:0:1'.replace(' ', ''), '1:SendSMS:0:1'],
    ['"', '"'],
    ['a"b', 'a"b'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('%s means the key %s', (header, key) => {
    expect(parseIdempotencyKey(header)).toEqual({ ok: true, value: key });
  });

  test('may be missing', () => {
    expect(parseIdempotencyKey(undefined)).toEqual({ ok: true, value: null });
  });

  test.each(['', '""', ' ', 'a b', '"a b"', 'x'.repeat(256), `"${'x'.repeat(256)}"`, 'caf\u00e9', 'a\tb', 'a, b'])(
    '%j is refused',
    (header) => {
      expect(parseIdempotencyKey(header)).toMatchObject({ ok: false, fault: { param: 'Idempotency-Key' } });
    },
  );
});

describe('the fingerprint', () => {
  test('is the same for the same values in another order, at every depth', () => {
    const value = fc.dictionary(
      fc.string(),
      fc.oneof(fc.string(), fc.integer(), fc.dictionary(fc.string(), fc.string())),
    );
    const reversed = (object: object): object =>
      Object.fromEntries(
        Object.entries(object)
          .toReversed()
          .map(([name, each]: [string, unknown]) => [name, typeof each === 'object' && each ? reversed(each) : each]),
      );
    fc.assert(fc.property(value, (object) => fingerprint(object).equals(fingerprint(reversed(object)))));
  });

  test('differs when a value, a name or the nesting differs', () => {
    const fingerprints = [
      {},
      { a: 1 },
      { a: '1' },
      { a: null },
      { b: 1 },
      { a: { b: 1 } },
      { a: ['b', 1] },
      { a: [['b', 1]] },
      { a: 1, b: 1 },
    ].map((value) => fingerprint(value).toString('hex'));
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });
});
