import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readIntent } from '../../server/rules/opt-out.ts';

const perSe = ['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe'];

describe('the exact tier of opting out', () => {
  test.each(perSe)('"%s" opts out, in any case', (word) => {
    for (const written of [word, word.toUpperCase(), ` ${word} `, `${word}.`, `${word}!!`]) {
      expect(readIntent(written)).toEqual({ type: 'opt_out', tier: 'exact', matched: word });
    }
  });

  test.each([
    ['S.T.O.P.', 'stop'],
    ['S T O P', 'stop'],
    ['ＳＴＯＰ', 'stop'],
    ['𝗦𝗧𝗢𝗣', 'stop'],
    ['stóp', 'stop'],
    ['“Stop”', 'stop'],
    ['STOP 🙏', 'stop'],
    ['\u200bSTOP\u00a0\n', 'stop'],
    ['opt-out', 'opt out'],
    ['OptOut', 'opt out'],
    ['STOP ALL', 'stop all'],
    ['stopall', 'stop all'],
    ['Unsubscribe.', 'unsubscribe'],
  ])('%j is "%s"', (written, matched) => {
    expect(readIntent(written)).toEqual({ type: 'opt_out', tier: 'exact', matched });
  });

  test.each(['START', 'unstop', 'Subscribe!', 'S T A R T'])('%j opts in', (written) => {
    expect(readIntent(written)).toMatchObject({ type: 'opt_in', tier: 'exact' });
  });

  test.each([
    "Don't stop!",
    "I'll stop by at 5",
    'bus stop',
    "I'm at the bus stop",
    'weekend works',
    'My friend sent me',
    'Please cancel my appointment',
    'unstoppable',
    'vendor list?',
    'YES',
    'Y',
    'NO',
    'CONFIRM',
    'end of the month',
    'quit smoking class?',
    'see you at the weekend',
    'When does it start?',
    'start over',
    'step',
    'shop',
    'spot',
    'quite',
    'send',
    'started',
    'HELP',
    '',
    '   ',
    '?!',
    '🛑',
    '1',
  ])('%j says nothing about consent in this tier', (written) => {
    expect(readIntent(written)).toBeNull();
  });

  const signs = fc.array(fc.constantFrom(' ', '.', '-', '_', '!', '\n', '"', '\u200d', '🙏'), { maxLength: 3 });
  property.prop([
    fc.constantFrom(...perSe, 'stop all'),
    fc.array(fc.tuple(fc.boolean(), signs), { minLength: 12, maxLength: 12 }),
  ])('case, spaces and signs never hide a keyword', (word, decoration) => {
    const written = Array.from(word, (letter, index) => {
      const [upper, noise] = decoration[index] ?? [false, []];
      return `${upper ? letter.toUpperCase() : letter}${noise.join('')}`;
    }).join('');
    expect(readIntent(written)).toEqual({ type: 'opt_out', tier: 'exact', matched: word });
  });

  property.prop([fc.constantFrom(...perSe), fc.stringMatching(/^[a-z0-9]{1,12}$/)])(
    'a keyword with another word beside it is not an exact hit',
    (word, other) => {
      fc.pre(!['all', 'un'].includes(other));
      expect(readIntent(`${word} ${other}`)).toBeNull();
    },
  );

  property.prop([fc.string({ unit: 'binary', maxLength: 2_000 })])('any text is read without failing', (text) => {
    expect([null, 'opt_in', 'opt_out']).toContain(readIntent(text)?.type ?? null);
  });
});
