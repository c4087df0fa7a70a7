import { describe, expect, test } from 'vitest';
import { errorOfReceipt, errorOfRefusal, withoutText } from '../../server/rules/message-errors.ts';
import { type Part, partView } from '../../server/rules/part-view.ts';

describe('the error of a refused text', () => {
  test.each([
    [0x01, 'BODY_TOO_LONG', 'fix', 'TEXT_TOO_LONG'],
    [0x08, 'SERVICE_UNAVAILABLE', 'retry', 'CARRIER_UNAVAILABLE'],
    [0x0a, 'SENDER_NOT_ALLOWED', 'fix', 'INVALID_SENDER'],
    [0x0b, 'INVALID_NUMBER', 'suppress', 'INVALID_RECIPIENT'],
    [0x14, 'SERVICE_UNAVAILABLE', 'retry', 'CARRIER_QUEUE_FULL'],
    [0x45, 'FILTERED', 'review', 'BLOCKED_BY_CARRIER'],
    [0x51, 'UNKNOWN_ERROR', 'review', 'CARRIER_PROFILE'],
    [0x58, 'RATE_LIMITED', 'retry', 'THROTTLED'],
    [0x101, 'FORBIDDEN', 'fix', 'SERVICE_NOT_ALLOWED'],
    [0x401, 'UNKNOWN_ERROR', 'review', 'vendor 0x00000401'],
  ])('%i says %s, %s, %s', (status, code, class_, reason) => {
    const error = errorOfRefusal(status, 'vendor 0x00000401');
    expect(error).toMatchObject({ code, class: class_, reason });
    expect(error.upstream?.command_status).toMatch(/^0x[0-9A-F]{8}$/);
  });

  test('a code that this carrier uses for throttling says so', () => {
    expect(errorOfRefusal(0x401, 'vendor', 'throttle')).toMatchObject({ code: 'RATE_LIMITED', class: 'retry' });
  });
});

describe('R124: the error of a text that did not arrive', () => {
  const receipt = { state: 'undelivered', error: '001', raw: 'id:1 stat:UNDELIV text:Your code' } as const;

  test.each([
    ['030001', 'INVALID_NUMBER', 'suppress', 'UNKNOWN_SUBSCRIBER'],
    ['03001b', 'UNKNOWN_ERROR', 'retry', 'ABSENT_SUBSCRIBER'],
    ['03000d', 'FILTERED', 'review', 'BLACKLISTED'],
    ['030020', 'UNKNOWN_ERROR', 'retry', 'HANDSET_REFUSED'],
    // unidentifiedSubscriber may pass: no reason never to text the number again.
    ['030005', 'UNKNOWN_ERROR', 'retry', 'UNREACHABLE'],
    ['030063', 'UNKNOWN_ERROR', 'retry', 'UNREACHABLE'],
    ['010001', 'UNKNOWN_ERROR', 'retry', 'UNREACHABLE'],
    ['03', 'UNKNOWN_ERROR', 'retry', 'UNREACHABLE'],
  ])('network_error_code %s says %s, %s, %s', (network_error_code, code, class_, reason) => {
    expect(errorOfReceipt({ ...receipt, tlvs: { network_error_code } })).toMatchObject({ code, class: class_, reason });
  });

  test('a vendor’s own error number is kept and not interpreted', () => {
    expect(errorOfReceipt(receipt)).toMatchObject({ reason: 'UNREACHABLE', upstream: { receipt_error: '001' } });
  });

  test('never quotes the text', () => {
    expect(errorOfReceipt(receipt).upstream?.raw).toBe('id:1 stat:UNDELIV text:');
    expect(withoutText('id:1 TEXT:a\nb')).toBe('id:1 TEXT:');
    expect(withoutText('context:7 id:1')).toBe('context:7 id:1');
  });
});

test('a part shows what the carrier quoted of the text only to those who may see texts', () => {
  const part: Part = {
    part: 1,
    attempt: 1,
    smsc_id: 'one',
    state: 'delivered',
    carrier_id: '7',
    command_status: '0x00000000',
    command_status_name: 'ESME_ROK',
    created_at: new Date(0),
    receipt: 'id:7 text:secret',
    receipt_state: 'delivered',
    receipt_tlvs: null,
    receipt_at: new Date(0),
  };
  expect(partView(part, true).receipt?.raw).toBe('id:7 text:secret');
  expect(partView(part, false).receipt?.raw).toBe('id:7 text:');
  expect(partView({ ...part, receipt: null }, true).receipt).toBeNull();
});
