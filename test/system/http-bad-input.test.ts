import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyRoutes } from '../../server/http/contract.ts';
import { type CallOptions, type HttpAnswer, sendable, startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

function expectProblem(answer: HttpAnswer, status: number, code: string, param?: string) {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.json).toMatchObject({ status, code, request_id: answer.headers.get('request-id') });
  for (const member of ['type', 'title', 'detail', 'action']) expect(answer.json[member]).toEqual(expect.any(String));
  if (param !== undefined) expect(answer.json['param']).toBe(param);
}

const sendRaw = (raw: CallOptions['raw'], headers = {}) =>
  api.call('/v1/messages/send', { method: 'POST', headers, ...(raw === undefined ? {} : { raw }) });

test('an address with what PostgreSQL cannot store is nowhere, whatever the route', async () => {
  const answers = await Promise.all(
    keyRoutes
      .filter(({ path }) => path.includes('{'))
      .map(({ path, method }) =>
        api.call(path.replaceAll(/\{\w+\}/g, '%00'), {
          method: method.toUpperCase(),
          ...(method === 'get' ? {} : { raw: '{}' }),
        }),
      ),
  );
  expect(answers.length).toBeGreaterThan(20);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
});

describe('a body that is not the JSON of an object', () => {
  test.each([
    ['malformed', '{"to":'],
    ['empty', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '42'],
    ['two documents', '{}{}'],
    ['nested half a million deep', '['.repeat(500_000)],
    ['with a byte order mark', `\ufeff${JSON.stringify(sendable)}`],
  ])('%s is refused', async (_, raw) => {
    expectProblem(await sendRaw(raw), 400, 'INVALID_REQUEST', 'body');
  });

  test('that is not UTF-8 is refused, instead of storing replacement characters', async () => {
    const raw = Buffer.from(JSON.stringify({ ...sendable, body: 'gr\u00fc\u00df' }), 'latin1');
    expectProblem(await sendRaw(Buffer.from(raw)), 400, 'INVALID_REQUEST', 'body');
  });

  test('never has a piece of it repeated in the answer', async () => {
    const { text } = await sendRaw('{"body":"a secret" oops');
    expect(text).not.toContain('secret');
  });

  test.each(['text/plain', 'multipart/form-data', 'application/json; charset=latin1', ''])(
    'sent as "%s" is 415',
    async (type) => {
      const answer = await sendRaw(JSON.stringify(sendable), { 'content-type': type });
      expectProblem(answer, 415, 'INVALID_REQUEST', 'Content-Type');
    },
  );

  test.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])('"%s" is fine', async (type) => {
    const answer = await sendRaw(JSON.stringify(sendable), { 'content-type': type });
    expect(answer.status).toBe(202);
  });

  test('that is compressed is 415', async () => {
    const answer = await sendRaw(JSON.stringify(sendable), { 'content-encoding': 'gzip' });
    expectProblem(answer, 415, 'INVALID_REQUEST', 'Content-Encoding');
  });

  test('of 2 MB is 413, and the connection serves the next request', async () => {
    expectProblem(await api.send({ ...sendable, body: 'x'.repeat(2_000_000) }), 413, 'PAYLOAD_TOO_LARGE', 'body');
    expect((await api.send(sendable)).status).toBe(202);
  });

  test('of 2 MB without an announced length is 413 too', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${api.keys.test}`, 'content-type': 'application/json' };
      const outgoing = request(`${api.url}/v1/messages/send`, { method: 'POST', headers }, (incoming) => {
        incoming.resume().on('end', () => resolve(incoming.statusCode));
      });
      outgoing.on('error', reject);
      for (let sent = 0; sent < 20; sent += 1) outgoing.write('x'.repeat(100_000));
      outgoing.end();
    });
    expect(status).toBe(413);
  });
});

describe('R020: a field that is not as it should be', () => {
  const tooMany = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, 'v']));

  test.each([
    ['to', undefined],
    ['to', ''],
    ['to', 14155550123],
    ['to', null],
    ['to', 'x'.repeat(65)],
    ['body', undefined],
    ['body', ''],
    ['body', 42],
    ['body', 'NUL \0'],
    ['body', 'half a pair \ud83d'],
    ['from', 'NUL \0'],
    ['from', ['+15005550100']],
    ['message_type', 'marketing'],
    ['validity_period', 59],
    ['validity_period', 259_201],
    ['validity_period', 60.5],
    ['validity_period', '3600'],
    ['status_callback', 'not a url'],
    ['status_callback', 'ftp://example.com/'],
    ['status_callback', 'javascript:alert(1)'],
    ['client_ref', 'x'.repeat(129)],
    ['client_ref', '\udc00'],
    ['metadata', tooMany],
    ['metadata', 'text'],
    ['metadata', []],
    ['on_ambiguous', 'panic'],
    ['channel', 7],
  ])('%s = %j is named in param', async (field, value) => {
    expectProblem(await api.send({ ...sendable, [field]: value }), 400, 'INVALID_REQUEST', field);
  });

  test.each([
    ['a value that is no text', { order: 1 }, 'metadata.order'],
    ['a long value', { order: 'x'.repeat(501) }, 'metadata.order'],
    ['a value with NUL', { order: '\0' }, 'metadata.order'],
    ['a long key', { ['k'.repeat(41)]: 'v' }, `metadata.${'k'.repeat(41)}`],
    ['an empty key', { '': 'v' }, 'metadata.'],
  ])('metadata with %s is named down to the key', async (_, metadata, param) => {
    expectProblem(await api.send({ ...sendable, metadata }), 400, 'INVALID_REQUEST', param);
  });

  test('metadata with the key __proto__ is refused, not dropped', async () => {
    const raw = JSON.stringify({ ...sendable, metadata: {} }).replace('{}', '{"__proto__":"x"}');
    expectProblem(await sendRaw(raw), 400, 'INVALID_REQUEST', 'metadata');
  });

  test('is listed with all the others', async () => {
    const { json } = await api.send({ to: 1, body: 2, validity_period: 3 });
    const errors = json['errors'] as { param: string }[];
    expect(errors.map(({ param }) => param)).toEqual(['to', 'body', 'validity_period']);
  });

  test('a body of 1,600 characters is accepted, also when each needs a surrogate pair; one more is BODY_TOO_LONG', async () => {
    expect((await api.send({ ...sendable, body: '\u{1f600}'.repeat(1_600) })).status).toBe(202);
    expectProblem(await api.send({ ...sendable, body: '\u{1f600}'.repeat(1_601) }), 400, 'BODY_TOO_LONG', 'body');
    expectProblem(await api.send({ ...sendable, body: 'x'.repeat(1_601) }), 400, 'BODY_TOO_LONG', 'body');
  });

  test('a list of recipients names the endpoint that will take one', async () => {
    const answer = await api.send({ ...sendable, to: ['+14155550123', '+14155550124'] });
    expectProblem(answer, 400, 'INVALID_REQUEST', 'to');
    expect(answer.json['detail']).toContain('/v1/messages/batch');
  });

  test.each(['media_urls', 'attachments'])('%s are UNSUPPORTED_CHANNEL, empty they are nothing', async (name) => {
    const media = ['https://example.com/picture.png'];
    expectProblem(await api.send({ ...sendable, [name]: media }), 422, 'UNSUPPORTED_CHANNEL', name);
    expect((await api.send({ ...sendable, [name]: [] })).status).toBe(202);
  });

  test('another channel is UNSUPPORTED_CHANNEL', async () => {
    expectProblem(await api.send({ ...sendable, channel: 'whatsapp' }), 422, 'UNSUPPORTED_CHANNEL', 'channel');
    expect((await api.send({ ...sendable, channel: 'sms' })).status).toBe(202);
  });

  test.each([
    ['template_id', 'tpl_1'],
    ['variables', 'Ann'],
    ['send_window', { from: '9', to: '18:00', time_zone: 'recipient' }],
    ['priority', 'urgent'],
    ['tags', Array.from({ length: 11 }, String)],
    ['default_country', 'UK'],
    ['on_failure', 'call'],
  ])('%s is taken as it is meant or refused', async (field, value) => {
    const { body: _body, ...rest } = sendable;
    const { status, json } = await api.send({ ...(field === 'template_id' ? rest : sendable), [field]: value });
    expect({ status, code: json['code'] }).toEqual({ status: 400, code: 'INVALID_REQUEST' });
    expect(String(json['param'])).toMatch(new RegExp(`^${field}`));
    expect((await api.send({ ...sendable, [field]: null })).status).toBe(202);
  });

  test.each([
    ['shedule_for', 'schedule_for'],
    ['schedule_at', 'schedule_for'],
    ['validty_period', 'validity_period'],
    ['Body', 'body'],
    ['messagetype', 'message_type'],
    ['tp', 'to'],
    ['sender_di', 'sender_id'],
    ['recipent', 'recipient'],
  ])('%s is refused and %s is proposed, with every preference', async (field, meant) => {
    for (const headers of [{}, { prefer: 'handling=lenient' }]) {
      const answer = await api.send({ ...sendable, [field]: 'x' }, { headers });
      expectProblem(answer, 400, 'INVALID_REQUEST', field);
      expect(answer.json['detail']).toMatch(new RegExp(`you mean ${meant}\\.$`));
    }
  });

  test('fifty-one unknown fields are too many to warn about', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`unknown_field_${index}`, 1]));
    expectProblem(await api.send({ ...sendable, ...unknown }), 400, 'INVALID_REQUEST', 'body');
  });

  test('an unknown field whose name cannot be stored is refused', async () => {
    expectProblem(await api.send({ ...sendable, 'unusual \0 field': 1 }), 400, 'INVALID_REQUEST');
  });
});

describe('an address or method that does not exist', () => {
  test.each([
    '/',
    '/v1',
    '/v1/message/send',
    '/v2/messages/send',
    '/V1/messages/send',
    '/metrics',
    '/v1/messages/a/b/c',
  ])('%s is 404', async (path) => {
    expectProblem(await api.call(path), 404, 'NOT_FOUND');
  });

  test.each([
    'not-a-uuid',
    '0197a1b2-c3d4-7e5f-8a90-123456789abc',
    '%00',
    '..%2f..%2fetc%2fpasswd',
    "'; drop table messages",
  ])('the message %s is 404', async (id) => {
    expectProblem(await api.call(`/v1/messages/${id}`), 404, 'NOT_FOUND');
    expectProblem(await api.call(`/v1/messages/${id}/events`), 404, 'NOT_FOUND');
  });

  test('a broken percent escape is 400', async () => {
    expectProblem(await api.call('/v1/messages/%ZZ'), 400, 'INVALID_REQUEST');
  });

  test.each([
    ['GET', '/v1/messages/send', 'POST'],
    ['DELETE', '/v1/messages', 'GET'],
    ['PATCH', '/v1/webhook-endpoints', 'POST, GET'],
    ['POST', '/healthz', 'GET'],
  ])('%s %s is 405 and Allow is %s', async (method, path, allow) => {
    const answer = await api.call(path, { method });
    expectProblem(answer, 405, 'INVALID_REQUEST');
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test('R048: OPTIONS gets no permission for other origins', async () => {
    const headers = { origin: 'https://evil.example.com', 'access-control-request-method': 'POST' };
    for (const path of ['/v1/messages/send', '/nowhere']) {
      const answer = await api.call(path, { method: 'OPTIONS', headers });
      expect([404, 405]).toContain(answer.status);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('bytes that are not HTTP', () => {
  const talk = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(api.port, '127.0.0.1', () => socket.write(bytes));
      let heard = '';
      socket.on('data', (chunk) => (heard += chunk.toString()));
      socket.on('close', () => resolve(heard));
      socket.on('error', reject);
    });

  test.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['headers of 20 KB', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s gets a problem document and the connection is closed', async (_, bytes, status) => {
    const answer = await talk(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('Content-Type: application/problem+json');
    expect(answer).toContain('"code":"INVALID_REQUEST"');
  });

  test('half a body and then silence from a client that leaves costs nothing', async () => {
    const socket = connect(api.port, '127.0.0.1');
    const head = `POST /v1/messages/send HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.keys.test}\r\n`;
    const half = `${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"to":`;
    await new Promise((resolve) => socket.write(half, resolve));
    socket.destroy();
    expect((await api.send(sendable)).status).toBe(202);
    expect(api.logged).toEqual([]);
  });
});
