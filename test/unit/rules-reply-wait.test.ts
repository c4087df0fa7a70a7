import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { NO, YES } from '../../server/rules/answer-words.ts';
import { RESERVED_WORDS, reservedUse } from '../../server/rules/reserved-words.ts';
import { readReply, type ReplyMatch } from '../../server/rules/reply-wait.ts';
import {
  chooseWait,
  isTimedOut,
  MATCH_LIMITS,
  matchFaults,
  type OpenWait,
  REPLY_WAIT_SECONDS,
  waitExpiresAt,
} from '../../server/rules/reply-wait-choice.ts';

const approval: ReplyMatch = { type: 'approval' };
const freeText: ReplyMatch = { type: 'free_text' };
const valueOf = (match: ReplyMatch, text: string) => {
  const reading = readReply(match, text);
  return reading.matched ? reading.value : reading.reason;
};

describe('R129: a yes or no', () => {
  test.each(
    [
      'yes|YES!|Y|yeah|Yep 😊|Yes please|yes, see you at five|ok|Ok thanks|sure|Sounds good|I confirm',
      'Yes thank you so much|Okay great, thanks!|Sì grazie mille|Yes 2 people|that works|1 please|Yesss|👍 see you',
      'yes no problem|yes yes|1|👍|👍🏽|✅|Ok 👍|oui|Oui merci !|D’accord|bien sûr|sí|Sí, gracias|claro|de acuerdo|ja',
      'Ja gerne|Klar|sim|Sim, obrigada|com certeza|sì|va bene|certo|jazeker|Ja graag, dank je',
    ].flatMap((line) => line.split('|')),
  )('is a yes: %s', (text) => {
    expect(valueOf(approval, text)).toBe('yes');
  });

  test.each(
    [
      'no|NO.|n|nope|No thanks|no thank you|No I can’t come|No, Thursday is better|2|2 thanks|sorry no|Nope, all good|👎|❌|non|Non merci',
      'pas d’accord|nein|Nein danke|nö|nee|Nee dank je|não|Não, obrigado',
    ].flatMap((line) => line.split('|')),
  )('is a no: %s', (text) => {
    expect(valueOf(approval, text)).toBe('no');
  });

  test.each(
    [
      'maybe|yes but not today|yes?|yes or no|yes no|no problem|No worries|no sé|Non lo so|ok who is this|1 or 2',
      '12|not yes|yes I do not want it|👍👎|I will be there||?|🤷|sim mas não hoje|ja, aber später',
      'Yes stop|No. Stop texting|yes please cancel|ja ja ja|n/a|2 people|No it’s ok|great|1?|oui mais pas demain|no can we change it|yesterday|note',
      'yes and so on and so on and so on and so on and so on and so on and so on',
    ].flatMap((line) => line.split('|')),
  )('is left to a person: %s', (text) => {
    expect(valueOf(approval, text)).toBe('unclear');
  });

  test('may have words of its own, which win over the usual ones', () => {
    const match: ReplyMatch = { type: 'approval', approve: ['Go', 'n'], decline: ['Wait', 'ok'] };
    expect(valueOf(match, 'go!')).toBe('yes');
    expect(valueOf(match, 'N')).toBe('yes');
    expect(valueOf(match, 'wait please')).toBe('no');
    expect(valueOf(match, 'ok')).toBe('no');
    expect(valueOf(match, 'yes')).toBe('yes');
    expect(valueOf({ type: 'approval', approve: ['2'], decline: ['1'] }, '1')).toBe('no');
  });

  test('is never a word that consent or HELP is made of', () => {
    const words = [...YES, ...NO].map((phrase) => phrase.join(' '));
    expect(words.filter((word) => reservedUse(word) !== null)).toEqual([]);
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
  });
});

describe('a list of words', () => {
  test.each([
    [['YES', 'NO'], 'yes', 'YES'],
    [['YES', 'NO'], 'Yes, see you', 'YES'],
    [['YES', 'NO'], 'Ja!', 'YES'],
    [['YES', 'NO'], '👎', 'NO'],
    [['YES', 'NO'], 'no problem', 'unclear'],
    [['CONFIRM', 'CHANGE'], 'confirm', 'CONFIRM'],
    [['CONFIRM', 'CHANGE'], 'Change please', 'CHANGE'],
    [['CONFIRM', 'CHANGE'], 'confirm or change', 'unclear'],
    [['CONFIRM', 'CHANGE'], 'I want to change it', 'unclear'],
    [['CONFIRM', 'CHANGE'], 'yes', 'CONFIRM'],
    [['CONFIRM', 'CHANGE'], 'no', 'unclear'],
    [['A', 'B'], 'b', 'B'],
    [['A', 'B'], 'A week later', 'unclear'],
    [['Réserver', 'Plus tard'], 'plus tard', 'Plus tard'],
    [['Réserver', 'Plus tard'], 'RESERVER merci', 'Réserver'],
    [['👍', '👎'], '👍🏿', '👍'],
    [['预约', '取消'], '预约', '预约'],
    [['TUESDAY', 'WEDNESDAY'], 'tuesdays', 'unclear'],
  ])('%j reads %s as %s', (match, text, value) => {
    expect(valueOf(match, text)).toBe(value);
  });

  test('tells the place of the word, from 1', () => {
    expect(readReply(['YES', 'NO'], 'no')).toEqual({ matched: true, value: 'NO', index: 2 });
    expect(readReply(approval, 'no')).toEqual({ matched: true, value: 'no', index: null });
  });
});

describe('a choice', () => {
  const days: ReplyMatch = { type: 'choice', choices: ['Morning (9-12)', 'Afternoon', 'Evening'] };
  const times: ReplyMatch = { type: 'choice', choices: ['10:00', '14:30', '2 pm'] };

  test.each([
    [days, '1', 1],
    [days, '2.', 2],
    [days, '#3', 3],
    [days, 'Option 2', 2],
    [days, '２', 2],
    [days, '2️⃣', 2],
    [days, '٣', 3],
    [days, '३', 3],
    [days, 'two', 2],
    [days, 'deux', 2],
    [days, 'drei bitte', 3],
    [days, 'I’ll take 2 please', 2],
    [days, 'morning', 1],
    [days, 'Evening thanks', 3],
    [days, 'afternoon, see you then', 2],
    [times, '14:30', 2],
    [times, '14', 2],
    [times, '2 pm', 3],
  ])('of %j reads %s as number %s', (match, text, index) => {
    expect(readReply(match, text)).toMatchObject({ matched: true, index });
  });

  test.each([
    [days, '0'],
    [days, '4'],
    [days, '1 or 2'],
    [days, '1, 2'],
    [days, '2?'],
    [days, 'morning or evening'],
    [days, 'at 2'],
    [days, 'none'],
    [days, ''],
    [days, '22222222222222222222'],
    // The second choice, or the one that begins with a 2?
    [times, '2'],
  ])('of %j leaves %s to a person', (match, text) => {
    expect(valueOf(match, text)).toBe('unclear');
  });

  property.prop([
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom('', '.', '!', ' please', ' 👍🏽'.slice(0, 0), ')', ' merci'),
  ])('reads each number of the list, with what people put behind it', (index, behind) => {
    const choices = Array.from({ length: 9 }, (_, at) => `Room ${String.fromCharCode(65 + at)}`);
    const value = choices[index - 1];
    expect(readReply({ type: 'choice', choices }, `${String(index)}${behind}`)).toEqual({
      matched: true,
      value,
      index,
    });
  });
});

describe('any text', () => {
  test('is an answer where any is waited for', () => {
    expect(readReply(freeText, ' Ring the bell ')).toEqual({ matched: true, value: 'Ring the bell', index: null });
    expect(readReply(freeText, ' \n')).toEqual({ matched: false, reason: 'unclear' });
  });
});

describe('an opt-out', () => {
  const matches: ReplyMatch[] = [
    approval,
    freeText,
    ['YES', 'CANCEL', 'STOP'],
    { type: 'choice', choices: ['Cancel', 'End'] },
  ];

  test.each(RESERVED_WORDS.filter(({ use }) => use !== 'opt_in').map(({ word }) => word))(
    'or a call for help is never an answer, not even to a text that asks for it: %s',
    (word) => {
      for (const match of matches)
        expect(readReply(match, `${word.toUpperCase()}!`)).toEqual({ matched: false, reason: 'reserved' });
    },
  );

  property.prop([fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom(...matches)])(
    'and any other text is read without fault, the same each time',
    (text, match) => {
      expect(readReply(match, text)).toEqual(readReply(match, text));
    },
  );
});

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20) + seconds * 1_000);
const wait = (id: string, match: ReplyMatch, created = 0, expires = 600): OpenWait => ({
  id,
  match,
  created_at: at(created),
  expires_at: at(expires),
});

describe('several waits of one contact', () => {
  const chosen = (waits: readonly OpenWait[], text: string, received = 100) => {
    const choice = chooseWait(waits, text, at(received));
    return choice.wait === null ? choice.reason : choice.wait.id;
  };

  test('are told apart by what they ask for', () => {
    const waits = [wait('yes', ['YES', 'NO'], 1), wait('size', { type: 'choice', choices: ['Small', 'Large'] }, 2)];
    expect(chosen(waits, 'large')).toBe('size');
    expect(chosen(waits, 'yes')).toBe('yes');
    expect(chosen(waits, 'who is this')).toBe('unclear');
    expect(chosen(waits, 'stop')).toBe('reserved');
  });

  test('that could both be meant go to the youngest, and certain answers before any text', () => {
    expect(chosen([wait('old', approval, 1), wait('young', approval, 2)], 'yes')).toBe('young');
    expect(chosen([wait('asked', approval, 1), wait('any', freeText, 2)], 'yes')).toBe('asked');
    expect(chosen([wait('asked', approval, 1), wait('any', freeText, 2)], 'the red one')).toBe('any');
  });

  test('of the same moment cannot be told apart', () => {
    expect(chosen([wait('a', approval, 1), wait('b', approval, 1)], 'yes')).toBe('ambiguous');
    expect(chosen([wait('a', approval, 1), wait('b', freeText, 1)], 'yes')).toBe('a');
  });

  test('are nothing when all are over', () => {
    expect(chosen([], 'yes')).toBe('none');
    expect(chosen([wait('a', approval)], 'yes', 600)).toBe('none');
    expect(chosen([wait('a', approval)], 'yes', 599)).toBe('a');
  });
});

describe('the time of a wait', () => {
  test('runs from when the text may leave, and is bounded', () => {
    expect(waitExpiresAt(at(0), 60)).toEqual(at(60));
    expect(waitExpiresAt(at(0))).toEqual(at(REPLY_WAIT_SECONDS.default));
    expect(waitExpiresAt(at(0), 0)).toEqual(at(1));
    expect(waitExpiresAt(at(0), 1e12)).toEqual(at(REPLY_WAIT_SECONDS.max));
  });

  test('is over at its very end', () => {
    expect(isTimedOut(wait('a', approval), new Date(at(600).getTime() - 1))).toBe(false);
    expect(isTimedOut(wait('a', approval), at(600))).toBe(true);
  });
});

describe('a match', () => {
  test.each<ReplyMatch>([
    ['YES', 'NO'],
    approval,
    freeText,
    { type: 'choice', choices: ['10:00', '11:00'] },
    { type: 'approval', approve: ['go'], decline: ['wait'] },
  ])('can be used: %j', (match) => {
    expect(matchFaults(match)).toEqual([]);
  });

  test.each<[ReplyMatch, string[]]>([
    [[], ['']],
    [Array.from({ length: MATCH_LIMITS.words + 1 }, (_, index) => `w${String(index)}`), ['']],
    [['YES', 'yes!'], ['/1']],
    [['YES', '…'], ['/1']],
    [['YES', 'Cancel'], ['/1']],
    [
      ['HELP', 'x'.repeat(41)],
      ['/0', '/1'],
    ],
    [{ type: 'choice', choices: ['one'] }, ['/choices']],
    [{ type: 'choice', choices: ['Go', 'End'] }, ['/choices/1']],
    [{ type: 'approval', approve: ['go', 'stop'], decline: ['GO'] }, ['/approve/1', '/decline/0']],
  ])('has faults, with the place of each: %j', (match, params) => {
    expect(matchFaults(match).map(({ param }) => param)).toEqual(params);
  });

  test('may ask for no word that opts out, and something else is offered', () => {
    expect(matchFaults(['CANCEL'])[0]?.message).toContain('C, NO or CHANGE');
  });
});
