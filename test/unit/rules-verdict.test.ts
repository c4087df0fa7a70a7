import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ConsentFacts,
  type HoursFact,
  judge,
  type JudgedText,
  NO_FACTS,
  type VerdictPolicy,
} from '../../server/rules/verdict.ts';

const AT = new Date('2026-11-20T12:00:00.000Z');
const LATER = new Date('2026-11-21T08:00:00.000Z');
const DAY: HoursFact = { allowed: true, until: LATER };
const NIGHT: HoursFact = { allowed: false, until: LATER, rule: 'US 08:00-21:00' };
const STRICT: VerdictPolicy = { consentMode: 'strict', quietHours: 'hold' };
const OPT_OUT = { at: AT, topic: '*', source: 'keyword' };
const CONSENTED: ConsentFacts = { ...NO_FACTS, isOptedIn: true };

const text = (changes: Partial<JudgedText> = {}): JudgedText => ({
  to: '+14155550123',
  message_type: 'promotional',
  mode: 'live',
  topic: null,
  obeysOptOut: true,
  ...changes,
});

const anyText = fc.record({
  to: fc.constant('+14155550123'),
  message_type: fc.constantFrom('transactional', 'promotional', 'otp', 'conversational'),
  mode: fc.constantFrom('test', 'live'),
  topic: fc.constantFrom(null, 'orders'),
  obeysOptOut: fc.constant(true),
}) satisfies fc.Arbitrary<JudgedText>;
const anyHours: fc.Arbitrary<HoursFact> = fc.constantFrom<HoursFact>(DAY, NIGHT, { allowed: true, until: null });
const anyPolicy = fc.record({
  consentMode: fc.constantFrom('strict', 'warn'),
  quietHours: fc.constantFrom('hold', 'reject', 'ignore'),
}) satisfies fc.Arbitrary<VerdictPolicy>;
const anyFacts = fc.record({
  optOut: fc.constantFrom(null, OPT_OUT),
  suppressions: fc.constantFrom<ConsentFacts['suppressions']>([], [{ list: 'dnc_import', at: AT }]),
  lacksUnencryptedAck: fc.boolean(),
  isOptedIn: fc.boolean(),
  isInReview: fc.boolean(),
  conversationUntil: fc.constantFrom(null, LATER),
  cappedUntil: fc.constantFrom(null, LATER),
}) satisfies fc.Arbitrary<ConsentFacts>;

const kindOf = (...asked: Parameters<typeof judge>) => judge(...asked).kind;

describe('an opt-out', () => {
  test('refuses every text of every kind, whatever else is known and set', () => {
    fc.assert(
      fc.property(anyText, anyFacts, anyHours, anyPolicy, (asked, facts, hours, policy) => {
        const verdict = judge(asked, { ...facts, optOut: OPT_OUT }, hours, policy);
        expect(verdict.kind === 'reject' && verdict.error.code).toBe('OPTED_OUT');
      }),
    );
  });

  test('names when and how it was said', () => {
    expect(judge(text(), { ...CONSENTED, optOut: OPT_OUT }, DAY, STRICT)).toMatchObject({
      detail: '+14155550123 opted out on 2026-11-20T12:00:00.000Z.',
      extra: { opted_out_at: AT.toISOString(), source: 'keyword', scope: '*' },
    });
  });

  test('lets its own confirmation through', () => {
    expect(
      kindOf(
        text({ obeysOptOut: false, message_type: 'transactional' }),
        { ...NO_FACTS, optOut: OPT_OUT },
        DAY,
        STRICT,
      ),
    ).toBe('allow');
  });
});

describe('R071 R147: a suppression', () => {
  test.each([
    ['invalid', 'INVALID_NUMBER'],
    ['landline', 'INVALID_NUMBER'],
    ['reassigned', 'INVALID_NUMBER'],
    ['manual', 'OPTED_OUT'],
  ] as const)('as %s refuses even a one-time code', (list, code) => {
    const verdict = judge(
      text({ message_type: 'otp' }),
      { ...NO_FACTS, suppressions: [{ list, at: AT }] },
      DAY,
      STRICT,
    );
    expect(verdict.kind === 'reject' && verdict.error.code).toBe(code);
    expect(verdict.kind === 'reject' && verdict.error.class).toBe('suppress');
  });

  test('by a do-not-call list refuses promotional texts and nothing else', () => {
    const facts = { ...CONSENTED, suppressions: [{ list: 'dnc_import', at: AT }] } as const;
    expect(kindOf(text(), facts, DAY, STRICT)).toBe('reject');
    expect(kindOf(text({ message_type: 'transactional' }), facts, DAY, STRICT)).toBe('allow');
  });
});

describe('a text about the health of a recipient who has not agreed to get that unencrypted', () => {
  test('is refused, whatever its kind, its hours and the settings are', () => {
    fc.assert(
      fc.property(anyText, anyFacts, anyHours, anyPolicy, (asked, facts, hours, policy) => {
        const verdict = judge(asked, { ...facts, optOut: null, lacksUnencryptedAck: true }, hours, policy);
        expect(verdict.kind === 'reject' && verdict.error.code).toBe('CONSENT_REQUIRED');
      }),
    );
  });

  test('says which topic it takes, and how it is recorded', () => {
    expect(judge(text(), { ...CONSENTED, lacksUnencryptedAck: true }, DAY, STRICT)).toMatchObject({
      kind: 'reject',
      error: { class: 'suppress' },
      detail: expect.stringContaining('+14155550123 has not agreed'),
      action: expect.stringContaining('POST /v1/consents, topic unencrypted_sms_ack'),
      extra: { topic: 'unencrypted_sms_ack' },
    });
  });
});

describe('a promotional text', () => {
  test('without a recorded opt-in is refused, or warned of where only warnings are wanted', () => {
    const verdict = judge(text({ topic: 'sale' }), NO_FACTS, DAY, STRICT);
    expect(verdict).toMatchObject({ kind: 'reject', error: { code: 'CONSENT_REQUIRED' }, extra: { topic: 'sale' } });
    expect(judge(text(), NO_FACTS, DAY, { ...STRICT, consentMode: 'warn' })).toMatchObject({
      kind: 'allow',
      warnings: [{ code: 'CONSENT_REQUIRED' }],
    });
  });

  test('is warned of at night too', () => {
    expect(judge(text(), NO_FACTS, NIGHT, { ...STRICT, consentMode: 'warn' })).toMatchObject({
      kind: 'hold',
      warnings: [{ code: 'CONSENT_REQUIRED' }],
    });
  });

  test.each([
    ['a review without an end', { isInReview: true }, 'opt_out_review', null],
    ['an open conversation', { conversationUntil: LATER }, 'conversation', LATER],
    ['a frequency cap', { cappedUntil: LATER }, 'frequency_cap', LATER],
  ] as const)('waits for %s, which keeps back nothing else', (_what, facts, reason, until) => {
    expect(judge(text(), { ...CONSENTED, ...facts }, DAY, STRICT)).toMatchObject({ kind: 'hold', reason, until });
    expect(kindOf(text({ message_type: 'conversational' }), { ...CONSENTED, ...facts }, DAY, STRICT)).toBe('allow');
  });
});

describe('the hours of the recipient', () => {
  test('hold, refuse or do nothing, as is set', () => {
    expect(judge(text(), CONSENTED, NIGHT, STRICT)).toEqual({
      kind: 'hold',
      reason: 'quiet_hours',
      until: LATER,
      why: 'US 08:00-21:00',
      warnings: [],
    });
    expect(judge(text(), CONSENTED, NIGHT, { ...STRICT, quietHours: 'reject' })).toMatchObject({
      kind: 'reject',
      error: { code: 'QUIET_HOURS' },
      extra: { allowed_at: LATER.toISOString() },
    });
    expect(judge(text(), CONSENTED, NIGHT, { ...STRICT, quietHours: 'ignore' })).toEqual({
      kind: 'allow',
      sendBefore: null,
      warnings: [],
    });
  });

  test('say by when a text must have left', () => {
    expect(judge(text(), CONSENTED, DAY, STRICT)).toMatchObject({ kind: 'allow', sendBefore: LATER });
  });
});
