import fc from 'fast-check';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyRoutes, routes } from '../../server/http/contract.ts';
import { ERROR_CODES } from '../../server/rules/error-codes.ts';
import { sendable, startApi, type TestApi } from '../support/http-api.ts';

/** `npm run test:fuzz` sets more. */
const RUNS = Number(process.env['FUZZ_HTTP'] ?? 2_000);

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

interface Attempt {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Result {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** node:http sends what fetch would tidy up. */
function perform({ method, path, body, ...attempt }: Attempt): Promise<Result> {
  // Without it the body of a GET would be read as the next request.
  const headers = { ...attempt.headers, 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const outgoing = request({ port: api.port, host: '127.0.0.1', method, path, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      // A stream has no end of its own.
      const isEndless = incoming.headers['content-type'] === 'text/event-stream';
      if (isEndless) incoming.once('data', () => incoming.destroy());
      incoming.on(isEndless ? 'close' : 'end', () => {
        const type = incoming.headers['content-type'] ?? '';
        resolve({ status: incoming.statusCode ?? 0, type, text: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const visible = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) });
const escaped = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => encodeURIComponent(text.toWellFormed()));
const segment = fc.oneof(escaped, fc.uuid(), fc.constantFrom('%00', '%ZZ', '..', '', '%2e%2e', '+14155550123', 'null'));

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];

const sendRoute = keyRoutes.find(({ operation }) => operation === 'sendMessage') ?? keyRoutes[0];

/** Mostly a route of the contract with a method of its own, so that many requests get through to a handler. */
const place = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom(...routes, ...Array.from({ length: 8 }, () => sendRoute)), segment)
      .map(([route, value]) => ({ method: route.method.toUpperCase(), path: route.path.replace(/\{\w+\}/, value) })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...METHODS), fc.constantFrom(...routes), segment)
      .map(([method, route, value]) => ({ method, path: route.path.replace(/\{\w+\}/, value) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...METHODS), fc.array(segment, { maxLength: 5 }))
      .map(([method, parts]) => ({ method, path: `/${parts.join('/')}` })),
  },
);

const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: visible.map((text) => `?${text.replaceAll('#', '')}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('to', 'from', 'status', 'limit', 'cursor', 'created_after', 'client_ref', 'direction'),
        escaped,
      )
      .map(([name, value]) => `?${name}=${value}`),
  },
);

const json = fc.oneof(
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify({ ...sendable, other_field_of_mine: value })),
  fc
    .tuple(fc.constantFrom(...Object.keys(sendable), 'metadata', 'validity_period', 'client_ref'), fc.jsonValue())
    .map(([name, value]) => JSON.stringify({ ...sendable, [name]: value })),
  fc
    .tuple(fc.constantFrom('url', 'event_types', 'throttle_per_second', 'receipts', 'from'), fc.jsonValue())
    .map(([name, value]) => JSON.stringify({ [name]: value })),
);
const body = fc.oneof(
  { weight: 4, arbitrary: json.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

const contentType = fc.oneof({ weight: 5, arbitrary: fc.constant('application/json') }, visible);
const headers = fc.tuple(contentType, fc.nat(9), visible, visible).map(([type, luck, one, two]) => ({
  'content-type': type,
  authorization: luck === 0 ? one : `Bearer ${luck === 1 ? api.keys.live : api.keys.test}`,
  ...(luck % 3 === 0 ? { 'idempotency-key': two } : {}),
  ...(luck % 4 === 0 ? { prefer: one, host: two } : {}),
}));

test(`${RUNS} random requests get an answer of the contract: never 500, never anything but a documented problem`, async () => {
  const attempt = fc
    .tuple(place, query, headers, body)
    .map(([{ method, path }, search, names, bytes]) => ({ method, path: path + search, headers: names, body: bytes }));
  const statuses = new Set<number>();
  const check = fc.asyncProperty(attempt, async (tried) => {
    const { status, type, text } = await perform(tried);
    statuses.add(status);
    expect(status).toBeLessThan(500);
    if (status < 400) return;
    // A page for people, who have no use for a problem document.
    if (status === 404 && tried.path.startsWith('/o/') && type.startsWith('text/html')) return;
    // What RFC 6749 says about its own refusals.
    if (tried.path.startsWith('/v1/oauth/') && type === 'application/json') {
      return expect(JSON.parse(text)).toMatchObject({ error: expect.any(String) });
    }
    expect(type).toBe('application/problem+json');
    const document = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(ERROR_CODES)).toContain(document['code']);
    expect(document).toMatchObject({ status, title: expect.any(String), action: expect.any(String) });
  });
  await fc.assert(check, { numRuns: RUNS });
  expect(api.logged).toEqual([]);
  // Otherwise the requests were too random to get anywhere.
  for (const reached of [200, 202, 400, 401, 403, 404, 405, 415]) expect(statuses).toContain(reached);
}, 120_000);
