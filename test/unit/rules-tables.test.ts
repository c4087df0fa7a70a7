import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, type ErrorDefinition } from '../../server/rules/error-codes.ts';
import { MAGIC_NUMBERS, magicNumber } from '../../server/rules/magic-numbers.ts';
import { uuidv7 } from '../../server/rules/uuid.ts';

describe('R024: error codes', () => {
  const definitions = Object.entries<ErrorDefinition>(ERROR_CODES);

  test('the published codes have their HTTP status', () => {
    const statuses = Object.fromEntries(definitions.map(([code, { status }]) => [code, status]));
    expect(statuses).toEqual({
      INVALID_REQUEST: 400,
      INVALID_NUMBER: 400,
      BODY_TOO_LONG: 400,
      TEMPLATE_VARIABLE_MISSING: 400,
      CONFLICTING_FIELDS: 400,
      SCHEDULE_OUT_OF_RANGE: 400,
      AUTH_FAILED: 401,
      INSUFFICIENT_BALANCE: 402,
      FORBIDDEN: 403,
      OPTED_OUT: 403,
      CONSENT_REQUIRED: 403,
      NOT_FOUND: 404,
      IDEMPOTENCY_IN_PROGRESS: 409,
      NOT_CANCELABLE: 409,
      NOT_FINAL: 409,
      EVENTS_GONE: 410,
      PAYLOAD_TOO_LARGE: 413,
      FILTERED: 422,
      UNSUPPORTED_CHANNEL: 422,
      SENDER_NOT_ALLOWED: 422,
      IDEMPOTENCY_KEY_REUSED: 422,
      QUIET_HOURS: 422,
      NO_CARRIER: 422,
      RATE_LIMITED: 429,
      UNKNOWN_ERROR: 500,
      SERVICE_UNAVAILABLE: 503,
    });
  });

  test('every code has a title and says in one sentence what to do', () => {
    for (const [code, { title, action }] of definitions) {
      expect(title, code).toMatch(/^[A-Z].*[^.]$/);
      expect(action, code).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('only what waiting can cure is retryable', () => {
    for (const [code, definition] of definitions) {
      expect(definition.retryable, code).toBe(definition.class === 'retry');
    }
    expect(ERROR_CODES.OPTED_OUT).toMatchObject({ class: 'suppress', retryable: false });
    expect(ERROR_CODES.RATE_LIMITED.retryable).toBe(true);
  });
});

describe('R211 R213: magic numbers', () => {
  test('the fourteen numbers are there once each, and three are decided on acceptance', () => {
    const expected = Array.from({ length: 14 }, (_, index) => `+1500555${String(index + 1).padStart(4, '0')}`);
    expect(MAGIC_NUMBERS.map(({ number }) => number)).toEqual(expected);
    expect(MAGIC_NUMBERS.filter(({ decidedBy }) => decidedBy === 'accept').map(({ behaviour }) => behaviour)).toEqual([
      'invalid_number',
      'insufficient_balance',
      'opted_out',
    ]);
  });

  test('a number is looked up in E.164, and an ordinary one has no behaviour', () => {
    expect(magicNumber('+15005550005')).toMatchObject({ behaviour: 'throttled', decidedBy: 'phone' });
    expect(magicNumber('+14155550123')).toBeNull();
    expect(magicNumber('15005550005')).toBeNull();
  });
});

describe('R016: uuidv7', () => {
  test('is the example of RFC 9562, appendix A.6', () => {
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  const octets = fc.uint8Array({ minLength: 10, maxLength: 16 });
  const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  property.prop([time, octets])('is always of version 7 and variant 10', (nowMs, random) => {
    expect(uuidv7(nowMs, random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  property.prop([time, time, octets, octets])('sorts by time', (one, other, random, more) => {
    fc.pre(one < other);
    expect(uuidv7(one, random) < uuidv7(other, more)).toBe(true);
  });

  test('too little randomness is a bug of the caller', () => {
    expect(() => uuidv7(0, new Uint8Array(9))).toThrow(RangeError);
  });
});
