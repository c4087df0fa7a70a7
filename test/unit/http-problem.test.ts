import { describe, expect, test } from 'vitest';
import { failures } from '../../server/http/failure.ts';
import { isLostDatabase } from '../../server/http/lost-database.ts';
import { problem } from '../../server/http/problem.ts';
import { ERROR_CODES, type ErrorCode } from '../../server/rules/error-codes.ts';
import { virtualClock } from '../support/virtual-clock.ts';

test.each(Object.keys(ERROR_CODES) as ErrorCode[])('R019 R024: %s becomes a problem document by its table', (code) => {
  const { status, body, headers } = problem({ code, detail: 'Why.' }, 'req_1');
  const { title, retryable, action } = ERROR_CODES[code];
  expect(status).toBe(ERROR_CODES[code].status);
  expect(headers['Content-Type']).toBe('application/problem+json');
  expect(body).toEqual({
    type: `/docs/guides/errors#${code.toLowerCase()}`,
    title,
    status,
    detail: 'Why.',
    code,
    retryable,
    action,
    request_id: 'req_1',
  });
});

test('extra members never replace the standard ones', () => {
  const extra = { status: 200, code: 'OK', type: 'x', message_id: 'm-1' };
  const { body } = problem({ code: 'OPTED_OUT', detail: 'Why.', extra }, 'req_1');
  expect(body).toMatchObject({ status: 403, code: 'OPTED_OUT', message_id: 'm-1' });
  expect(body['type']).toBe('/docs/guides/errors#opted_out');
});

test.each([
  ['IDEMPOTENCY_IN_PROGRESS', '1'],
  ['RATE_LIMITED', '1'],
  ['SERVICE_UNAVAILABLE', '5'],
] as const)('%s says when to come again', (code, seconds) => {
  expect(problem({ code, detail: 'Why.' }, 'req_1').headers['Retry-After']).toBe(seconds);
});

describe('a lost database', () => {
  const withCode = (code: string, syscall?: string) => Object.assign(new Error('x'), { code, syscall });

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', '08006', '57P01', '57P03', '53300', '53100', '40P01', '25006'])(
    'is recognised by %s',
    (code) => {
      expect(isLostDatabase(withCode(code))).toBe(true);
      expect(isLostDatabase(new Error('outer', { cause: withCode(code) }))).toBe(true);
      expect(isLostDatabase(new AggregateError([withCode(code)]))).toBe(true);
    },
  );

  test.each(['23505', '22P02', '42P01', 'ERR_INVALID_ARG_TYPE', 'EACCES'])('is not what %s means', (code) => {
    expect(isLostDatabase(withCode(code))).toBe(false);
  });

  test('is a missing socket, not a missing file', () => {
    expect(isLostDatabase(withCode('ENOENT', 'connect'))).toBe(true);
    expect(isLostDatabase(withCode('ENOENT', 'open'))).toBe(false);
  });

  test.each([null, 'Connection terminated', {}, new TypeError('x is not a function')])('is not %s', (error) => {
    expect(isLostDatabase(error)).toBe(false);
  });
});

describe('the log of failures', () => {
  function logging() {
    const lines: { level: string; fields: unknown; message: unknown }[] = [];
    const note = (level: string) => (fields: unknown, message?: unknown) => void lines.push({ level, fields, message });
    const clock = virtualClock();
    const log = { info: note('info'), warn: note('warn'), error: note('error') };
    return { lines, clock, failure: failures(log, clock) };
  }

  test('holds what is needed to find the place, and nothing that was being stored', () => {
    const { lines, failure } = logging();
    const error = Object.assign(new Error('Key (to)=(+14155550123) exists'), { code: '23505', detail: 'Hi there' });
    expect(failure(error, 'req_1', 'sendMessage')).toMatchObject({ code: 'UNKNOWN_ERROR' });
    expect(lines).toMatchObject([
      { level: 'error', fields: { request_id: 'req_1', operation: 'sendMessage', error: 'Error', code: '23505' } },
    ]);
    const text = JSON.stringify(lines);
    expect(text).toContain('http-problem.test.ts');
    expect(text).not.toMatch(/4155550123|Hi there/);
  });

  test('keeps the message of errors of the language, which quote code and not data', () => {
    const { lines, failure } = logging();
    failure(new TypeError('x.y is not a function'), 'req_1', 'getMe');
    expect(lines).toMatchObject([{ fields: { reason: 'x.y is not a function' } }]);
    failure('thrown text +14155550123', 'req_2', 'getMe');
    expect(lines[1]).toMatchObject({ fields: { error: 'string' } });
  });

  test('tells of a lost database every 5 seconds, not for every request', async () => {
    const { lines, clock, failure } = logging();
    const lost = new Error('Connection terminated');
    for (let request = 0; request < 100; request += 1) {
      expect(failure(lost, 'req_1', 'sendMessage')).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    }
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
    await clock.advance(5_000);
    failure(lost, 'req_1', 'sendMessage');
    expect(lines).toHaveLength(2);
  });
});
