import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { LINK_WORDINGS, offersOptOut, REPLY_WORDINGS, withOptOutText } from '../../server/rules/opt-out-footer.ts';
import { segment } from '../../server/rules/segments.ts';

const url = 'https://sms.example/o/Ab3dE';
const toNumber = { language: 'en', senderIsOneWay: false, optOutUrl: null };
const toName = { language: 'en', senderIsOneWay: true, optOutUrl: url };
const languages = Object.keys(REPLY_WORDINGS);

describe('R101: the opt-out text', () => {
  test('is put behind a text in the clearest wording', () => {
    expect(withOptOutText({ ...toNumber, text: 'Acme: 20 % off today' })).toEqual({
      text: 'Acme: 20 % off today. Reply STOP to opt out',
      added: '. Reply STOP to opt out',
    });
    expect(withOptOutText({ ...toNumber, text: 'Acme: 20 % off today!\n' }).text).toBe(
      'Acme: 20 % off today! Reply STOP to opt out',
    );
  });

  test.each([
    ['fr', 'Répondez STOP pour vous désabonner'],
    ['es-MX', 'Responda STOP para darse de baja'],
    ['DE', 'Antworten Sie STOP zum Abmelden'],
    ['pt-BR', 'Responda STOP para sair'],
    ['it', 'Rispondi STOP per disiscriverti'],
    ['nl', 'Antwoord STOP om af te melden'],
    ['ja', 'Reply STOP to opt out'],
    [null, 'Reply STOP to opt out'],
  ])('is in the language of the recipient where we have it: %s', (language, wording) => {
    expect(withOptOutText({ ...toNumber, language, text: 'Acme!' }).added).toBe(` ${wording}`);
  });

  test('is a link where nobody can answer the sender', () => {
    expect(withOptOutText({ ...toName, text: 'Acme: sale!' }).text).toBe(`Acme: sale! Opt out: ${url}`);
    expect(withOptOutText({ ...toName, language: 'de', text: 'Acme!' }).added).toBe(` Abmelden: ${url}`);
  });

  test('is left out where nobody can answer and there is no page: the linter refuses that', () => {
    expect(withOptOutText({ ...toName, optOutUrl: null, text: 'Sale' })).toEqual({ text: 'Sale', added: null });
  });

  test('gets shorter before it makes the text one SMS longer', () => {
    const added = (length: number) => withOptOutText({ ...toNumber, text: 'x'.repeat(length) }).added;
    expect(added(137)).toBe('. Reply STOP to opt out');
    expect(added(138)).toBe('. STOP to opt out');
    expect(added(144)).toBe('. STOP=end');
    expect(added(151)).toBe('. Reply STOP to opt out');
  });

  test('counts the SMS as the carrier of the text does', () => {
    const segmentsOf = (text: string) => Math.ceil(text.length / 40);
    expect(withOptOutText({ ...toNumber, text: 'x'.repeat(30), segmentsOf }).added).toBe('. STOP=end');
  });

  test.each(languages)('in %s stays in the GSM 7-bit alphabet, so that it never makes a text dearer', (language) => {
    const all = [...(REPLY_WORDINGS[language] ?? []), ...(LINK_WORDINGS[language] ?? [])];
    expect(all.length).toBeGreaterThanOrEqual(3);
    for (const wording of all) expect(segment(wording).encoding, wording).toBe('GSM-7');
  });

  test.each(languages)('in %s is recognised in each of its wordings', (language) => {
    for (const wording of REPLY_WORDINGS[language] ?? [])
      expect(offersOptOut(`Acme, sale. ${wording}`, toNumber), wording).toBe(true);
    for (const wording of LINK_WORDINGS[language] ?? [])
      expect(offersOptOut(`Acme, sale. ${wording} https://other.example/x`, toName), wording).toBe(true);
  });

  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc
      .array(fc.constantFrom('Reply', 'STOP', 'to', 'sale', 'STOP=', 'https://', 'www.', '“', '.', 'or', '\n', 'opt'), {
        maxLength: 12,
      })
      .map((words) => words.join(' ')),
  );

  property.prop([text, fc.constantFrom(...languages), fc.boolean()], { numRuns: 500 })(
    'is never added twice',
    (original, language, senderIsOneWay) => {
      const request = { language, senderIsOneWay, optOutUrl: url };
      const once = withOptOutText({ ...request, text: original });
      expect(offersOptOut(once.text, request)).toBe(true);
      expect(withOptOutText({ ...request, text: once.text })).toEqual({ text: once.text, added: null });
    },
  );

  property.prop([fc.string({ unit: 'grapheme', maxLength: 400 }), fc.constantFrom(...languages)])(
    'follows the text as it was, apart from spaces at its end',
    (original, language) => {
      const { text: whole, added } = withOptOutText({ ...toNumber, language, text: original });
      expect(whole).toBe(added === null ? original : original.trimEnd() + added);
    },
  );
});

describe('a way to opt out', () => {
  test.each([
    'Reply STOP to unsubscribe',
    'reply stop to end',
    'Text STOP to cancel',
    'Txt STOP 2 end',
    'STOP2END',
    'Msg&data rates may apply. Reply HELP for help, STOP to cancel.',
    'To opt-out reply STOP',
    'Reply “STOP” to end',
    'Send QUIT to stop texts',
    'Reply END to stop these alerts',
    'STOP au 36111',
    'STOP SMS au 36180',
    'Envoyez STOP pour ne plus recevoir nos messages',
    'Responde BAJA para no recibir más mensajes',
    'Antworte mit STOPP, um dich abzumelden',
    'Stuur AFMELDEN',
    'Unsubscribe: https://acme.example/u/1',
    'Abmelden unter www.acme.example/ab',
    'See https://acme.example/unsubscribe?u=1',
  ])('is seen in: %s', (text) => {
    expect(offersOptOut(`Acme: sale today. ${text}`, toNumber)).toBe(true);
  });

  test.each([
    'Meet us at the bus stop',
    'STOP PAYING TOO MUCH! Call us',
    'The END of season sale',
    'Text us to change or cancel your booking',
    'Reply CANCEL to cancel',
    'Reply STOP to stop the music',
    'Reply YES to confirm',
    'Our shop: https://acme.example/STOP',
    'Nonstop fun. Stop by!',
    '',
  ])('is not seen in: %s', (text) => {
    expect(offersOptOut(text, toNumber)).toBe(false);
  });

  test('to a sender that cannot be answered is a link or another number, never a reply', () => {
    expect(offersOptOut('Sale. Reply STOP to opt out', toName)).toBe(false);
    expect(offersOptOut('Sale. STOP2END', toName)).toBe(false);
    expect(offersOptOut('Sale. STOP au 36111', toName)).toBe(true);
    expect(offersOptOut(`Sale ${url}`, toName)).toBe(true);
  });
});
