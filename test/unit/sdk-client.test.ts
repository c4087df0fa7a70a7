import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SmsApiError, SmsClient } from '../../connectors/sdk/index.ts';
import { retryDelayMs } from '../../connectors/sdk/retry.ts';
import { SDK_TYPES_FILES } from '../../server/sdk-types.ts';

interface Seen {
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> } | Error;

/** A client whose server gives these answers in turn, and what it was asked. */
function client(answers: readonly Answer[]) {
  const seen: Seen[] = [];
  const waits: number[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    seen.push({
      url: url instanceof Request ? url.url : url.toString(),
      headers: new Headers(init?.headers),
      body: init?.body,
    });
    if (!answer || answer instanceof Error) return Promise.reject(answer ?? new Error('no answer'));
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    const body = answer.status === 204 ? null : text;
    return Promise.resolve(new Response(body, { status: answer.status, headers: answer.headers ?? {} }));
  };
  const sms = new SmsClient({
    baseUrl: 'http://localhost:8080/',
    apiKey: 'sk_test_key',
    fetch,
    random: () => 1,
    sleep: (ms) => Promise.resolve(void waits.push(ms)),
  });
  return { sms, seen, waits };
}

const text = { to: '+14155550123', body: 'Hello' };
const accepted = { status: 202, body: { status: 'queued', message_id: 'one' } };
const unavailable = {
  status: 503,
  body: { code: 'SERVICE_UNAVAILABLE', detail: 'Later.', action: 'Wait.', retryable: true, request_id: 'req_1' },
};
const lost = new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });

async function refusal(promise: Promise<unknown>): Promise<SmsApiError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SmsApiError)) throw new Error(`not refused as it should be: ${String(error)}`);
  return error;
}

describe('R036 R037: sending', () => {
  test('posts the text with the key and an Idempotency-Key of its own', async () => {
    const { sms, seen } = client([accepted]);
    expect(await sms.sms.send(text)).toEqual(accepted.body);
    expect(seen).toMatchObject([{ url: 'http://localhost:8080/v1/messages/send', body: JSON.stringify(text) }]);
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer sk_test_key');
    expect(seen[0]?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('uses another Idempotency-Key for another text, and yours when you give one', async () => {
    const { sms, seen } = client([accepted]);
    await sms.sms.send(text);
    await sms.sms.send(text);
    await sms.sms.send(text, { idempotencyKey: 'order-17' });
    const [first, second, third] = seen.map(({ headers }) => headers.get('idempotency-key'));
    expect(first).not.toBe(second);
    expect(third).toBe('order-17');
  });

  test('tries again after a lost connection and after 503, with the same Idempotency-Key and growing pauses', async () => {
    const { sms, seen, waits } = client([lost, unavailable, { status: 502, body: '<html>' }, accepted]);
    expect(await sms.sms.send(text)).toEqual(accepted.body);
    expect(new Set(seen.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
    expect(waits).toEqual([500, 1_000, 2_000]);
  });

  test('waits as long as the server asks after 429', async () => {
    const limited = { status: 429, body: { code: 'RATE_LIMITED', retryable: true }, headers: { 'Retry-After': '7' } };
    const { sms, waits } = client([limited, accepted]);
    await sms.sms.send(text);
    expect(waits).toEqual([7_000]);
  });

  test('gives up after four more tries and says what the server said', async () => {
    const { sms, seen } = client([unavailable]);
    expect(await refusal(sms.sms.send(text))).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      status: 503,
      retryable: true,
      detail: 'Later.',
      action: 'Wait.',
      requestId: 'req_1',
    });
    expect(seen).toHaveLength(5);
  });

  test('is not tried again when the server refuses for good', async () => {
    const problem = { code: 'OPTED_OUT', detail: 'No.', action: 'Do not retry.', retryable: false, param: 'to' };
    const { sms, seen } = client([{ status: 403, body: problem, headers: { 'Request-Id': 'req_2' } }]);
    expect(await refusal(sms.sms.send(text))).toMatchObject({ code: 'OPTED_OUT', param: 'to', requestId: 'req_2' });
    expect(seen).toHaveLength(1);
  });
});

test('sender rules are stored as they are given, and removing one needs no answer', async () => {
  const rules = [{ country: 'GB', alphanumeric: 'yes' }] as const;
  const { sms, seen } = client([{ status: 200, body: { data: rules } }, { status: 204 }]);
  expect(await sms.senderRules.store(rules)).toEqual(rules);
  expect(await sms.senderRules.remove('GB')).toBeUndefined();
  expect(seen.map(({ url, body }) => [url, body])).toEqual([
    ['http://localhost:8080/v1/sender-rules', JSON.stringify({ rules })],
    ['http://localhost:8080/v1/sender-rules/GB', undefined],
  ]);
});

describe('R037: an error', () => {
  test('of the connection has its kind and nothing of what was sent', async () => {
    const error = await refusal(client([lost]).sms.sms.send(text));
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', status: 0, retryable: true, requestId: null });
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.message).not.toMatch(/4155550123|Hello|sk_test/);
  });

  test('of the clock is a TIMEOUT', async () => {
    const { sms } = client([new DOMException('late', 'TimeoutError')]);
    expect((await refusal(sms.sms.getStatus('one'))).code).toBe('TIMEOUT');
  });

  test.each([
    { status: 404, body: '<h1>Not here</h1>' },
    { status: 200, body: '<h1>Welcome</h1>' },
    { status: 302, body: '', headers: { Location: 'https://elsewhere.example.com' } },
  ])('is INVALID_ANSWER when something else answers: %j', async (answer) => {
    const { sms, seen } = client([answer]);
    expect((await refusal(sms.sms.getStatus('one'))).code).toBe('INVALID_ANSWER');
    expect(seen).toHaveLength(1);
  });
});

test('an id cannot lead to another path', async () => {
  const { sms, seen } = client([{ status: 200, body: {} }]);
  await sms.sms.getStatus('../keys?x=1');
  expect(seen[0]?.url).toBe('http://localhost:8080/v1/messages/..%2Fkeys%3Fx%3D1');
});

test('the carriers are listed', async () => {
  const { sms, seen } = client([{ status: 200, body: { data: [{ id: 'default' }], has_more: false } }]);
  expect(await sms.smsc.list()).toEqual([{ id: 'default' }]);
  expect(seen[0]?.url).toBe('http://localhost:8080/v1/smsc');
});

test('a base URL that is none is refused at once', () => {
  expect(() => new SmsClient({ baseUrl: 'localhost:8080', apiKey: 'k' })).toThrow(TypeError);
});

describe('the pause before a retry', () => {
  const nowMs = Date.UTC(2026, 10, 20, 12);
  test.each([
    [{ tries: 0, retryAfter: null }, 500],
    [{ tries: 3, retryAfter: null }, 4_000],
    [{ tries: 60, retryAfter: null }, 30_000],
    [{ tries: 0, retryAfter: '0' }, 0],
    [{ tries: 0, retryAfter: '100000' }, 60_000],
    [{ tries: 0, retryAfter: 'Fri, 20 Nov 2026 12:00:05 GMT' }, 5_000],
    [{ tries: 0, retryAfter: 'Fri, 20 Nov 2026 11:00:00 GMT' }, 0],
    [{ tries: 1, retryAfter: 'soon' }, 1_000],
  ])('of %j is %d ms at most', (asked, ms) => {
    expect(retryDelayMs({ ...asked, nowMs }, 1)).toBe(ms);
  });

  test('is spread, so that clients do not come back together', () => {
    expect(retryDelayMs({ tries: 2, retryAfter: null, nowMs }, 0.25)).toBe(500);
  });
});

test.each(Object.entries(SDK_TYPES_FILES))(
  '%s is what the contract says; npm run generate renews it',
  (file, types) => {
    expect(readFileSync(join(import.meta.dirname, '../..', file), 'utf8')).toBe(types());
  },
);
