import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { failureOf, failureOfItem } from '../../nodes/SmsBridge/failures.ts';
import { readNumber } from '../../nodes/SmsBridge/phone-number.ts';
import { call, type Context, list } from '../../nodes/SmsBridge/transport.ts';
import { ERROR_CODES } from '../../server/rules/error-codes.ts';

type Answer = { readonly statusCode: number; readonly headers?: IDataObject; readonly body?: unknown };

const problem = (code: string, status: number, retryAfter?: string): Answer => ({
  statusCode: status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  body: { code, detail: `${code}.`, action: 'Wait.', title: code, status, retryable: true, request_id: 'req_1' },
});

/** Answers in turn, and keeps what was asked and when. */
function serverThat(...answers: (Answer | Error)[]) {
  const asked: { url: string; at: number; key: unknown }[] = [];
  const queries: unknown[] = [];
  const { baseUrl } = credentials;
  const context = {
    getCredentials: () => Promise.resolve({ baseUrl }),
    helpers: {
      httpRequestWithAuthentication: (
        _name: string,
        { url, headers, qs }: Pick<IHttpRequestOptions, 'url' | 'headers' | 'qs'>,
      ) => {
        queries.push(qs);
        asked.push({ url, at: Date.now(), key: headers?.['Idempotency-Key'] });
        const answer = answers[asked.length - 1] ?? answers.at(-1);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ headers: {}, ...answer });
      },
    },
  } as unknown as Context;
  return { context, asked, queries };
}

const post = (context: Context) =>
  call(context, { method: 'POST', path: '/v1/messages/send', body: {}, idempotencyKey: 'k' });

const credentials = { baseUrl: '' };
beforeEach(() => {
  credentials.baseUrl = 'https://sms.example.com';
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => vi.useRealTimers());

async function after<Value>(work: Promise<Value>): Promise<Value> {
  await vi.runAllTimersAsync();
  return work;
}

describe('a call that the server asks to repeat', () => {
  test('is repeated with the same key when the server says so', async () => {
    const { context, asked } = serverThat(
      problem('RATE_LIMITED', 429, '2'),
      problem('SERVICE_UNAVAILABLE', 503, '10'),
      problem('IDEMPOTENCY_IN_PROGRESS', 409, '1'),
      { statusCode: 202, body: { status: 'queued' } },
    );
    expect(await after(post(context))).toEqual({ ok: true, value: { status: 'queued' } });
    expect(asked.map(({ at }) => at)).toEqual([0, 2_000, 12_000, 13_000]);
    expect(new Set(asked.map(({ key }) => key))).toEqual(new Set(['k']));
  });

  test('is given up after three more tries, or when more patience is asked for than a workflow has', async () => {
    const always = serverThat(problem('RATE_LIMITED', 429));
    expect(await after(post(always.context))).toMatchObject({ ok: false, failure: { code: 'RATE_LIMITED' } });
    expect(always.asked.map(({ at }) => at)).toEqual([0, 1_000, 3_000, 7_000]);
    const long = serverThat(problem('SERVICE_UNAVAILABLE', 503, '60'));
    expect(await after(post(long.context))).toMatchObject({ ok: false, failure: { status: 503 } });
    expect(long.asked).toHaveLength(1);
  });

  test('is not repeated for anything else', async () => {
    const refused = serverThat(problem('OPTED_OUT', 403));
    expect(await after(post(refused.context))).toEqual({
      ok: false,
      failure: {
        message: 'The recipient has opted out',
        description: expect.stringContaining('START'),
        code: 'OPTED_OUT',
        status: 403,
        requestId: 'req_1',
      },
    });
    expect(refused.asked).toHaveLength(1);
  });
});

test('a call that somebody waits for is tried once, briefly', async () => {
  const { context, asked } = serverThat(problem('SERVICE_UNAVAILABLE', 503, '1'));
  const brief = call(context, { method: 'GET', path: '/v1/me', isBrief: true });
  expect(await after(brief)).toMatchObject({ ok: false, failure: { status: 503 } });
  expect(asked).toHaveLength(1);
});

describe('the Base URL', () => {
  test.each(['localhost:8080', 'sms.example.com', 'ftp://x', 'https://a:b@x', 'https://x?y=1', 'https://x#y', ''])(
    '%j is refused before anything is sent',
    async (baseUrl) => {
      credentials.baseUrl = baseUrl;
      const { context, asked } = serverThat({ statusCode: 200 });
      expect(await post(context)).toMatchObject({
        failure: { message: 'The Base URL of the credential is no web address' },
      });
      expect(asked).toEqual([]);
    },
  );

  test('may have a path in front of the API, and a slash behind it', async () => {
    credentials.baseUrl = 'http://localhost:8080/sms/';
    const { context, asked } = serverThat({ statusCode: 200, body: {} });
    await after(post(context));
    expect(asked[0]?.url).toBe('http://localhost:8080/sms/v1/messages/send');
  });
});

describe('a list', () => {
  const page = (from: number, count: number, next: string | null): Answer => {
    const data = Array.from({ length: count }, (_, index) => from + index);
    return { statusCode: 200, body: { data, next_cursor: next } };
  };

  test('is read page after page to its end', async () => {
    const { context, queries } = serverThat(page(0, 200, 'a'), page(200, 200, 'b'), page(400, 5, null));
    const found = await list(context, '/v1/messages', { tag: 'x' }, null);
    expect(found.ok && found.value).toEqual(Array.from({ length: 405 }, (_, index) => index));
    expect(queries).toEqual([
      { tag: 'x', limit: 200 },
      { tag: 'x', limit: 200, cursor: 'a' },
      { tag: 'x', limit: 200, cursor: 'b' },
    ]);
  });

  test('is read up to the limit', async () => {
    const { context, queries } = serverThat(page(0, 200, 'a'), page(200, 50, 'b'));
    const found = await list(context, '/v1/messages', {}, 250);
    expect(found.ok && found.value).toHaveLength(250);
    expect(queries).toEqual([{ limit: 200 }, { limit: 50, cursor: 'a' }]);
  });
});

test.each(Object.entries(ERROR_CODES))(
  'R024: %s keeps its code, and is said in a sentence for who builds workflows',
  (code, { title, action, status, retryable }) => {
    const body = { code, title, detail: `${title}.`, action, status, retryable, type: 'urn:x', request_id: 'req_1' };
    const failure = failureOf(status, body);
    expect(failure).toMatchObject({ code, status, requestId: 'req_1' });
    expect(failure.message).toMatch(/^[A-Z].*[^.]$/);
    expect(failure.description).toMatch(/\.$/);
    const inBatch = failureOfItem({ code, detail: `${title}.`, param: '/messages/3/to' });
    expect(inBatch).toMatchObject({ code, message: failure.message, param: 'to' });
  },
);

test('an answer that is not from the server says where to look', async () => {
  const { context } = serverThat({ statusCode: 404, body: '<html>' });
  expect(await after(post(context))).toMatchObject({
    failure: {
      message: 'The answer is not from SMS Bridge (status 404)',
      description: expect.stringContaining('Base URL'),
    },
  });
});

test('a redirect is no answer either', async () => {
  const { context } = serverThat({ statusCode: 302, body: '' });
  expect(await after(post(context))).toMatchObject({ ok: false, failure: { status: 302 } });
});

describe('R070: a number as people write it', () => {
  test.each([
    ['+1 (415) 555-2671', '+14155552671'],
    ['0044 7700 900123', '+447700900123'],
    ['+44 (0)7700 900123', '+447700900123'],
    ['tel:+1-415-555-2671', '+14155552671'],
    ['＋１４１５５５５２６７１', '+14155552671'],
    ['\u202a+1 415\u00a0555‑2671\u202c', '+14155552671'],
  ])('%s is %s', (written, number) => {
    expect(readNumber(written, 'To')).toEqual({ ok: true, value: number });
  });

  test.each([
    [14155552671],
    ['4155552671'],
    ['07700 900123'],
    ['CartBoss'],
    ['+'],
    ['+0123456789'],
    [''],
    [null],
    [{}],
  ])('%j is none without a country', (written) => {
    expect(readNumber(written, 'To')).toMatchObject({
      ok: false,
      failure: { message: "The number in 'To' is not in international format" },
    });
  });

  test('may be national where a country is given: the server reads it', () => {
    expect(readNumber('07700 900123', 'To', 'GB')).toEqual({ ok: true, value: '07700900123' });
    expect(readNumber(4155552671, 'To', 'US')).toEqual({ ok: true, value: '4155552671' });
  });

  property.prop([fc.anything()])(
    'is + and digits, digits for a country, or refused, whatever is written',
    (written) => {
      const read = readNumber(written, 'To', 'US');
      expect(read.ok ? /^\+?\d{3,15}$/.test(read.value) : read.failure.code === 'PARAMETER').toBe(true);
    },
  );
});
