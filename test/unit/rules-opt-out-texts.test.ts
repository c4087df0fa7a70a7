import { describe, expect, test } from 'vitest';
import { readIntent } from '../../server/rules/opt-out.ts';
import { optOutConfirmation } from '../../server/rules/opt-out-confirmation.ts';
import { helpAnswer, optInAnswer, TEXT_LANGUAGES } from '../../server/rules/opt-out-texts.ts';
import { segment } from '../../server/rules/segments.ts';

const organisation = 'Elm Street Dental';
const supportContact = '+14155550100';

describe('the texts of STOP, HELP and START', () => {
  test.each(TEXT_LANGUAGES)(
    'are one segment of GSM 7-bit each, name the programme and say how to go on: %s',
    (language) => {
      const stopped = optOutConfirmation(organisation, language);
      const help = helpAnswer({ organisation, supportContact, language });
      const started = optInAnswer({ organisation, language });
      for (const text of [stopped, help, started]) {
        expect(segment(text), text).toMatchObject({ encoding: 'GSM-7' });
        expect(segment(text).parts, text).toHaveLength(1);
        expect(text).toContain(organisation);
      }
      expect(stopped).toContain('START');
      expect(help).toContain(supportContact);
      for (const text of [help, started]) expect(text).toContain('STOP');
      expect(readIntent(help)?.type ?? null).not.toBe('opt_in');
    },
  );

  test('differ from language to language, and are English where there are none', () => {
    const all = TEXT_LANGUAGES.map((language) => optOutConfirmation(null, language));
    expect(new Set(all).size).toBe(TEXT_LANGUAGES.length);
    for (const language of [null, 'fi', 'xx']) {
      expect(optOutConfirmation('Acme', language)).toBe(optOutConfirmation('Acme'));
    }
  });

  test('follow the language of the keyword', () => {
    const intent = readIntent('ARRET', { country: 'CA' });
    expect(optOutConfirmation(organisation, intent?.language ?? null)).toContain('Vous ne recevrez plus');
  });

  test('say in English what the carriers demand of HELP', () => {
    expect(helpAnswer({ organisation, supportContact, language: 'en' })).toBe(
      'Elm Street Dental texts. Help: +14155550100. Msg frequency varies. Msg & data rates may apply. Reply STOP to opt out.',
    );
    expect(helpAnswer({ organisation: null, supportContact: null, language: null })).toBe(
      'Text messages. Msg frequency varies. Msg & data rates may apply. Reply STOP to opt out.',
    );
  });

  test('market nothing in the confirmation', () => {
    expect(optOutConfirmation('Acme')).toBe(
      'You are unsubscribed and will receive no more texts from Acme. Reply START to resubscribe.',
    );
    for (const language of TEXT_LANGUAGES) {
      expect(optOutConfirmation(organisation, language)).not.toMatch(/https?:|%|sale|offer|angebot|offre|oferta/i);
    }
  });
});
