import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { AUTO_REPLY_SIGNATURES } from '../../server/rules/auto-reply-signatures.ts';
import { AUTOMATIC_REPLIES, automaticSignature, mayReplyAutomatically } from '../../server/rules/loop-guard.ts';
import { wordsOf } from '../../server/rules/words.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20) + seconds * 1_000);
const ask = (text: string, repliedAt: readonly Date[] = [], lastReply: string | null = null) =>
  mayReplyAutomatically({ text, repliedAt, lastReply, at: at(1_000) });

describe('automatic replies', () => {
  test('are allowed to what a person writes', () => {
    expect(ask('What are your opening hours?')).toEqual({ allowed: true });
    expect(ask('hours', [at(990), at(995), at(998), at(999)], 'We are open 9 to 5.')).toEqual({ allowed: true });
  });

  test('end with the fifth in ten minutes, until the oldest of the five is ten minutes old', () => {
    const replies = [at(450), at(500), at(600), at(700), at(800)];
    expect(ask('hours', replies)).toEqual({ allowed: false, reason: 'too_many', until: at(1_050) });
    expect(ask('hours', [...replies].reverse())).toEqual({ allowed: false, reason: 'too_many', until: at(1_050) });
    expect(ask('hours', [at(400), ...replies.slice(1)])).toEqual({ allowed: true });
  });

  test('do not answer their own words', () => {
    expect(ask('WE ARE OPEN 9 to 5', [at(999)], 'We are open 9 to 5.')).toEqual({ allowed: false, reason: 'echo' });
    expect(ask('…', [at(999)], '!')).toEqual({ allowed: true });
  });

  test.each([
    ['I’m driving right now. I’ll call you back.', 'en'],
    ['I am driving and can’t talk', 'en'],
    ['Automatic reply: I will be back on Monday', 'en'],
    ['(Auto-Reply) out of office until 3 May', 'en'],
    ['The mailbox is full.', 'en'],
    ['Réponse automatique : absent', 'fr'],
    ['JE CONDUIS, je vous rappelle', 'fr'],
    ['Respuesta automatica', 'es'],
    ['Estoy conduciendo', 'es'],
    ['Automatische Antwort: ich bin nicht im Büro', 'de'],
    ['Estou dirigindo', 'pt'],
    ['Risposta automatica', 'it'],
    ['Ik ben aan het rijden', 'nl'],
  ])('do not answer a machine: %s', (text, language) => {
    expect(ask(text)).toMatchObject({ allowed: false, reason: 'automatic_text', language });
  });

  test.each([
    'Tell them I am driving to the shop',
    'Who is driving?',
    'My office is full',
    'Sorry, I can talk right now',
    'Call me when you are out of the meeting',
    'ja, ich fahre morgen',
    '',
  ])('answer people who use such words: %s', (text) => {
    expect(ask(text)).toEqual({ allowed: true });
  });

  property.prop([fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 20 })])(
    'are never more than five in any ten minutes',
    (arrivals) => {
      const sent: Date[] = [];
      for (const seconds of arrivals.toSorted((a, b) => a - b)) {
        const verdict = mayReplyAutomatically({ text: 'hours', repliedAt: sent, lastReply: null, at: at(seconds) });
        if (verdict.allowed) sent.push(at(seconds));
        else if (verdict.reason === 'too_many') expect(verdict.until.getTime()).toBeGreaterThan(at(seconds).getTime());
      }
      for (const first of sent) {
        const windowEnd = first.getTime() + AUTOMATIC_REPLIES.windowSeconds * 1_000;
        const within = sent.filter((date) => date >= first && date.getTime() < windowEnd);
        expect(within.length).toBeLessThanOrEqual(AUTOMATIC_REPLIES.max);
      }
    },
  );
});

describe('the signatures of machines', () => {
  test('are each found in their own language', () => {
    for (const { phrase, language } of AUTO_REPLY_SIGNATURES) {
      expect(automaticSignature(`${phrase.toUpperCase()}, x`)?.language, phrase).toBe(language);
    }
  });

  test('have at least two words, or one that no person writes', () => {
    const short = AUTO_REPLY_SIGNATURES.filter(({ phrase }) => wordsOf(phrase).length < 2).map(({ phrase }) => phrase);
    expect(short).toEqual(['autoreply', 'freemsg', 'abwesenheitsnotiz', 'afwezigheidsbericht']);
  });
});
