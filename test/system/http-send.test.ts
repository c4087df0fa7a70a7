import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messageSchema } from '../../server/http/contract-messages.ts';
import type { Accepted } from '../../server/messages/accept-types.ts';
import { messageView } from '../../server/rules/message-view.ts';
import { sendable, startApi, type TestApi } from '../support/http-api.ts';
import { sampleMessage } from '../support/sample-message.ts';

let api: TestApi;
let next: Accepted | Error | null = null;

beforeAll(async () => {
  api = await startApi({
    checkUrl: (url) => (url.includes('internal') ? { ok: false, reason: 'address_not_allowed' } : { ok: true }),
    async accept(request, caller, idempotency) {
      api.accepted.push({ request, caller, idempotency });
      if (next instanceof Error) throw next;
      const message = sampleMessage({
        ...request,
        priority: null,
        from: request.from ?? '+15005550100',
        mode: caller.mode,
        encoding: 'GSM-7',
      });
      return next ?? { verdict: { ok: true, message: messageView(message) }, replayed: false };
    },
  });
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  next = null;
  api.accepted.length = 0;
});

describe('quiet_hours: ignore', () => {
  test('needs the scope of those who answer for consent, to send and to preview', async () => {
    const key = await api.keyWith('test', ['messages:send']);
    for (const path of ['/v1/messages/send', '/v1/messages/preview']) {
      const answer = await api.call(path, { method: 'POST', json: { ...sendable, quiet_hours: 'ignore' }, key });
      expect(answer).toMatchObject({ status: 403, json: { code: 'FORBIDDEN', scope: 'consents:write' } });
    }
    const answer = await api.send({ ...sendable, quiet_hours: 'ignore' });
    expect(answer.status).toBe(202);
  });
});

describe('a text that is accepted', () => {
  test('R017: is answered with 202 and the fields of the contract, the five first ones first', async () => {
    const { status, json, headers } = await api.send({
      to: '+14155552671',
      from: 'CartBoss',
      body: 'Hi there! Your order #1234 has been shipped and is on its way.',
    });
    expect(status).toBe(202);
    expect(Object.keys(json).slice(0, 5)).toEqual(['status', 'message_id', 'to', 'remaining_balance', 'message_price']);
    expect(messageSchema.parse(json)).toMatchObject({ status: 'queued', to: '+14155552671', remaining_balance: null });
    expect(headers.get('content-type')).toBe('application/json');
  });

  test('reaches accept with every default filled in and the mode of the key', async () => {
    await api.send(sendable, { key: api.keys.live });
    expect(api.accepted).toEqual([
      {
        request: {
          ...sendable,
          message_type: 'transactional',
          on_ambiguous: 'default',
          validity_period: 86_400,
          status_callback: null,
          client_ref: null,
          metadata: null,
          warnings: [],
          encoding: 'auto',
          smart_encoding: false,
          max_segments: 10,
          flash: false,
          topic: null,
          schedule_for: null,
          quiet_hours: null,
        },
        caller: { keyId: api.keys.live.slice(8, 16), mode: 'live' },
        idempotency: null,
      },
    ]);
  });

  test('R197: carries the id of the request, its mode, and nothing that browsers or caches could use', async () => {
    const { headers } = await api.send(sendable);
    expect(headers.get('request-id')).toMatch(/^req_[0-9a-f-]{36}$/);
    expect(headers.get('sms-mode')).toBe('test');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    for (const name of ['x-powered-by', 'etag', 'access-control-allow-origin']) expect(headers.get(name)).toBeNull();
  });

  test('gets a warning for an unknown field, and a refusal when the client prefers strictness', async () => {
    const body = { ...sendable, favourite_colour: 'green' };
    const lenient = await api.send(body);
    expect(lenient.status).toBe(202);
    expect(lenient.json['warnings']).toEqual([
      { code: 'UNKNOWN_FIELD', message: 'favourite_colour is not a field of this request and was ignored.' },
    ]);
    const strict = await api.send(body, { headers: { prefer: 'respond-async, handling=strict' } });
    expect(strict.status).toBe(400);
    expect(strict.json).toMatchObject({ code: 'INVALID_REQUEST', param: 'favourite_colour' });
  });
});

describe('an Idempotency-Key', () => {
  const keyOf = async (header: string) => {
    await api.send(sendable, { headers: { 'idempotency-key': header } });
    return api.accepted.at(-1)?.idempotency;
  };

  test('reaches accept with the path and a fingerprint of the request', async () => {
    const idempotency = await keyOf('order-1234');
    expect(idempotency).toMatchObject({ key: 'order-1234', path: '/v1/messages/send' });
    expect(idempotency?.fingerprint).toHaveLength(32);
  });

  test('is the same raw and quoted, and the order of fields makes no difference', async () => {
    const raw = await keyOf('order-1234');
    const quoted = await keyOf('"order-1234"');
    expect(quoted).toEqual(raw);
    const { to, from, body } = sendable;
    await api.send({ body, from, to }, { headers: { 'idempotency-key': 'order-1234' } });
    expect(api.accepted.at(-1)?.idempotency).toEqual(raw);
    await api.send({ ...sendable, body: 'Another text' }, { headers: { 'idempotency-key': 'order-1234' } });
    expect(api.accepted.at(-1)?.idempotency?.fingerprint).not.toEqual(raw?.fingerprint);
  });

  test.each(['', 'x'.repeat(256), 'two words', 'na\u00efve', '""'])(
    'that is malformed (%#) is refused',
    async (header) => {
      const { status, json } = await api.send(sendable, { headers: { 'idempotency-key': header } });
      expect(status).toBe(400);
      expect(json).toMatchObject({ code: 'INVALID_REQUEST', param: 'Idempotency-Key' });
      expect(api.accepted).toEqual([]);
    },
  );

  test('that was used before gets the first answer again, and says so', async () => {
    const view = messageView(sampleMessage());
    next = { verdict: { ok: true, message: view }, replayed: true };
    const { status, text, headers } = await api.send(sendable, { headers: { 'idempotency-key': 'again' } });
    expect(status).toBe(202);
    expect(text).toBe(JSON.stringify(view));
    expect(headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('a text that is refused', () => {
  test('R019: is a problem document with everything accept said', async () => {
    next = {
      replayed: true,
      verdict: {
        ok: false,
        refusal: {
          code: 'OPTED_OUT',
          detail: '+14155550123 opted out.',
          param: 'to',
          extra: { message_id: 'm-1', source: 'keyword', status: 'never this', code: 'nor this' },
        },
      },
    };
    const { status, json, headers } = await api.send(sendable);
    expect(status).toBe(403);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('idempotent-replayed')).toBe('true');
    expect(json).toEqual({
      message_id: 'm-1',
      source: 'keyword',
      type: '/docs/guides/errors#opted_out',
      title: 'Recipient has withdrawn consent',
      status: 403,
      detail: '+14155550123 opted out.',
      code: 'OPTED_OUT',
      param: 'to',
      retryable: false,
      action: 'Do not retry. The recipient can opt back in by texting START.',
      request_id: headers.get('request-id'),
    });
  });

  test.each([
    ['IDEMPOTENCY_KEY_REUSED', 422, null],
    ['IDEMPOTENCY_IN_PROGRESS', 409, '1'],
    ['NO_CARRIER', 422, null],
    ['INVALID_NUMBER', 400, null],
  ] as const)('%s is %i', async (code, expected, retryAfter) => {
    next = { replayed: false, verdict: { ok: false, refusal: { code, detail: 'No.' } } };
    const { status, json, headers } = await api.send(sendable);
    expect(status).toBe(expected);
    expect(json['code']).toBe(code);
    expect(headers.get('retry-after')).toBe(retryAfter);
  });

  test('R010: a status_callback that leads inside is refused before anything is stored', async () => {
    const { status, json } = await api.send({ ...sendable, status_callback: 'https://internal.example.com/hook' });
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'INVALID_REQUEST', param: 'status_callback' });
    expect(api.accepted).toEqual([]);
  });
});

describe('an exception', () => {
  test('is 500 UNKNOWN_ERROR, logged with its request id and without its message', async () => {
    next = new Error('duplicate key (+14155550123, Your order has been shipped.)');
    api.logged.length = 0;
    const { status, json } = await api.send(sendable);
    expect(status).toBe(500);
    expect(json).toMatchObject({ code: 'UNKNOWN_ERROR', retryable: true });
    expect(api.logged).toHaveLength(1);
    const line = JSON.stringify(api.logged);
    expect(line).toContain(String(json['request_id']));
    expect(line).toContain('sendMessage');
    for (const secret of ['4155550123', 'shipped', api.keys.test]) expect(line).not.toContain(secret);
    expect(JSON.stringify(json)).not.toContain('duplicate');
  });

  test.each([
    ['ECONNREFUSED', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a missing socket', Object.assign(new Error('connect'), { code: 'ENOENT', syscall: 'connect' })],
    ['an operator who stops it', Object.assign(new Error('terminating'), { code: '57P01' })],
    ['a start that is not over', Object.assign(new Error('starting up'), { code: '57P03' })],
    ['a connection that breaks', new Error('Connection terminated unexpectedly')],
    ['a full pool', new Error('timeout exceeded when trying to connect')],
    ['a full disk', Object.assign(new Error('could not extend file'), { code: '53100' })],
    ['all addresses failing', new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })])],
  ])('of a lost database (%s) is 503 with Retry-After, never 202', async (_, error) => {
    next = error;
    const { status, json, headers } = await api.send(sendable);
    expect(status).toBe(503);
    expect(json).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryable: true });
    expect(headers.get('retry-after')).toBe('5');
  });
});
