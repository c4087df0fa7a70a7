import { describe, expect, test } from 'vitest';
import { NO, YES } from '../../server/rules/answer-words.ts';
import { readIntent } from '../../server/rules/opt-out.ts';
import { RESERVED_WORDS, reservedUse } from '../../server/rules/reserved-words.ts';
import { folded } from '../../server/rules/words.ts';

describe('reserved words', () => {
  test.each(RESERVED_WORDS.map(({ word, language, use }) => [word, language, use] as const))(
    'are read as what they are kept for where their language is spoken: %s (%s)',
    (word, language, use) => {
      expect(readIntent(word, { country: null, languages: [language] })?.type).toBe(use);
    },
  );

  test('leave the usual answers alone: no yes and no no says anything about consent', () => {
    const answers = [...YES, ...NO].map((words) => words.join(' '));
    expect(answers.filter((answer) => readIntent(answer) !== null)).toEqual([]);
  });

  test.each(['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe'])(
    'contain %s, which always revokes consent, in every spelling',
    (word) => {
      for (const text of [word, word.toUpperCase(), `${word}!`, `“${word}”`]) {
        expect(reservedUse(text), text).toBe('opt_out');
        expect(readIntent(text)?.type, text).toBe('opt_out');
      }
    },
  );

  test.each([
    ['START', 'opt_in'],
    ['unstop', 'opt_in'],
    ['Help?', 'help'],
    ['AIDE', 'help'],
    ['Arrêt', 'opt_out'],
    ['opt-out', 'opt_out'],
    ['STOP ALL', 'opt_out'],
  ])('%s is kept for %s', (text, use) => {
    expect(reservedUse(text)).toBe(use);
  });

  test.each(['yes', 'no', 'stop by at five', 'bus stop', 'the end', 'change', 'c', '', '👍'])(
    '%s is no reserved word',
    (text) => {
      expect(reservedUse(text)).toBeNull();
    },
  );

  test('are listed once and with a source', () => {
    const words = RESERVED_WORDS.map(({ word }) => folded(word));
    expect(new Set(words).size).toBe(words.length);
    expect(RESERVED_WORDS.filter(({ source }) => source.length < 10)).toEqual([]);
  });
});
