import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSendRequest } from '../../server/http/send-request.ts';

const minimal = { to: '+14155550123', body: 'Hello' };

const valueOf = (input: unknown) => {
  const parsed = parseSendRequest(input, false);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
};

test('the classic request is taken character by character', () => {
  const classic =
    '{"to":"+14155552671","from":"CartBoss","body":"Hi there! Your order #1234 has been shipped and is on its way."}';
  expect(valueOf(JSON.parse(classic))).toMatchObject(JSON.parse(classic) as object);
});

test('what is left out and what is null are the same', () => {
  const optional = [
    'from',
    'message_type',
    'validity_period',
    'status_callback',
    'client_ref',
    'metadata',
    'on_ambiguous',
    'encoding',
    'smart_encoding',
    'max_segments',
    'flash',
    'channel',
    'schedule_for',
    'template_id',
    'variables',
  ];
  const nulls = Object.fromEntries(optional.map((name) => [name, null]));
  expect(valueOf({ ...minimal, ...nulls })).toEqual(valueOf(minimal));
});

test('every field given is passed on', () => {
  const all = {
    ...minimal,
    from: 'CartBoss',
    message_type: 'promotional',
    validity_period: 60,
    status_callback: 'https://app.example.com/hooks/sms',
    client_ref: 'order-1234',
    metadata: { order_id: '1234' },
    on_ambiguous: 'hold',
    encoding: 'gsm7',
    smart_encoding: true,
    max_segments: 3,
    flash: true,
    topic: 'orders',
    schedule_for: '2026-11-21T09:00:00-05:00',
    quiet_hours: 'reject',
    tags: ['order'],
    campaign_id: 'spring',
    send_window: { days: ['mon'], from: '09:00', to: '18:00', time_zone: 'recipient' },
    priority: 'low',
    on_failure: { next: 'call' },
    default_country: 'US',
  };
  const expected = { ...all, schedule_for: new Date('2026-11-21T14:00:00Z'), warnings: [] };
  expect(valueOf({ ...all, channel: 'sms' })).toEqual(expected);
});

test.each([
  ['encoding', 'utf8'],
  ['encoding', 'GSM-7'],
  ['smart_encoding', 1],
  ['max_segments', 0],
  ['max_segments', 11],
  ['max_segments', 1.5],
  ['flash', 'yes'],
])('how a text is encoded is taken as it is meant or refused: %s %j', (field, value) => {
  const parsed = parseSendRequest({ ...minimal, [field]: value }, false);
  expect(parsed.ok ? null : (parsed.fault.errors?.[0]?.param ?? parsed.fault.param)).toBe(field);
});

describe('unknown fields', () => {
  test('become one warning each, with their names cut to a decent length', () => {
    const warnings = valueOf({ ...minimal, favourite_colour: 1, ['z'.repeat(500)]: 2 }).warnings;
    expect(warnings.map(({ code }) => code)).toEqual(['UNKNOWN_FIELD', 'UNKNOWN_FIELD']);
    expect(warnings[1]?.message.length).toBeLessThan(150);
  });

  test('are all named when several are refused', () => {
    const parsed = parseSendRequest({ ...minimal, shedule_for: 1, priorty: 'high' }, false);
    const params = parsed.ok ? [] : (parsed.fault.errors ?? []).map(({ param }) => param);
    expect(params).toEqual(['shedule_for', 'priorty']);
  });

  test('like toString or __proto__ are unknown fields like others', () => {
    const input: unknown = JSON.parse('{"to":"+14155550123","body":"Hello","__proto__":{"from":"x"},"toString":1}');
    const value = valueOf(input);
    expect(value.from).toBeNull();
    expect(value.warnings).toHaveLength(2);
  });
});

test('whatever JSON comes is either a request within all limits or a fault with a code and a param', () => {
  const field = fc.constantFrom(
    'to',
    'from',
    'body',
    'metadata',
    'client_ref',
    'validity_period',
    'channel',
    'on_ambiguous',
  );
  const input = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }))),
    fc.record({ to: fc.string({ unit: 'binary' }), body: fc.string({ unit: 'binary', maxLength: 2_000 }) }),
  );
  fc.assert(
    fc.property(input, fc.boolean(), (value, strict) => {
      const parsed = parseSendRequest(value, strict);
      if (!parsed.ok) {
        expect(['INVALID_REQUEST', 'BODY_TOO_LONG', 'UNSUPPORTED_CHANNEL', 'CONFLICTING_FIELDS']).toContain(
          parsed.fault.code,
        );
        expect(parsed.fault.param).toEqual(expect.any(String));
        return;
      }
      const { to, body, client_ref } = parsed.value;
      for (const text of [to, body ?? '', client_ref ?? ''])
        expect(text.isWellFormed() && !text.includes('\0')).toBe(true);
      expect(Array.from(body ?? '').length).toBeLessThanOrEqual(1_600);
    }),
    { numRuns: 1_000 },
  );
});
