import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashKey, newKeyText, parseKey } from '../../server/access/key-format.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.split('');

test.each(['test', 'live'] as const)('a new %s key has the shape that secret scanners look for', (mode) => {
  const { id, text } = newKeyText(mode);
  expect(text).toMatch(new RegExp(`^sk_${mode}_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$`));
  expect(parseKey(text)).toEqual({ id, mode });
});

test('new keys differ in every part', () => {
  const keys = Array.from({ length: 500 }, () => newKeyText('test'));
  expect(new Set(keys.map(({ id }) => id)).size).toBe(500);
  expect(new Set(keys.map(({ text }) => text.slice(17, 60))).size).toBe(500);
});

describe('a key with a slip', () => {
  test('of any one character is not a key', () => {
    const { text } = newKeyText('test');
    const slip = fc.tuple(fc.nat(text.length - 1), fc.constantFrom(...DIGITS, '_', ' '));
    fc.assert(
      fc.property(slip, ([at, digit]) => {
        fc.pre(text[at] !== digit);
        return parseKey(text.slice(0, at) + digit + text.slice(at + 1)) === null;
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['cut', (text: string) => text.slice(0, -1)],
    ['longer', (text: string) => `${text}0`],
    ['of the other mode', (text: string) => text.replace('sk_test', 'sk_live')],
    ['with two neighbours swapped', (text: string) => text.slice(0, 20) + swapped(text.slice(20))],
    ['with a line break', (text: string) => `${text.slice(0, -1)}\n`],
  ])('%s is not a key', (_, change) => {
    expect(parseKey(change(newKeyText('test').text))).toBeNull();
  });

  test('whatever else comes is not a key, and nothing breaks', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => parseKey(text) === null));
  });
});

test('the hash is SHA-256 of the whole key', () => {
  expect(hashKey('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

function swapped(text: string): string {
  const at = text.split('').findIndex((digit, index) => digit !== text[index + 1]);
  return text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2);
}
