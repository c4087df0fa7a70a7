import { describe, expect, test } from 'vitest';
import { readIntent } from '../../server/rules/opt-out.ts';
import { isConfirmation, optInRequestText } from '../../server/rules/opt-in-request.ts';
import { segment } from '../../server/rules/segments.ts';

describe('a request to confirm an opt-in', () => {
  test('says whose texts they are, how to confirm and how to refuse', () => {
    expect(optInRequestText({ organisation: 'Acme', text: null, language: null })).toBe(
      'Acme: You asked for our texts. Reply Y to confirm or STOP to opt out.',
    );
    expect(optInRequestText({ organisation: null, text: null, language: 'xx' })).toMatch(/^You asked/);
  });

  test('takes the words of the operator, and adds only how', () => {
    expect(optInRequestText({ organisation: 'Acme', text: ' Acme news, 4 a month. ', language: 'de-AT' })).toBe(
      'Acme news, 4 a month. Antworten Sie JA zum Bestätigen oder STOP zum Abmelden.',
    );
  });

  test.each(['en', 'fr', 'es', 'de', 'pt', 'it', 'nl'])(
    'fits into one SMS in %s, and its yes is understood',
    (language) => {
      const text = optInRequestText({ organisation: 'Acme', text: null, language });
      expect(segment(text).parts).toHaveLength(1);
      const [, word] = /\b([A-Z]{1,3})\b(?!.*\b(?!STOP)[A-Z]{1,3}\b)/.exec(text.replace('SMS', '')) ?? [];
      expect(isConfirmation(word ?? '')).toBe(true);
    },
  );
});

describe('a confirmation', () => {
  test.each(['Y', 'y', 'YES', ' Yes! ', 'yes.', 'Oui', 'SÍ', 'ja', 'sim'])('is %j', (text) => {
    expect(isConfirmation(text)).toBe(true);
    // It never decides by itself.
    expect(readIntent(text, { country: 'US' })).toBeNull();
  });

  test.each(['', 'N', 'no', 'yes but only news', 'yes stop', 'STOP', 'ok', 'who is this', 'yy', '👍'])(
    'is not %j',
    (text) => {
      expect(isConfirmation(text)).toBe(false);
    },
  );
});
