import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseForm } from '../../server/http/form.ts';

const valueOf = (text: string) => {
  const parsed = parseForm(text);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
};

test('R032: a posted form is the JSON that it stands for', () => {
  const form =
    'to=%2B14155550123&body=Hi+there%21&validity_period=120&flash=true&metadata%5Border_id%5D=12&tags[]=a&tags=b&from=';
  expect(valueOf(form)).toEqual({
    to: '+14155550123',
    body: 'Hi there!',
    validity_period: 120,
    flash: true,
    metadata: { order_id: '12' },
    tags: ['a', 'b'],
  });
});

test('R032: only fields that hold numbers become numbers', () => {
  expect(valueOf('body=123&client_ref=007&validity_period=abc')).toEqual({
    body: '123',
    client_ref: '007',
    validity_period: 'abc',
  });
});

test.each([
  ['to=%2', 'body'],
  ['to=%ff', 'body'],
  ['to=1&to=2', 'to'],
  ['metadata[a]=1&metadata[a]=2', 'metadata[a]'],
  ['a=1&'.repeat(1_001), 'body'],
])('R032: %s is refused', (form, param) => {
  const parsed = parseForm(form);
  expect(parsed.ok ? null : parsed.fault.param).toBe(param);
});

test('R032: whatever text is given comes back as it was, under whatever name', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(text, (body) => {
      expect(valueOf(new URLSearchParams({ body }).toString())).toEqual({ body });
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (raw) => {
      expect(() => parseForm(raw)).not.toThrow();
    }),
    { numRuns: 500 },
  );
});

test('R032: a form cannot reach the prototype of anything', () => {
  const value = valueOf('__proto__=x&metadata[__proto__]=y');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.hasOwn(value as object, '__proto__')).toBe(true);
});
