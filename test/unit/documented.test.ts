import { describe, expect, test } from 'vitest';
import { problem } from '../../server/http/problem.ts';
import type { ErrorCode } from '../../server/rules/error-codes.ts';
import { expectDocumented, routeOf } from '../support/documented.ts';

const json = (status: number, body: unknown) => ({ status, type: 'application/json', text: JSON.stringify(body) });
const refusal = (code: ErrorCode) => {
  const { status, body } = problem({ code, detail: 'No.' }, 'req_1');
  return { status, type: 'application/problem+json', text: JSON.stringify(body) };
};

describe('what every test demands of every answer', () => {
  test('passes what the contract shows', () => {
    for (const [path, answer] of [
      ['/healthz', json(200, { status: 'ok' })],
      ['/v1/messages/1?x=1', refusal('NOT_FOUND')],
      ['/nowhere', refusal('NOT_FOUND')],
    ] as const) {
      expect(() => expectDocumented('GET', path, answer)).not.toThrow();
    }
  });

  test.each([
    ['another status', 'GET', '/healthz', json(201, { status: 'ok' })],
    ['another shape', 'GET', '/healthz', json(200, { status: 'fine' })],
    ['a field that is not shown', 'GET', '/healthz', json(200, { status: 'ok', version: 1 })],
    ['another type', 'GET', '/healthz', { status: 200, type: 'text/html', text: '{"status":"ok"}' }],
    ['a code that this route does not have', 'GET', '/v1/messages', refusal('NOT_FINAL')],
    ['a code of another status', 'GET', '/v1/messages', { ...refusal('FORBIDDEN'), status: 401 }],
    ['a body where there is none', 'DELETE', '/v1/templates/1', json(204, {})],
    ['a page where there is no address', 'GET', '/nowhere', { status: 404, type: 'text/html', text: '' }],
  ])('refuses %s', (_what, method, path, answer) => {
    expect(() => expectDocumented(method, path, answer)).toThrow('Not in the contract');
  });

  test('finds the route as the server does', () => {
    expect(routeOf('POST', '/v1/messages/send')?.operation).toBe('sendMessage');
    expect(routeOf('GET', '/v1/messages/send')).toBeUndefined();
    expect(routeOf('GET', '/v1/messages/send.x')?.operation).toBe('getMessage');
  });
});
