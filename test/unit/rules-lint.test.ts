import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { FINDINGS_MAX, lint, type LintRequest } from '../../server/rules/lint.ts';
import { LINT_CODES } from '../../server/rules/lint-codes.ts';
import { linksIn } from '../../server/rules/links.ts';
import { LINK_WORDINGS, REPLY_WORDINGS, withOptOutText } from '../../server/rules/opt-out-footer.ts';
import { reservedPrompts } from '../../server/rules/prompts.ts';
import { PUBLIC_SHORTENERS } from '../../server/rules/public-shorteners.ts';

const number = { value: '+14155550100', type: 'long_code', opt_out_managed_by: 'us' } as const;
const name = { value: 'ACME', type: 'alphanumeric', opt_out_managed_by: 'us' } as const;
const tollFree = { value: '+18005550100', type: 'toll_free', opt_out_managed_by: 'carrier' } as const;

const plain: Omit<LintRequest, 'text'> = {
  message_type: 'transactional',
  organisation: 'Acme Ltd',
  sender: number,
  addedOptOutText: null,
  optOutUrl: null,
  expectedWords: null,
  isHealth: false,
};
const promo = { message_type: 'promotional' } as const;

const findings = (text: string, more: Partial<LintRequest> = {}) => lint({ ...plain, ...more, text });
const codes = (text: string, more: Partial<LintRequest> = {}) => findings(text, more).map(({ code }) => code);

describe('a good text', () => {
  test.each([
    ['Hi there! Your order #1234 has been shipped and is on its way.', {}],
    ['Your code is 482913. It is valid for 5 minutes.', { message_type: 'otp' as const }],
    ['Dentist tomorrow 9:30. Reply YES to confirm or NO to reschedule.', {}],
    ['Reply C to cancel, or STOP to opt out', {}],
    ['ACME: 20 % off at https://acme.example/sale Reply STOP to opt out', promo],
    ['Acme: VAT no. DE123456789, IBAN DE02120300000000202051', {}],
    ['Please cancel nothing: the visit is at the end of the month. Stop by!', {}],
    ['Your HIV test is ready', {}],
  ])('has no findings: %s', (text, more) => {
    expect(findings(text, more)).toEqual([]);
  });
});

describe('words that opt out', () => {
  test('must not be asked for with another purpose, and something else is offered', () => {
    expect(findings('Reply YES to confirm or CANCEL to cancel.')).toEqual([
      {
        code: 'RESERVED_OPT_OUT_WORD',
        level: 'error',
        message: 'Whoever answers CANCEL is opted out of all texts, whatever the text says it is for.',
        at: [24, 30],
        suggestion: 'C, NO or CHANGE',
      },
    ]);
  });

  test.each([
    ['Reply with CANCEL', 'cancel'],
    ['reply cancel to cancel your order', 'cancel'],
    ["Text 'cancel' to 12345 to cancel the visit", 'cancel'],
    ['Send END to end the chat', 'end'],
    ['Reply 1, 2 or QUIT', 'quit'],
    ['Need to cancel? Text CANCEL', 'cancel'],
    ['YES to confirm / CANCEL to cancel', 'cancel'],
    ['reply "quit" to leave the waiting list', 'quit'],
    ['Antworten Sie mit STOPP um den Termin abzusagen', 'stopp'],
    ['Répondez STOP pour annuler votre commande', 'stop'],
    ['Responda CANCELAR para cancelar la cita', 'cancelar'],
    ['CANCEL to cancel your visit', 'cancel'],
    ['REPLY CANCEL TO CANCEL', 'cancel'],
  ])('are found in: %s', (text, word) => {
    const bad = reservedPrompts(text).filter(({ isProper }) => !isProper);
    expect(bad.map(({ reserved }) => reserved.word)).toEqual([word]);
    expect(codes(text)).toContain('RESERVED_OPT_OUT_WORD');
  });

  test.each([
    'STOP to end',
    'Reply END to stop texts',
    'Text QUIT to quit',
    'Reply with the word STOP and we stop texting you',
    'Reply STOP. Rates may apply',
  ])('may be asked for to opt out: %s', (text) => {
    expect(codes(text)).toEqual([]);
  });

  test('are found among the words that a reply wait expects', () => {
    expect(codes('Shall we come?', { expectedWords: ['YES', 'Cancel'] })).toEqual(['RESERVED_OPT_OUT_WORD']);
    expect(codes('Reply YES or CANCEL', { expectedWords: ['YES', 'CANCEL'] })).toEqual(['RESERVED_OPT_OUT_WORD']);
  });

  test('START and HELP are reserved as well', () => {
    expect(codes('Reply START to begin the quiz')).toEqual(['RESERVED_WORD']);
    expect(codes('Reply INFO to get the brochure')).toEqual(['RESERVED_WORD']);
    expect(codes('Reply START to resubscribe, HELP for help')).toEqual([]);
  });

  test.each([
    'Only STOP works.',
    'The only way to unsubscribe is to reply STOP',
    'You can only opt out by texting STOP',
    'Seul STOP vous désabonne',
    'La única forma de darse de baja es STOP',
    'Abmeldung ist nur per SMS möglich',
    'Única forma de sair: STOP',
    'L’unico modo per disiscriverti è STOP',
    'Alleen via STOP',
  ])('must not be called the only way: %s', (text) => {
    expect(codes(text)).toContain('EXCLUSIVE_OPT_OUT');
  });
});

describe('a promotional text', () => {
  test('R101: says how to opt out, or is told what is added', () => {
    const text = 'Acme: 20 % off';
    expect(codes(text, promo)).toEqual(['OPT_OUT_TEXT_MISSING']);
    const { added } = withOptOutText({ text, language: 'en', senderIsOneWay: false, optOutUrl: null });
    const [finding] = findings(text, { ...promo, addedOptOutText: added });
    expect(finding?.code).toBe('OPT_OUT_TEXT_ADDED');
    expect(finding?.message).toContain('"Reply STOP to opt out" is added');
  });

  test('from a name must have a link, and a reply is none', () => {
    const more = { ...promo, sender: name };
    expect(codes('Acme: 20 % off', more)).toEqual(['OPT_OUT_LINK_MISSING']);
    expect(codes('20 % off. Reply STOP to opt out', more)).toEqual([
      'OPT_OUT_LINK_MISSING',
      'SENDER_CANNOT_BE_ANSWERED',
    ]);
    expect(codes('20 % off. Opt out: https://sms.example/o/x', more)).toEqual([]);
    expect(codes('20 % off. Text STOP to 36111', more)).toEqual([]);
  });

  test('R100: names its organisation in the text, in a link or as the sender', () => {
    const stop = 'Reply STOP to opt out';
    expect(codes(`20 % off. ${stop}`, promo)).toEqual(['SENDER_NOT_NAMED']);
    expect(codes(`20 % off at acme. ${stop}`, promo)).toEqual([]);
    expect(codes(`20 % off: https://shop.acme.example/x ${stop}`, promo)).toEqual([]);
    expect(codes('20 % off. Opt out: https://x.example/o', { ...promo, sender: name })).toEqual([]);
    expect(codes(`20 % off. ${stop}`, { ...promo, organisation: null })).toEqual(['SENDER_NOT_NAMED']);
    expect(codes(`Café Zoë: 20 % off. ${stop}`, { ...promo, organisation: 'CAFE ZOE GmbH' })).toEqual([]);
  });

  test('from a toll-free number offers STOP, the one word that its carrier knows', () => {
    const more = { ...promo, sender: tollFree };
    expect(codes('Acme. Reply UNSUBSCRIBE to opt out', more)).toEqual(['OPT_OUT_WORD_NOT_HANDLED']);
    expect(codes('Acme. Reply STOP or UNSUBSCRIBE to opt out', more)).toEqual([]);
    expect(codes('Acme. Reply UNSUBSCRIBE to opt out', promo)).toEqual([]);
  });

  test('in a language of ours has no finding because of the text we add', () => {
    for (const [language, wordings] of Object.entries(REPLY_WORDINGS)) {
      for (const wording of wordings)
        expect(codes(`Acme: 20 %. ${wording}`, promo), `${language} ${wording}`).toEqual([]);
      const link = `Acme: 20 %. ${LINK_WORDINGS[language]?.[0] ?? ''} https://sms.example/o/x`;
      expect(codes(link, { ...promo, sender: name }), link).toEqual([]);
    }
  });
});

describe('R073: a reply', () => {
  test('cannot be asked for by a name', () => {
    expect(codes('Reply YES to confirm', { sender: name })).toEqual(['SENDER_CANNOT_BE_ANSWERED']);
    expect(codes('Antworten Sie mit JA', { sender: name })).toEqual(['SENDER_CANNOT_BE_ANSWERED']);
    expect(codes('Shall we come?', { sender: name, expectedWords: [] })).toEqual(['SENDER_CANNOT_BE_ANSWERED']);
    expect(codes('Text YES to +1 415 555 0100', { sender: name })).toEqual([]);
    expect(codes('Reply YES to confirm', { sender: null })).toEqual([]);
  });
});

describe('R097: the tone', () => {
  test('is shouting when most letters are capitals', () => {
    expect(codes('BIG SALE TODAY ONLY AT OUR STORE')).toEqual(['SHOUTING']);
    expect(codes('СКИДКИ ТОЛЬКО СЕГОДНЯ В МАГАЗИНЕ')).toEqual(['SHOUTING']);
    expect(codes('Your code: ABCD-EFGH')).toEqual([]);
    expect(codes('本日限定セール、ぜひお越しください。お待ちしております')).toEqual([]);
    expect(
      codes('IBM GLOBAL SERVICES EUROPE: see you soon at the fair', { organisation: 'IBM GLOBAL SERVICES EUROPE' }),
    ).toEqual([]);
  });

  test('is loud with rows of exclamation marks', () => {
    expect(findings('Sale!! Now')).toMatchObject([{ code: 'EXCLAMATION_MARKS', at: [4, 6] }]);
    expect(codes('One! Two! Three!')).toEqual(['EXCLAMATION_MARKS']);
    expect(codes('One! Two!')).toEqual([]);
  });
});

describe('R097 R098: a link', () => {
  test.each(['https://bit.ly/3xYz', 'bit.ly/3xYz', 'BIT.LY/x', 'http://www.tinyurl.com/a', 'tinyurl.com', 't.co/abc'])(
    'of a public shortener is found: %s',
    (link) => {
      const text = `See ${link}, now`;
      expect(findings(text)).toMatchObject([{ code: 'PUBLIC_SHORTENER', at: [4, 4 + link.length] }]);
    },
  );

  test.each([
    'https://acme.example/bit.ly',
    'https://bit.ly.acme.example/x',
    'at.com',
    'Thanks.Bye',
    'a@bit.ly',
    'rabbit.ly/x',
  ])('is no public shortener: %s', (link) => {
    expect(codes(`See ${link} now`)).toEqual([]);
  });

  test.each([
    ['http://192.0.2.7/login', 'SUSPICIOUS_LINK'],
    ['https://acme.example@evil.example/', 'SUSPICIOUS_LINK'],
    ['https://xn--pypal-4ve.example/', 'SUSPICIOUS_LINK'],
    ['https://p\u{430}ypal.example/', 'SUSPICIOUS_LINK'],
    ['http://acme.example/x', 'INSECURE_LINK'],
  ])('that looks like phishing is found: %s', (link, code) => {
    expect(codes(`See ${link}`)).toEqual([code]);
  });

  test.each(['https://пример.example/ы', 'https://münchen.example/', 'acme.example/x?y=1'])('is fine: %s', (link) => {
    expect(codes(`See ${link}`)).toEqual([]);
  });

  test('ends before the punctuation of the sentence', () => {
    expect(linksIn('(see https://a.example/b?c=1). Or www.b.example, now')).toEqual([
      { url: 'https://a.example/b?c=1', host: 'a.example', at: [5, 28] },
      { url: 'www.b.example', host: 'b.example', at: [34, 47] },
    ]);
  });

  test('hosts are listed as links are compared', () => {
    const wrong = [...PUBLIC_SHORTENERS].filter(
      (host) => !/^[a-z0-9-]+(\.[a-z]+)+$/.test(host) || host.startsWith('www.'),
    );
    expect(wrong).toEqual([]);
    expect(PUBLIC_SHORTENERS.size).toBeGreaterThan(50);
  });
});

describe('health information', () => {
  const health = { isHealth: true };

  test.each([
    ['Patient born 1/2/1965', 'HEALTH_BIRTH_DATE'],
    ['DOB: 1965-02-01', 'HEALTH_BIRTH_DATE'],
    ['Confirm 12/31/1970', 'HEALTH_BIRTH_DATE'],
    ['MRN 00123456', 'HEALTH_RECORD_NUMBER'],
    ['Patient ID: AB-123456', 'HEALTH_RECORD_NUMBER'],
    ['SSN 123-45-6789', 'HEALTH_RECORD_NUMBER'],
    ['Your chemotherapy is on Monday', 'HEALTH_CONDITION'],
    ['About your Diabetes', 'HEALTH_CONDITION'],
    ['Code E11.9 was billed', 'HEALTH_CONDITION'],
  ])('may be in: %s', (text, code) => {
    expect(codes(text, health)).toEqual([code]);
    expect(codes(text)).toEqual([]);
  });

  test.each([
    'Your appointment with Dr. Ng is on 11/20/2026 at 9:30',
    'Your prescription is ready at the clinic',
    'Members only: 20 % off',
    'Patient portal: new message',
    'Order 123-456-7890',
  ])('is not suspected in: %s', (text) => {
    expect(codes(text, health)).toEqual([]);
  });
});

describe('the findings', () => {
  test('come in the order of the text and are limited', () => {
    const all = findings('!! https://bit.ly/a http://b.example '.repeat(40));
    expect(all).toHaveLength(FINDINGS_MAX);
    const starts = all.map(({ at }) => at?.[0] ?? -1);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  test('have codes, levels and sources in one table', () => {
    for (const [code, { why, source }] of Object.entries(LINT_CODES)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(why.length, code).toBeGreaterThan(20);
      expect(source.length, code).toBeGreaterThan(10);
    }
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean()])(
    'point into any text and are the same every time',
    (text, isOneWay) => {
      const request = { ...plain, ...promo, sender: isOneWay ? name : number, isHealth: true, text };
      const all = lint(request);
      expect(lint(request)).toEqual(all);
      for (const { at } of all) {
        expect(at === undefined || (at[0] >= 0 && at[0] < at[1] && at[1] <= text.length)).toBe(true);
      }
    },
  );
});
