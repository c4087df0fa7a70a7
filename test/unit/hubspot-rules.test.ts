import { channelStatusOf } from '../../connectors/hubspot/rules/channel-status.ts';
import { modeOf } from '../../connectors/hubspot/rules/number-mode.ts';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { portalSettingsSchema, readPortalSettings } from '../../connectors/hubspot/portal-settings.ts';
import { senderFor } from '../../connectors/hubspot/people/senders.ts';
import { consentSteps, optOutSourceOf } from '../../connectors/hubspot/rules/consent.ts';
import {
  isFinal,
  outcomeInTheEnd,
  OUTCOMES,
  outcomeOfRefusal,
  outcomeOfStatus,
  worstOf,
} from '../../connectors/hubspot/rules/outcome.ts';
import { firstWithin } from '../../connectors/hubspot/rules/hours.ts';
import { fillVariables, judgeChange, settleMs, stageRuleSchema } from '../../connectors/hubspot/rules/stage-rule.ts';

describe('what a change of the opt-out in HubSpot means', () => {
  test.each([
    [true, null, false, 'opt_out'],
    [true, null, true, 'opt_out'],
    [true, 'phone', true, 'nothing'],
    [true, 'user', true, 'nothing'],
    [true, 'other', false, 'nothing'],
    [false, null, false, 'nothing'],
    [false, null, true, 'nothing'],
    [false, 'phone', false, 'put_back'],
    [false, 'phone', true, 'put_back'],
    [false, 'other', false, 'put_back'],
    [false, 'other', true, 'put_back'],
    [false, 'user', false, 'put_back'],
    [false, 'user', true, 'opt_in'],
  ] as const)('ticked %s, opted out by %s, opt-in by users %s: %s', (isTicked, optedOutBy, allowsOptIn, step) => {
    const question = { isTicked, tickIsAbout: 'all' as const, optedOutBy: [optedOutBy], allowsOptIn };
    expect(consentSteps(question)).toEqual([step]);
  });

  test.each([
    [true, 'all', ['opt_out', 'nothing']],
    [true, 'all_unless_explained', ['nothing', 'nothing']],
    [true, 'none', ['nothing', 'nothing']],
    [false, 'all', ['nothing', 'put_back']],
  ] as const)('ticked %s, about %s, for two numbers of which one is opted out: %s', (isTicked, tickIsAbout, steps) => {
    const optedOutBy = [null, 'phone'] as const;
    expect(consentSteps({ isTicked, tickIsAbout, optedOutBy, allowsOptIn: true })).toEqual(steps);
  });

  test('opts in none of the numbers that users opted out while another stays out', () => {
    const allowed = { isTicked: false, tickIsAbout: 'all', allowsOptIn: true } as const;
    expect(consentSteps({ ...allowed, optedOutBy: ['user', 'user'] })).toEqual(['opt_in', 'opt_in']);
    expect(consentSteps({ ...allowed, optedOutBy: ['user', 'phone'] })).toEqual(['put_back', 'put_back']);
  });

  test('is that a tick without any opt-out, found when both sides are compared, opts out every number', () => {
    const question = { isTicked: true, tickIsAbout: 'all_unless_explained', allowsOptIn: false } as const;
    expect(consentSteps({ ...question, optedOutBy: [null, null] })).toEqual(['opt_out', 'opt_out']);
  });

  test('knows whose word an opt-out of the server is', () => {
    expect(['keyword', 'crm', 'api', 'agent', 'import'].map(optOutSourceOf)).toEqual([
      'phone',
      'user',
      'other',
      'other',
      'other',
    ]);
  });
});

describe('what a workflow is told', () => {
  test('R018: calls a text delivered only when it is', () => {
    for (const status of ['queued', 'scheduled', 'held', 'sending', 'sent']) {
      expect(outcomeOfStatus(status, null)).toBe('accepted');
      expect(isFinal(status)).toBe(false);
    }
    expect(outcomeOfStatus('delivered', null)).toBe('delivered');
    expect(outcomeOfStatus('undelivered', 'UNKNOWN_ERROR')).toBe('failed');
    expect(outcomeOfStatus('canceled', 'OPTED_OUT')).toBe('blocked_opted_out');
    expect(outcomeOfRefusal('QUIET_HOURS')).toBe('blocked_quiet_hours');
  });

  test('tells a text that may still leave from one whose receipt did not come', () => {
    for (const status of ['scheduled', 'held', 'queued', 'sending'])
      expect(outcomeInTheEnd(status, null)).toBe('waiting');
    expect(outcomeInTheEnd('sent', null)).toBe('expired');
    expect(outcomeInTheEnd('delivered', null)).toBe('delivered');
    expect(outcomeInTheEnd('canceled', 'OPTED_OUT')).toBe('blocked_opted_out');
  });

  property.prop([fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1 })])(
    'is the worst of all recipients',
    (outcomes) => {
      const worst = worstOf(outcomes);
      expect(outcomes).toContain(worst);
      if (worst === 'delivered') expect(new Set(outcomes)).toEqual(new Set(['delivered']));
      expect(worstOf([...outcomes].reverse())).toBe(worst);
    },
  );
});

describe('a stage rule', () => {
  const rule = stageRuleSchema.parse({
    name: 'A',
    object: 'deal',
    stage: '7',
    body: 'Hi {{name}}',
    pause_above_per_minute: 5,
    max_per_hour: 3,
  });
  const question = {
    rule,
    wasFor: { object: 'deal', stage: '7' },
    isOn: true,
    occurredAtMs: 0,
    settledMs: 10_000,
    nowMs: 10_000,
    zone: null,
    stage: '7',
    changesLastMinute: 1,
    textsLastHour: 0,
  };

  test('texts what is at the stage, and says why it does not', () => {
    expect(judgeChange(question)).toEqual({ type: 'send' });
    expect(judgeChange({ ...question, isOn: false })).toEqual({ type: 'skip', reason: 'rule_off' });
    for (const wasFor of [
      { object: 'deal', stage: '8' },
      { object: 'ticket', stage: '7' },
    ])
      expect(judgeChange({ ...question, wasFor })).toEqual({ type: 'skip', reason: 'rule_changed' });
    expect(judgeChange({ ...question, stage: '8' })).toEqual({ type: 'skip', reason: 'moved_on' });
    expect(judgeChange({ ...question, stage: null })).toEqual({ type: 'skip', reason: 'record_gone' });
    expect(judgeChange({ ...question, nowMs: 3_610_001 })).toEqual({ type: 'skip', reason: 'too_old' });
    expect(judgeChange({ ...question, textsLastHour: 3 })).toEqual({ type: 'skip', reason: 'hourly_cap' });
    expect(judgeChange({ ...question, changesLastMinute: 5 }).type).toBe('send');
    expect(judgeChange({ ...question, changesLastMinute: 6 }).type).toBe('pause');
  });

  test('counts a whole minute of an import before anybody is texted, and looks at other changes when they have settled', () => {
    for (const source of ['IMPORT', 'BATCH_UPDATE']) expect(settleMs(rule, source)).toBe(60_000);
    for (const source of ['CRM_UI', 'INTEGRATION', '']) expect(settleMs(rule, source)).toBe(10_000);
    expect(settleMs({ ...rule, settle_seconds: 90 }, 'IMPORT')).toBe(90_000);
  });

  test('waits for its hours by the clock of the account, and what waited for them is not too old', () => {
    const hours = { from_hour: 9, to_hour: 17, weekdays_only: true };
    const at = (moment: string) => Date.parse(moment);
    const [friday, monday] = [at('2026-11-20T23:00:00Z'), at('2026-11-23T14:00:00Z')];
    const night = { ...question, rule: { ...rule, hours }, zone: 'America/New_York', occurredAtMs: friday };
    expect(judgeChange({ ...night, nowMs: friday + 10_000 })).toEqual({ type: 'wait', ms: monday - friday - 10_000 });
    expect(judgeChange({ ...night, nowMs: monday })).toEqual({ type: 'send' });
    expect(judgeChange({ ...night, nowMs: monday + 3_600_001 })).toEqual({ type: 'skip', reason: 'too_old' });
    expect(judgeChange({ ...night, nowMs: monday, stage: '8' })).toEqual({ type: 'skip', reason: 'moved_on' });
    expect(judgeChange({ ...night, nowMs: friday, changesLastMinute: 6 }).type).toBe('pause');
    // India is half an hour beside the others; a zone that nobody knows counts as UTC.
    expect(firstWithin(hours, at('2026-11-20T02:10:00Z'), 'Asia/Kolkata')).toBe(at('2026-11-20T03:30:00Z'));
    expect(firstWithin(hours, at('2026-11-20T16:59:59Z'), 'Mars/Olympus')).toBe(at('2026-11-20T16:59:59Z'));
    expect(stageRuleSchema.safeParse({ ...rule, hours: { from_hour: 9, to_hour: 9 } }).success).toBe(false);
  });

  property.prop([fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 24 }), fc.boolean(), fc.nat(4e12)])(
    'always comes to its hours within a week, and never before the change',
    (from_hour, length, weekdays_only, fromMs) => {
      const hours = { from_hour, to_hour: Math.min(24, from_hour + length), weekdays_only };
      const firstMs = firstWithin(hours, fromMs, 'Europe/Berlin');
      expect(firstMs).toBeGreaterThanOrEqual(fromMs);
      expect(firstMs - fromMs).toBeLessThan(4 * 86_400_000);
      expect(firstWithin(hours, firstMs, 'Europe/Berlin')).toBe(firstMs);
    },
  );

  test('needs a body or a template, and not both', () => {
    const base = { name: 'A', object: 'deal', stage: '7' };
    expect(stageRuleSchema.safeParse(base).success).toBe(false);
    expect(stageRuleSchema.safeParse({ ...base, body: 'x', template_id: 'tpl_1' }).success).toBe(false);
    expect(stageRuleSchema.safeParse({ ...base, template_id: 'tpl_1' }).success).toBe(true);
  });

  test('R176: fills variables from the contact and the record, with a fallback, and names what is missing', () => {
    const mapped = stageRuleSchema.parse({
      ...rule,
      variables: {
        name: { from: 'contact', property: 'firstname', fallback: 'there' },
        deal: { from: 'record', property: 'dealname' },
      },
    });
    expect(fillVariables(mapped, { firstname: 'Kim' }, { dealname: 'Roof' })).toEqual({
      values: { name: 'Kim', deal: 'Roof' },
      missing: [],
    });
    expect(fillVariables(mapped, { firstname: '' }, {})).toEqual({ values: { name: 'there' }, missing: ['deal'] });
  });
});

describe('the settings of an account', () => {
  test('have a default each, and what was stored by another version does no harm', () => {
    expect(readPortalSettings({})).toEqual(portalSettingsSchema.parse({}));
    expect(readPortalSettings({ log: 'sometimes', gone: true })).toEqual(portalSettingsSchema.parse({}));
  });

  test('choose the number that sends: the one of the step, of the owner, of the account, of the server', () => {
    const settings = portalSettingsSchema.parse({
      default_sender: '+15005550101',
      owner_senders: { '501': '+15005550102' },
    });
    expect(senderFor(settings, '+15005550103', '501')).toBe('+15005550103');
    expect(senderFor(settings, 'owner', '501')).toBe('+15005550102');
    expect(senderFor(settings, 'owner', '502')).toBe('+15005550101');
    expect(senderFor(portalSettingsSchema.parse({}), '', null)).toBeNull();
  });
});

describe('what becomes of replies to a number', () => {
  const modes = ['off', 'ticket', 'channel'] as const;

  test.each(
    [null, ...modes].flatMap((chosen) =>
      [true, false].flatMap((isConnected) =>
        [true, false].map((makesTickets) => ({ chosen, isConnected, makesTickets })),
      ),
    ),
  )('is one thing: chosen $chosen, connected $isConnected, tickets $makesTickets', (question) => {
    const { chosen, isConnected, makesTickets } = question;
    const byAccount = makesTickets ? 'ticket' : 'off';
    const byChoice = chosen === 'channel' && !isConnected ? 'ticket' : chosen;
    expect(modeOf(question)).toBe(byChoice ?? byAccount);
  });
});

describe('what an inbox shows of a text', () => {
  test('is SENT once the carrier has it, and no more when it arrived; nothing is shown of what only waits', () => {
    for (const status of ['sent', 'delivered']) expect(channelStatusOf(status, null)).toEqual({ type: 'SENT' });
    for (const status of ['scheduled', 'held', 'queued', 'sending', 'received', ''])
      expect(channelStatusOf(status, null)).toBeNull();
  });

  test('is FAILED with a sentence for every other end, never a bare code', () => {
    for (const status of ['undelivered', 'failed', 'rejected', 'expired', 'canceled']) {
      for (const error of [null, { code: 'X', message: '' }, { code: 'X', message: 'The phone is off.' }, OPTED_OUT]) {
        const told = channelStatusOf(status, error);
        expect(told?.type === 'FAILED' && told.reason).toMatch(/^[A-Z][^_]+\.$/);
      }
    }
    expect(channelStatusOf('rejected', OPTED_OUT)).toMatchObject({ reason: expect.stringContaining('opted out') });
  });
});

const OPTED_OUT = { code: 'OPTED_OUT', message: 'x' };
