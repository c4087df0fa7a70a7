import { describe, expect, test } from 'vitest';
import { findingOf } from '../../server/rules/carrier-finding.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import type { MessageError } from '../../server/rules/message.ts';

const error = (changes: Partial<MessageError> = {}): MessageError => ({
  code: 'UNKNOWN_ERROR',
  class: 'review',
  message: 'It failed.',
  ...changes,
});
const of = (changes: Partial<MessageError>, meanings = {}) =>
  findingOf({ status: 'undelivered', error: error(changes) }, meanings);

describe('the end of a text', () => {
  test.each([
    ['BLACKLISTED', 'blocked'],
    ['UNKNOWN_SUBSCRIBER', 'dead'],
    // What a route does not serve another one may.
    ['INVALID_RECIPIENT', null],
    ['BLOCKED_BY_CARRIER', null],
    ['ABSENT_SUBSCRIBER', null],
    ['SPAM_FILTER', null],
    [undefined, null],
  ])('for the reason %s says %s about its recipient', (reason, finding) => {
    expect(of(reason === undefined ? {} : { reason })).toBe(finding);
  });

  test('that arrived says that somebody has the number, and one that is canceled says nothing', () => {
    expect(findingOf({ status: 'delivered', error: null })).toBe('alive');
    expect(findingOf({ status: 'canceled', error: null })).toBeNull();
  });

  test.each([
    [{ '1110': 'opted_out' }, { receipt_error: '1110' }, 'blocked'],
    [{ '5': 'unknown_number' }, { receipt_error: '005' }, 'dead'],
    [{ '005': 'unknown_number' }, { receipt_error: '5' }, 'dead'],
    [{ '0x456': 'opted_out' }, { command_status: '0x00000456' }, 'blocked'],
    [{ '0X0456': 'opted_out' }, { command_status: '0x00000456' }, 'blocked'],
    [{ BL: 'opted_out' }, { receipt_error: 'bl' }, 'blocked'],
    // A command_status is not an err that happens to look alike.
    [{ '456': 'opted_out' }, { command_status: '0x00000456' }, null],
    [{ '0x5': 'opted_out' }, { receipt_error: '5' }, null],
    [{ '0': 'opted_out' }, { receipt_error: '005' }, null],
  ] as const)('with the codes %o reads %o as %s', (meanings, upstream, finding) => {
    expect(of({ upstream }, meanings)).toBe(finding);
  });

  test('is read by the codes of the carrier before anything else', () => {
    const upstream = { receipt_error: '7' };
    expect(of({ reason: 'UNKNOWN_SUBSCRIBER', upstream }, { '7': 'opted_out' })).toBe('blocked');
  });
});

test('a profile names the codes of its carrier, and nothing that could be none', () => {
  const account = { id: 'one', host: 'smsc.example', port: 2775, system_id: 'me', password: 'secret' };
  const read = (error_codes: unknown) => carrierSchema.safeParse({ ...account, error_codes });
  expect(read(undefined).data?.error_codes).toEqual({});
  expect(read({ '1110': 'opted_out', '0x456': 'unknown_number' }).success).toBe(true);
  for (const faulty of [{ '1110': 'gone' }, { 'two words': 'opted_out' }, { '': 'opted_out' }, ['1110']]) {
    expect(read(faulty).success).toBe(false);
  }
});
