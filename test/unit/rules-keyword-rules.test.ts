import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { ruleFaults, RULE_LIMITS } from '../../server/rules/keyword-rule-faults.ts';
import {
  applyRules,
  type InboundForRules,
  type KeywordMatch,
  type KeywordRule,
  OUTCOMES,
} from '../../server/rules/keyword-rules.ts';
import { RESERVED_WORDS } from '../../server/rules/reserved-words.ts';

const everything: KeywordMatch = { type: 'any', keywords: [], language: null, to: [] };
const always = { has_open_wait: null, within_hours_of_outbound: null };

function rule(id: string, match: Partial<KeywordMatch>, more: Partial<KeywordRule> = {}): KeywordRule {
  return {
    id,
    name: id,
    enabled: true,
    priority: 0,
    match: { ...everything, ...(match.keywords ? { type: 'exact' } : {}), ...match },
    when: always,
    actions: [{ type: 'tag', tag: id }],
    stop: false,
    ...more,
  };
}

const inbound = (body: string, more: Partial<InboundForRules> = {}): InboundForRules => ({
  to: '+14155550100',
  body,
  language: null,
  intent: null,
  hasOpenWait: false,
  hoursSinceOutbound: null,
  ...more,
});

const outcome = (one: KeywordRule, text: InboundForRules) => applyRules([one], text).explanation[0]?.outcome;

describe('a keyword rule', () => {
  test.each([
    ['exact', 'hours', 'Hours?', true],
    ['exact', 'opening hours', ' OPENING  hours!', true],
    ['exact', 'hours', 'your hours', false],
    ['starts_with', 'order', 'Order 1234', true],
    ['starts_with', 'order', 'orders please', false],
    ['starts_with', 'order', 'my order', false],
    ['contains', 'invoice', 'where is my INVOICE?', true],
    ['contains', 'art', 'I start now', false],
    ['contains', 'on my way', 'ok, on my way!', true],
    ['contains', 'réserver', 'je veux RESERVER', true],
    ['contains', '👍', 'great 👍🏽', true],
    ['contains', '预约', '我想预约一下', true],
    ['starts_with', '预约', '预约一下', true],
    ['starts_with', '预约', '我想预约', false],
    ['exact', '(a+)+$', 'a', true],
    ['contains', '.*', 'anything', false],
  ] as const)('%s "%s" and the text "%s": %s', (type, keyword, body, isFound) => {
    expect(outcome(rule('r', { type, keywords: [keyword] }), inbound(body))).toBe(isFound ? 'matched' : 'no_keyword');
  });

  test('names the keyword that was found, as it spells it', () => {
    const { explanation } = applyRules([rule('r', { keywords: ['x', 'Où'] })], inbound('ou'));
    expect(explanation).toEqual([
      { rule_id: 'r', name: 'r', outcome: 'matched', keyword: 'Où', message: OUTCOMES.matched },
    ]);
  });

  test.each([
    ['disabled', rule('r', {}, { enabled: false }), {}],
    ['other_number', rule('r', { to: ['+14155550199'] }), {}],
    ['matched', rule('r', { to: ['+14155550199', '+14155550100'] }), {}],
    ['other_language', rule('r', { language: 'fr' }), {}],
    ['other_language', rule('r', { language: 'fr' }), { language: 'en' }],
    ['matched', rule('r', { language: 'fr' }), { language: 'fr-CA' }],
    ['matched', rule('r', { language: 'PT-br' }), { language: 'pt' }],
    ['reply_wait', rule('r', {}, { when: { ...always, has_open_wait: true } }), {}],
    ['reply_wait', rule('r', {}, { when: { ...always, has_open_wait: false } }), { hasOpenWait: true }],
    ['matched', rule('r', {}, { when: { ...always, has_open_wait: true } }), { hasOpenWait: true }],
    ['too_late', rule('r', {}, { when: { ...always, within_hours_of_outbound: 2 } }), {}],
    ['too_late', rule('r', {}, { when: { ...always, within_hours_of_outbound: 2 } }), { hoursSinceOutbound: 2.1 }],
    ['matched', rule('r', {}, { when: { ...always, within_hours_of_outbound: 2 } }), { hoursSinceOutbound: 2 }],
  ] as const)('is %s where its conditions say so (%#)', (expected, one, more) => {
    expect(outcome(one, inbound('hello', more))).toBe(expected);
  });
});

describe('several rules', () => {
  test('are asked by priority, then name, and each is explained', () => {
    const rules = [rule('b', {}), rule('a', {}), rule('low', {}, { priority: -1 }), rule('high', {}, { priority: 5 })];
    const { actions, explanation } = applyRules(rules, inbound('hi'));
    expect(actions.map(({ rule_id }) => rule_id)).toEqual(['high', 'a', 'b', 'low']);
    expect(explanation.map(({ rule_id }) => rule_id)).toEqual(['high', 'a', 'b', 'low']);
  });

  test('end with one that matches and says stop', () => {
    const rules = [
      rule('skipped', { keywords: ['other'] }, { priority: 3, stop: true }),
      rule('first', {}, { priority: 2, stop: true }),
      rule('second', {}, { priority: 1 }),
    ];
    const { matched, explanation } = applyRules(rules, inbound('hi'));
    expect(matched.map(({ id }) => id)).toEqual(['first']);
    expect(explanation.map((one) => one.outcome)).toEqual(['no_keyword', 'matched', 'stopped']);
  });

  test('answer a text once', () => {
    const reply = (id: string, priority: number) =>
      rule(
        id,
        {},
        {
          priority,
          actions: [
            { type: 'reply', text: id },
            { type: 'tag', tag: id },
          ],
        },
      );
    const { actions, withheld } = applyRules([reply('one', 2), reply('two', 1)], inbound('hi'));
    expect(actions.map(({ rule_id, action }) => [rule_id, action.type])).toEqual([
      ['one', 'reply'],
      ['one', 'tag'],
      ['two', 'tag'],
    ]);
    expect(withheld).toEqual([{ rule_id: 'two', action: { type: 'reply', text: 'two' } }]);
  });

  property.prop([
    fc.array(fc.record({ priority: fc.integer({ min: -3, max: 3 }), enabled: fc.boolean(), stop: fc.boolean() }), {
      maxLength: 8,
    }),
    fc.nat(),
  ])('give the same actions in whatever order they are stored', (list, seed) => {
    const rules = list.map((one, index) => rule(`r${String(index)}`, {}, one));
    const turned = rules.map((_, index) => rules[(index + seed) % rules.length]!);
    expect(applyRules(turned, inbound('hi'))).toEqual(applyRules(rules, inbound('hi')));
  });
});

describe('consent', () => {
  const catchAll = rule('all', {}, { actions: [{ type: 'reply', text: 'Welcome!' }], priority: RULE_LIMITS.priority });

  test.each(RESERVED_WORDS.filter(({ use }) => use !== 'opt_in').map(({ word }) => word))(
    'comes first: no rule sees %s, not even a catch-all, also when nobody has looked before',
    (word) => {
      const own = rule('own', { keywords: [word] });
      const { actions, matched, explanation } = applyRules([catchAll, own], inbound(`${word.toUpperCase()}!`));
      expect([actions, matched]).toEqual([[], []]);
      expect(explanation.map((one) => one.outcome)).toEqual(['reserved', 'reserved']);
    },
  );

  test.each(['opt_out', 'opt_in', 'help'] as const)('comes first for whatever was read as %s', (intent) => {
    expect(applyRules([catchAll], inbound('take me off your list', { intent })).actions).toEqual([]);
  });

  test('in doubt lets people work and nothing answer by itself', () => {
    const tag = rule('tag', {});
    const { actions, withheld } = applyRules([catchAll, tag], inbound('who is this', { intent: 'review' }));
    expect(actions).toEqual([{ rule_id: 'tag', action: { type: 'tag', tag: 'tag' } }]);
    expect(withheld.map(({ rule_id }) => rule_id)).toEqual(['all']);
  });

  test('leaves START to rules for those who have not opted out: then it is a text like others', () => {
    expect(applyRules([catchAll], inbound('START')).matched).toHaveLength(1);
  });

  test('keeps its words out of rules', () => {
    for (const { word } of RESERVED_WORDS) {
      const faults = ruleFaults(rule('r', { keywords: ['ok', ` ${word}! `] }));
      expect(
        faults.map(({ param }) => param),
        word,
      ).toEqual(['/match/keywords/1']);
    }
  });
});

describe('the faults of a rule', () => {
  test('are none where it is right', () => {
    expect(
      ruleFaults(
        rule(
          'Opening hours',
          { type: 'contains', keywords: ['hours', 'öffnungszeiten', '🕐'], language: 'de-AT', to: ['ACME'] },
          {
            when: { has_open_wait: false, within_hours_of_outbound: 24 },
            actions: [
              { type: 'reply', text: 'We are open 9 to 5.' },
              { type: 'tag', tag: 'hours' },
              { type: 'assign', agent: 'ana' },
              { type: 'webhook', url: 'https://acme.example/hook?x=1' },
            ],
          },
        ),
      ),
    ).toEqual([]);
    expect(ruleFaults(rule('r', {}))).toEqual([]);
  });

  test.each<[string, KeywordRule]>([
    ['/name', rule('r', {}, { name: '  ' })],
    ['/name', rule('r', {}, { name: 'x'.repeat(101) })],
    ['/priority', rule('r', {}, { priority: 1.5 })],
    ['/priority', rule('r', {}, { priority: 1_001 })],
    ['/priority', rule('r', {}, { priority: Number.NaN })],
    ['/match/keywords', rule('r', { keywords: [] })],
    ['/match/keywords', rule('r', { type: 'any', keywords: ['x'] })],
    ['/match/keywords', rule('r', { keywords: Array.from({ length: 51 }, (_, index) => String(index)) })],
    ['/match/keywords/0', rule('r', { keywords: ['!?'] })],
    ['/match/keywords/0', rule('r', { keywords: ['x'.repeat(101)] })],
    ['/match/keywords/1', rule('r', { keywords: ['où', 'OU'] })],
    ['/match/language', rule('r', { language: 'english!' })],
    ['/match/to', rule('r', { to: Array.from({ length: 51 }, () => '+14155550100') })],
    ['/when/within_hours_of_outbound', rule('r', {}, { when: { ...always, within_hours_of_outbound: 0 } })],
    ['/when/within_hours_of_outbound', rule('r', {}, { when: { ...always, within_hours_of_outbound: 1e9 } })],
    ['/actions', rule('r', {}, { actions: [] })],
    ['/actions', rule('r', {}, { actions: Array.from({ length: 11 }, () => ({ type: 'tag', tag: 'x' })) })],
    ['/actions', rule('r', {}, { actions: [1, 2].map((n) => ({ type: 'reply', text: String(n) })) })],
    ['/actions/0/text', rule('r', {}, { actions: [{ type: 'reply', text: ' ' }] })],
    ['/actions/0/tag', rule('r', {}, { actions: [{ type: 'tag', tag: 'x'.repeat(41) }] })],
    ['/actions/0/agent', rule('r', {}, { actions: [{ type: 'assign', agent: '' }] })],
    ['/actions/0/url', rule('r', {}, { actions: [{ type: 'webhook', url: 'javascript:alert(1)' }] })],
    ['/actions/0/url', rule('r', {}, { actions: [{ type: 'webhook', url: 'https://a:b@acme.example/' }] })],
    ['/actions/0/url', rule('r', {}, { actions: [{ type: 'webhook', url: '/hook' }] })],
  ])('name the place: %s (%#)', (param, one) => {
    expect(ruleFaults(one).map((fault) => fault.param)).toEqual([param]);
  });
});
