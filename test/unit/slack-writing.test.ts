import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { aboutOf, NOTHING_ABOUT, textBlockOf } from '../../connectors/slack/rules/draft.ts';
import { draftWords, type Measured } from '../../connectors/slack/rules/draft-words.ts';
import { fillTemplate, placesIn } from '../../connectors/slack/rules/fill-template.ts';
import { beyondGsm7 } from '../../connectors/slack/rules/gsm7-characters.ts';
import { channelFor, explainRoute } from '../../connectors/slack/rules/routing.ts';
import { spanWords } from '../../connectors/slack/rules/span-words.ts';
import { tsOfView } from '../../connectors/slack/threads/around.ts';
import { isGsm7 } from '../../server/rules/gsm7.ts';

const measured: Measured = {
  encoding: 'GSM-7',
  segments: 1,
  remaining: 155,
  from: '+15005550100',
  refusal: null,
  quietTime: null,
};
const words = (text: string, said: Measured | string | null = measured) =>
  draftWords(text, said, { confirmSegments: 3 });

describe('what is said below a text while it is written', () => {
  property.prop([fc.string({ unit: 'grapheme', maxLength: 60 })])(
    'names the characters that keep it out of the short alphabet, which are those that the server does not take',
    (text) => {
      expect(beyondGsm7(text).length === 0).toBe(isGsm7(text));
      const strangers = new Set(beyondGsm7(text));
      const others = Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
      expect(isGsm7(others.filter((one) => !strangers.has(one)).join(''))).toBe(true);
    },
  );
  test('is what it takes, what stands in its way, and nothing where there is nothing', () => {
    expect(words('')).toBe('Nothing written yet.');
    expect(words('Hello')).toBe('*1 SMS* (GSM-7), room for 155 more in the last one. From +15005550100.');
    expect(words('Hello', null)).toContain('once the number is complete');
    expect(words('Hello', 'No such <sender>.')).toBe('⚠️ No such &lt;sender&gt;.');
    expect(words('Hello', { ...measured, segments: 4 })).toContain('Each of the 4 SMS costs.');
    expect(words('Hello', { ...measured, quietTime: '23:10' })).toContain('23:10');
    expect(words('“Hi” 👩‍👩‍👧', { ...measured, encoding: 'UCS-2' })).toContain(': “ ” 👩‍👩‍👧. Without them');
    expect(words('Hi {{name}}')).toContain('Still to be filled in: {{name}}');
  });
});

describe('a template', () => {
  const known = { name: 'Zoe van Dyk', attributes: { city: 'Utrecht' } };
  test.each([
    ['Hi {{contact.firstname}} {{ contact.lastname }}!', 'Hi Zoe van Dyk!'],
    ['{{contact.city}}, {{order}}', 'Utrecht, {{order}}'],
    ['Hi {{nick|there}}', 'Hi there'],
    ['{{}} {{ 1 }} {x}', '{{}} {{ 1 }} {x}'],
  ])('%j becomes %j', (body, text) => {
    expect(fillTemplate(body, known)).toBe(text);
  });
  test('keeps its places where nobody is chosen yet, and what a value says is not read as a place', () => {
    expect(fillTemplate('Hi {{nick|there}}', null)).toBe('Hi {{nick|there}}');
    expect(fillTemplate('Hi {{contact.name}}', { name: '{{contact.city}}', attributes: known.attributes })).toBe(
      'Hi {{contact.city}}',
    );
    expect(placesIn('{{a}} {{b|x}} {{a}}')).toEqual(['a', 'b']);
  });
});

describe('the tester of rules', () => {
  const anyRule = fc.record(
    {
      channel: fc.constantFrom('C1', 'C2', 'C3'),
      country: fc.constantFrom('GB', 'us'),
      keyword: fc.constantFrom('buy', 'invoice'),
      owner: fc.constant('ana'),
      tag: fc.constant('vip'),
      language: fc.constantFrom('fr', 'fr-CA'),
      our_number: fc.constantFrom('+15005550100', '+15005550101'),
    },
    { requiredKeys: ['channel'] },
  );
  const anyText = fc.record({
    ourNumber: fc.constantFrom('+15005550100', '+15005550101'),
    country: fc.constantFrom('GB', 'US', null),
    owner: fc.constantFrom('ana', null),
    language: fc.constantFrom('fr', 'fr-CA', 'de', null),
    tags: fc.constantFrom([], ['vip']),
    body: fc.constantFrom('I want to buy', 'Hello'),
  });
  property.prop([fc.array(anyRule, { maxLength: 5 }), anyText])(
    'says what routing does, with a reason for every rule that it passes over',
    (rules, text) => {
      const explained = explainRoute({ rules, catchAll: 'C9' }, text);
      expect(explained.channel).toBe(channelFor({ rules, catchAll: 'C9' }, text));
      expect(explained.rule === null ? 'C9' : rules[explained.rule - 1]?.channel).toBe(explained.channel);
      expect(explained.passedOver).toHaveLength(explained.rule === null ? rules.length : explained.rule - 1);
      expect(explained.passedOver.every(({ why }) => why !== '')).toBe(true);
    },
  );
});

test('what a dialog is about comes back from its view, and from nothing that was made up', () => {
  const about = { ...NOTHING_ABOUT, textBlock: 2, confirmed: ['quiet_hours'] };
  expect(aboutOf(JSON.stringify(about))).toEqual(about);
  expect(aboutOf('C0000000001')).toEqual(NOTHING_ABOUT);
  expect(aboutOf('{"thread":"1; drop table"}')).toEqual(NOTHING_ABOUT);
  expect([textBlockOf(NOTHING_ABOUT), textBlockOf(about)]).toEqual(['text', 'text_2']);
});

test('a text of a dialog has a place of its own, in the order of the messages around it', () => {
  const at = new Date(1_766_458_026_240);
  const [one, other] = [tsOfView('V1', at), tsOfView('V2', at)];
  expect(one).toMatch(/^1766458026\.240000\d{10}$/);
  expect(other).not.toBe(one);
  expect(tsOfView('V1', new Date(at.getTime() + 1)) > one).toBe(true);
});

test.each([
  [59_999, 'less than a minute'],
  [60_000, '1 min'],
  [7_800_000, '2 h 10 min'],
  [90_000_000, '1 day'],
  [259_200_000, '3 days'],
])('%i ms are %s', (ms, said) => {
  expect(spanWords(ms)).toBe(said);
});
