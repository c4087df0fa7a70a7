import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { folded, indexOfPhrase, isUnspaced, wordsOf } from '../../server/rules/words.ts';

describe('the words of a text', () => {
  test.each([
    ['Hello, WORLD!', ['hello', 'world']],
    ['Ｓｔｏｐ 𝐍𝐨𝐰', ['stop', 'now']],
    ['Arrêt, NÃO, Straße', ['arret', 'nao', 'strasse']],
    ["don’t don't dont", ['dont', 'dont', 'dont']],
    ['👍🏽❤️ ok 2️⃣', ['👍', '❤', 'ok', '2']],
    ['नमस्ते दुनिया', ['नमस्ते', 'दुनिया']],
    ['İSTANBUL', ['istanbul']],
    ['한국어', ['한국어']],
    ['… — !!', []],
  ])('of %s are compared in one form', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  property.prop([fc.string({ unit: 'grapheme' })])('folded twice are folded once', (text) => {
    expect(folded(folded(text))).toBe(folded(text));
  });

  test('are found as whole words only', () => {
    expect(indexOfPhrase(['re', 'start', 'art', 'now'], ['art', 'now'])).toBe(2);
    expect(indexOfPhrase(['start'], ['art'])).toBe(-1);
    expect(indexOfPhrase(['a'], [])).toBe(-1);
    expect(indexOfPhrase([], ['a'])).toBe(-1);
  });

  test('have no spaces between them in some scripts', () => {
    expect(['我要退订', 'ภาษาไทย', 'ひらがな'].every(isUnspaced)).toBe(true);
    expect(['stop', 'стоп', '한국어', 'हिन्दी'].some(isUnspaced)).toBe(false);
  });
});
