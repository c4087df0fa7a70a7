import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readIntent, spokenLanguages } from '../../server/rules/opt-out.ts';

/** 47 CFR 64.1200(a)(10), and `stop all` of the short code handbook. */
const perSe = ['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe', 'stop all'];

const typeOf = (text: string, country: string | null = null) => readIntent(text, { country })?.type ?? null;

describe('the words that revoke consent by themselves', () => {
  test.each(perSe)('"%s" opts out, in any case', (word) => {
    for (const written of [word, word.toUpperCase(), ` ${word} `, `${word}.`, `${word}!!`]) {
      expect(readIntent(written)).toMatchObject({ type: 'opt_out', tier: 'exact', matched: word, language: 'en' });
    }
  });

  const sign = fc.constantFrom(' ', '.', '-', '_', '!', '\n', '"', '\u200d', '🙏', '🛑', '…', '’', '*');
  const signs = fc.array(sign, { maxLength: 3 });
  const wide = (letter: string) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0);
  const forms = [(l: string) => l, (l: string) => l.toUpperCase(), (l: string) => (/[a-z]/.test(l) ? wide(l) : l)];
  property.prop([
    fc.constantFrom(...perSe),
    fc.array(fc.tuple(fc.constantFrom(...forms), signs), { minLength: 12, maxLength: 12 }),
    fc.constantFrom(null, 'US', 'FR', 'DE', 'TR', 'CN', 'TH', 'EG', 'ZZ'),
    fc.subarray([...spokenLanguages()]),
  ])(
    'are never hidden by case, width, spaces, signs, emoji, country or language',
    (word, decoration, country, languages) => {
      const written = Array.from(word, (letter, index) => {
        const [form, noise] = decoration[index] ?? [String, []];
        return `${form(letter)}${noise.join('')}`;
      }).join('');
      expect(readIntent(written, { country, languages })).toMatchObject({ type: 'opt_out', matched: word });
    },
  );

  test.each([
    ['S.T.O.P.', 'stop'],
    ['S T O P', 'stop'],
    ['ＳＴＯＰ', 'stop'],
    ['𝗦𝗧𝗢𝗣', 'stop'],
    ['stóp', 'stop'],
    ['“Stop”', 'stop'],
    ['STOP 🙏', 'stop'],
    ['stopstopstop', 'stop'],
    ['\u200bSTOP\u00a0\n', 'stop'],
    ['opt-out', 'opt out'],
    ['STOPALL', 'stop all'],
    ['ЅТОР', 'stop'],
    ['SТOР', 'stop'],
    ['ꜱᴛᴏᴘ', 'stop'],
    ['ЕND', 'end'],
    ['СANСЕL', 'cancel'],
  ])('%j is "%s"', (written, matched) => {
    expect(readIntent(written)).toMatchObject({ type: 'opt_out', tier: 'exact', matched });
  });

  test('say so when they mean everything', () => {
    expect(readIntent('STOP ALL')?.scope).toEqual({ all: true });
    expect(readIntent('STOP')).not.toHaveProperty('scope');
  });
});

describe('each tier', () => {
  test.each([
    ['filler', 'please stop', 'stop'],
    ['filler', 'STOP 1234', 'stop'],
    ['filler', 'stop texts thanks', 'stop'],
    ['filler', 'ok cancel please', 'cancel'],
    ['clause', 'Stop. Wrong person.', 'stop'],
    ['exact', 'STOP\n\nSent from my Galaxy', 'stop'],
    ['clause', 'stop\nthis is Dana in dispatch', 'stop'],
    ['phrase', 'take me off this list', 'take me off this list'],
    ['phrase', 'quit msging me', 'quit messaging me'],
    ['typo', 'Stpo', 'stop'],
    ['typo', 'st0p', 'stop'],
    ['typo', 'pls cancle', 'cancel'],
    ['emoji', '🛑', '🛑'],
    ['emoji', '✋🏽', '✋🏽'],
  ])('%s: %j opts out', (tier, text, matched) => {
    expect(readIntent(text)).toMatchObject({ type: 'opt_out', tier, matched });
  });

  test.each([
    'wrong number',
    'Who is this?',
    'not interested',
    'leave me alone',
    'fuck off',
    'this is spam',
    'omg stop lol',
  ])('review: %j is for a person to judge', (text) => {
    expect(readIntent(text)).toMatchObject({ type: 'review', tier: 'review', language: 'en' });
  });

  test('a phrase in a long tale is for a person to judge', () => {
    const tale = 'so then my sister wrote to him and said please stop texting me and he came to the door with flowers';
    expect(typeOf(tale)).toBe('review');
  });

  test('a sentence of its own counts for the strong words alone', () => {
    expect(typeOf('The end. See you tomorrow')).toBeNull();
    expect(typeOf('Boooo you always work. Just quit.')).toBe('review');
  });
});

describe('the context', () => {
  test('CANCEL opts out, cancelling something does not', () => {
    expect(typeOf('CANCEL')).toBe('opt_out');
    expect(typeOf('Please cancel my appointment')).toBeNull();
    expect(typeOf('cancel order 4471')).toBeNull();
  });

  test.each(['YES', 'Y', 'NO', 'N', 'CONFIRM', 'OK', 'no thanks', '1', ''])('%j says nothing about consent', (text) => {
    for (const country of [null, 'US', 'FR', 'DE', 'MX']) expect(typeOf(text, country)).toBeNull();
  });

  test.each(['START', 'unstop', 'Subscribe!', 'S T A R T'])('%j opts in, but only as the whole reply', (text) => {
    expect(readIntent(text)).toMatchObject({ type: 'opt_in', tier: 'exact' });
    expect(typeOf(`${text} over`)).toBeNull();
  });

  test.each([
    ['HELP', 'US', 'en'],
    ['info', 'US', 'en'],
    ['AIDE', 'CA', 'fr'],
    ['Ayuda', 'MX', 'es'],
    ['Hilfe', 'DE', 'de'],
  ])('%s asks for help in %s', (text, country, language) => {
    expect(readIntent(text, { country })).toMatchObject({ type: 'help', tier: 'exact', language });
  });

  test.each([
    ['T', 'CN', 'US'],
    ['TD', 'CN', 'DE'],
    ['ret', 'TR', 'SE'],
    ['dur', 'TR', 'FR'],
    ['basta', 'IT', 'US'],
    ['alto', 'MX', 'IT'],
    ['baja', 'ES', 'DE'],
    ['salir', 'MX', 'US'],
    ['sair', 'BR', 'US'],
  ])('%j opts out in %s and not in %s', (text, spoken, elsewhere) => {
    expect(typeOf(text, spoken)).toBe('opt_out');
    expect(typeOf(text, elsewhere)).not.toBe('opt_out');
    expect(typeOf(text)).not.toBe('opt_out');
  });

  test.each(['ALTO', 'Baja', 'alto por favor', 'PARAR', 'cancelar', 'Pare', 'para ya', 'dar de baja'])(
    '%j opts out in the United States, of which many speak Spanish',
    (text) => {
      expect(readIntent(text, { country: 'US' })).toMatchObject({ type: 'opt_out', language: 'es' });
    },
  );

  test.each(['Basta', 'salir'])('%j from the United States is for a person to judge', (text) => {
    expect(typeOf(text, 'US')).toBe('review');
  });

  test.each(['Alto Palermo', 'Baja California', 'soprano or alto?', 'para mañana', 'con eso basta, gracias'])(
    '%j is no command in Spanish, also not in the United States',
    (text) => {
      expect(typeOf(text, 'US')).toBeNull();
    },
  );

  test('a language of the setting makes its short words count', () => {
    expect(readIntent('alto', { country: 'US', languages: ['es'] })).toMatchObject({ type: 'opt_out', language: 'es' });
  });

  test('a word of several languages counts as one of the contact’s country', () => {
    expect(readIntent('STOP', { country: 'FR' })?.language).toBe('fr');
    expect(readIntent('STOP', { country: 'CA' })?.language).toBe('en');
    expect(readIntent('ARRÊT', { country: 'CA' })?.language).toBe('fr');
    expect(readIntent('Quit', { country: 'FR' })).toMatchObject({ matched: 'quit', language: 'en' });
  });

  test('STOP and the name of a programme covers that programme alone', () => {
    const programs = ['Alerts', 'Weekly Deals'];
    expect(readIntent('STOP ALERTS', { country: 'US', programs })?.scope).toEqual({ program: 'Alerts' });
    expect(readIntent('stop weekly deals!', { country: 'US', programs })?.scope).toEqual({ program: 'Weekly Deals' });
    expect(readIntent('STOP', { country: 'US', programs })).not.toHaveProperty('scope');
  });
});

describe('what the writer did not say', () => {
  test.each([
    'Liked “Your table is ready! Reply STOP to opt out”',
    'Disliked “We moved your visit. Reply STOP to opt out”',
    '👍 to “Your order shipped. Reply STOP to opt out”',
    'Is this you? "Sale ends Sunday, reply STOP to opt out"',
    'Hey is this legit?\n> Your parcel is waiting. Reply STOP to unsubscribe',
  ])('quoted text is not read: %j', (text) => {
    expect(readIntent(text)).toBeNull();
  });

  test.each(['what does reply STOP mean?', 'Fwd: Your code is 482913. Reply STOP to opt out'])(
    'the footer is no request: %j',
    (text) => {
      expect(typeOf(text)).not.toBe('opt_out');
    },
  );

  test.each([
    'https://shop.example/stop?id=5',
    'my menu is at www.endoftheline.example/unsubscribe',
    'write to stop@example.com',
  ])('the words of an address are not read: %j', (text) => {
    expect(readIntent(text)).toBeNull();
  });

  test('an address beside STOP does not hide it', () => {
    expect(typeOf('STOP https://shop.example/a')).toBe('opt_out');
  });

  test.each([
    'Does STOP stop all the texts or only the ads',
    'unsubscribe from what?',
    'if I text stop will I still get reminders?',
  ])('a question about STOP is no request: %j', (text) => {
    expect(typeOf(text)).not.toBe('opt_out');
  });

  test.each(['Sent from my iPhone', 'Envoyé de mon iPhone', 'Von meinem iPhone gesendet', 'Get Outlook for Android'])(
    'a signature is not read: %j',
    (signature) => {
      expect(typeOf(`stop\n\n${signature}`)).toBe('opt_out');
      expect(typeOf(`See you at 5\n\n${signature}`)).toBeNull();
    },
  );
});

describe('any text', () => {
  property.prop([fc.string({ unit: 'binary', maxLength: 2_000 })])('is read without failing', (text) => {
    expect([null, 'opt_in', 'opt_out', 'help', 'review']).toContain(typeOf(text));
  });

  const pieces = [
    'stop ',
    'a',
    'dont ',
    '“',
    '"',
    '>\n',
    'sent from my ',
    'u\u0301',
    '\ufdfa',
    '。',
    'f*',
    's-',
    'ha',
    '1.',
  ];
  test.each(pieces)('is answered however long it is, also %j many times over', (piece) => {
    for (const size of [1_600, 100_000]) {
      const text = piece.repeat(Math.ceil(size / piece.length));
      expect(typeOf(text)).not.toBe('opt_in');
    }
  });

  test('that hides STOP behind a great many spaces is still an opt-out', () => {
    expect(typeOf(`${' '.repeat(50_000)}STOP${'\n'.repeat(50_000)}`)).toBe('opt_out');
  });
});
