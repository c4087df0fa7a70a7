import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  detour,
  fraction,
  planRoute,
  type RoutableCarrier,
  type RouteQuestion,
  type RouteRule,
} from '../../server/rules/routing.ts';

const question = (changes: Partial<RouteQuestion> = {}): RouteQuestion => ({
  mode: 'live',
  to: '+447700900123',
  from: '+447700900001',
  message_type: 'transactional',
  country: 'GB',
  network: null,
  sender_carriers: null,
  tried: [],
  ...changes,
});

const carrier = (id: string, changes: Partial<RoutableCarrier> = {}): RoutableCarrier => ({
  id,
  mode: 'live',
  priority: 100,
  weight: 100,
  cost: null,
  health: 'up',
  ...changes,
});

const rule = (smsc_id: string, changes: Partial<RouteRule> = {}): RouteRule => ({
  id: `route_${smsc_id}`,
  mode: 'live',
  priority: 100,
  smsc_id,
  prefixes: [],
  countries: [],
  networks: [],
  senders: [],
  message_types: [],
  weight: 100,
  cost: null,
  ...changes,
});

const order = (asked: RouteQuestion, rules: readonly RouteRule[], carriers: readonly RoutableCarrier[]) =>
  planRoute(asked, rules, carriers).routes.map(({ smsc_id }) => smsc_id);

const ids = ['a', 'b', 'c', 'd'] as const;
const modes = fc.constantFrom('test', 'live');
const costs = fc.constantFrom(null, '0.0070', '0.0075', '0.01');
const recipients = fc.constantFrom('+447700900123', '+14155550123', '+33639980001', '+447700900555');
const anyCarriers = fc.tuple(
  ...ids.map((id) =>
    fc.record({
      id: fc.constant(id),
      mode: modes,
      priority: fc.integer({ min: 0, max: 3 }),
      weight: fc.integer({ min: 1, max: 5 }),
      cost: costs,
      health: fc.constantFrom('up', 'half_open', 'down', 'paused'),
    }),
  ),
);
const anyRules = fc.array(
  fc.record({
    id: fc.uuid(),
    mode: modes,
    priority: fc.integer({ min: 0, max: 3 }),
    smsc_id: fc.constantFrom(...ids, 'gone'),
    prefixes: fc.subarray(['+44', '+447', '+1', '+33639']),
    countries: fc.subarray(['GB', 'US', 'FR']),
    networks: fc.subarray(['23410', '20801']),
    senders: fc.subarray(['+447700900001', 'Acme']),
    message_types: fc.subarray(['otp', 'promotional'] as const),
    weight: fc.integer({ min: 1, max: 5 }),
    cost: costs,
  }),
  { maxLength: 6 },
);
const anyQuestion = fc.record({
  mode: modes,
  to: recipients,
  from: fc.constantFrom('+447700900001', 'Acme'),
  message_type: fc.constantFrom('otp', 'promotional', 'transactional', 'conversational'),
  country: fc.constantFrom('GB', 'US', null),
  network: fc.constantFrom(null, '23410', '20801'),
  sender_carriers: fc.option(fc.subarray([...ids], { minLength: 1 })),
  tried: fc.subarray([...ids], { maxLength: 2 }),
});

describe('whatever the rules, the carriers and the text are, the plan', () => {
  test('is the same when it is asked for again, in whatever order rules and carriers are stored', () => {
    fc.assert(
      fc.property(anyQuestion, anyRules, anyCarriers, (asked, rules, carriers) => {
        const plan = planRoute(asked, rules, carriers);
        expect(planRoute(asked, rules, carriers)).toEqual(plan);
        expect(order(asked, rules, carriers.toReversed())).toEqual(plan.routes.map(({ smsc_id }) => smsc_id));
      }),
    );
  });

  test('never holds a carrier of the other mode, one that has refused the text, or one that does not know the sender', () => {
    fc.assert(
      fc.property(anyQuestion, anyRules, anyCarriers, (asked, rules, carriers) => {
        for (const id of order(asked, rules, carriers)) {
          expect(carriers.find((one) => one.id === id)?.mode).toBe(asked.mode);
          expect(asked.tried).not.toContain(id);
          if (asked.sender_carriers) expect(asked.sender_carriers).toContain(id);
        }
      }),
    );
  });

  test('holds each carrier once, and puts those that work first, then those that are down, then the paused ones', () => {
    fc.assert(
      fc.property(anyQuestion, anyRules, anyCarriers, (asked, rules, carriers) => {
        const { routes } = planRoute(asked, rules, carriers);
        expect(new Set(routes.map(({ smsc_id }) => smsc_id)).size).toBe(routes.length);
        const healths = routes.map(({ health }) => ['down', 'paused'].indexOf(health));
        expect(healths).toEqual(healths.toSorted((a, b) => a - b));
      }),
    );
  });

  test('follows the priorities among carriers that work', () => {
    fc.assert(
      fc.property(anyQuestion, anyCarriers, (asked, carriers) => {
        const { routes } = planRoute(asked, [], carriers);
        const priorities = routes
          .filter(({ health }) => health === 'up' || health === 'half_open')
          .map(({ smsc_id }) => carriers.find((one) => one.id === smsc_id)?.priority ?? -1);
        expect(priorities).toEqual(priorities.toSorted((a, b) => a - b));
      }),
    );
  });

  test('gives a reason for every carrier of the mode: taken, or passed by', () => {
    fc.assert(
      fc.property(anyQuestion, anyCarriers, (asked, carriers) => {
        const { routes, skipped } = planRoute(asked, [], carriers);
        const named = [...routes, ...skipped].map(({ smsc_id }) => smsc_id).toSorted();
        expect(named).toEqual(carriers.filter(({ mode }) => mode === asked.mode).map(({ id }) => id));
        for (const { reason } of [...routes, ...skipped]) expect(reason).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });
});

describe('R094: a rule', () => {
  const carriers = [carrier('a'), carrier('b')];

  test.each<[string, Partial<RouteRule>, Partial<RouteQuestion>]>([
    ['a prefix', { prefixes: ['+4477'] }, { to: '+14155550123' }],
    ['a country', { countries: ['GB'] }, { country: 'US' }],
    ['a country, of a number without one', { countries: ['GB'] }, { country: null }],
    ['a sender', { senders: ['+447700900001'] }, { from: 'Acme' }],
    ['a message type', { message_types: ['transactional'] }, { message_type: 'otp' }],
    ['a mode', {}, { mode: 'test' }],
  ])('about %s holds for texts that match, and for no others', (_what, limits, other) => {
    const rules = [rule('b', limits)];
    expect(order(question(), rules, carriers)).toEqual(['b']);
    const both = [...carriers, carrier('a2', { mode: 'test' }), carrier('b2', { mode: 'test' })];
    const unmatched = planRoute(question(other), rules, both).routes;
    expect(unmatched).toHaveLength(2);
    expect(unmatched.every(({ rule_id }) => rule_id === null)).toBe(true);
  });

  test('about a network holds only where number portability has named it', () => {
    const rules = [rule('b', { networks: ['23410'] })];
    expect(order(question({ network: '23410' }), rules, carriers)).toEqual(['b']);
    expect(order(question({ network: null }), rules, carriers)).toHaveLength(2);
  });

  test('has to match in everything that it says', () => {
    const rules = [rule('b', { countries: ['GB'], message_types: ['otp'] })];
    expect(order(question(), rules, carriers)).toHaveLength(2);
    expect(order(question({ message_type: 'otp' }), rules, carriers)).toEqual(['b']);
  });

  test('with the longest prefix goes first among equal priorities, and priority before it', () => {
    const rules = [rule('a', { prefixes: ['+44'] }), rule('b', { prefixes: ['+44', '+4477009'] })];
    expect(order(question(), rules, carriers)).toEqual(['b', 'a']);
    const first = rules.map((one) => (one.smsc_id === 'a' ? { ...one, priority: 1 } : one));
    expect(order(question(), first, carriers)).toEqual(['a', 'b']);
  });

  test('with the lower cost goes first among equals; numbers are compared, and an unknown cost is last', () => {
    const rules = [rule('a', { cost: '0.0100' }), rule('b', { cost: '0.009' }), rule('c')];
    expect(order(question(), rules, [...carriers, carrier('c')])).toEqual(['b', 'a', 'c']);
    expect(order(question(), rules, [...carriers, carrier('c', { cost: '0.0001' })])).toEqual(['c', 'b', 'a']);
  });

  test('that leads to a carrier which is gone sends nothing by another one, and says so', () => {
    const { routes, skipped } = planRoute(question(), [rule('gone')], carriers);
    expect(routes).toEqual([]);
    expect(skipped).toEqual([{ smsc_id: 'gone', rule_id: 'route_gone', reason: 'There is no such carrier.' }]);
  });

  test('is named in the reason, with what decided', () => {
    const [step] = planRoute(question(), [rule('a', { prefixes: ['+44'], cost: '0.0075' })], carriers).routes;
    expect(step?.reason).toBe('Rule route_a matches: priority 100, prefix +44, cost 0.0075, weight 100.');
  });
});

describe('R094: weights', () => {
  const numbers = Array.from({ length: 6_000 }, (_, index) => `+44770090${String(index).padStart(4, '0')}`);
  const winners = (carriers: readonly RoutableCarrier[]) =>
    numbers.map((to) => order(question({ to }), [], carriers)[0] ?? '');

  test.each([
    [1, 1],
    [3, 1],
    [9, 1],
  ])('of %d to %d share the recipients so, within three hundredths', (a, b) => {
    const chosen = winners([carrier('a', { weight: a }), carrier('b', { weight: b })]);
    const share = chosen.filter((id) => id === 'a').length / chosen.length;
    expect(Math.abs(share - a / (a + b))).toBeLessThan(0.03);
  });

  test('share by the rest of the list, too, when the first carrier is gone', () => {
    const carriers = [carrier('a', { weight: 2 }), carrier('b', { weight: 1 }), carrier('c', { weight: 1 })];
    const second = numbers.map((to) => order(question({ to }), [], carriers)).filter(([first]) => first === 'a');
    const share = second.filter(([, next]) => next === 'b').length / second.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.03);
  });

  test('move no recipient between two carriers when a third one is added', () => {
    const two = [carrier('a'), carrier('b')];
    const before = winners(two);
    const after = winners([...two, carrier('c')]);
    for (const [index, id] of after.entries()) if (id !== 'c') expect(id).toBe(before[index]);
    expect(after).toContain('c');
  });

  test('come from a number that lies in (0, 1)', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(fraction(text)).toBeGreaterThan(0);
        expect(fraction(text)).toBeLessThan(1);
      }),
    );
  });
});

describe('a detour', () => {
  const plan = (...healths: RoutableCarrier['health'][]) =>
    planRoute(
      question(),
      [],
      healths.map((health, index) => carrier(ids[index] ?? '', { health, priority: index })),
    );

  test('is the best carrier that works, and never the one that cannot take the text', () => {
    expect(detour(plan('down', 'up', 'up'), 'a')).toBe('b');
    expect(detour(plan('up', 'up'), 'a')).toBe('b');
    expect(detour(plan('down', 'half_open'), 'a')).toBe('b');
    expect(detour(plan('down', 'paused', 'up'), 'a')).toBe('c');
  });

  test('is not to be had when no other carrier works', () => {
    expect(detour(plan('down', 'down'), 'a')).toBeNull();
    expect(detour(plan('up', 'paused'), 'a')).toBeNull();
    expect(detour(plan('up'), 'a')).toBeNull();
  });
});
