import tls from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  ANSWER_BYTES_MAX,
  type SafeFetchOptions,
  TIMEOUT_MS,
  createSafeFetch,
} from '../../server/events/safe-fetch.ts';
import type { Mode } from '../../server/rules/message.ts';
import { type Answer, httpSink } from '../support/http-sink.ts';
import { selfSigned } from '../support/self-signed.ts';
import { virtualClock } from '../support/virtual-clock.ts';

async function sinkOf(answer?: Answer, certificate?: { key: string; cert: string }) {
  const sink = await httpSink(answer, certificate);
  onTestFinished(() => sink[Symbol.asyncDispose]());
  return sink;
}

function safeFetch(options: Partial<SafeFetchOptions> = {}) {
  const made = createSafeFetch({ allowlist: [], allowLoopback: () => true, ...options });
  onTestFinished(() => made.close());
  return {
    ...made,
    post: (url: string) => made.post({ url, mode: 'test', headers: {}, body: '{}', wantsContent: true }),
    send: (url: string, mode: Mode = 'test', signal?: AbortSignal) =>
      made.post({ url, mode, headers: { 'x-test': 'yes' }, body: '{"a":"ü"}', ...(signal ? { signal } : {}) }),
  };
}

const addresses =
  (...list: string[]) =>
  () =>
    Promise.resolve(list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

describe('a POST', () => {
  test('arrives with its headers and exact bytes, and its status comes back', async () => {
    const sink = await sinkOf((response) => response.writeHead(202).end('thanks'));
    const result = await safeFetch().send(`${sink.url}/hook?token=1`);
    expect(result).toEqual({ kind: 'answered', status: 202, retryAfterSeconds: null });
    expect(sink.requests[0]).toMatchObject({ method: 'POST', path: '/hook?token=1', body: '{"a":"ü"}' });
    expect(sink.requests[0]?.headers).toMatchObject({ 'x-test': 'yes', 'content-length': '10' });
  });

  test('brings what was answered where that is wanted, up to a limit', async () => {
    const sink = await sinkOf((response, _request, index) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(index === 0 ? '<p>döne' : 'x'.repeat(1_000_000));
    });
    const { post } = safeFetch();
    const answered = { kind: 'answered', status: 200, retryAfterSeconds: null };
    expect(await post(sink.url)).toEqual({ ...answered, content: { type: 'text/html', body: '<p>döne' } });
    const long = await post(sink.url);
    expect(long).toMatchObject(answered);
    expect(long.kind === 'answered' && long.content?.body.length).toBeLessThanOrEqual(64 * 1024);
  });

  test('reuses its connection', async () => {
    const sink = await sinkOf();
    const { send } = safeFetch();
    for (let request = 0; request < 5; request++) await send(sink.url);
    expect(sink.connections()).toBe(1);
  });

  test('is repeated once when the receiver closed an idle connection as it was reused', async () => {
    const sink = await sinkOf((response, _request, index) => {
      if (index === 1) response.destroy();
      else response.end();
    });
    const { send } = safeFetch();
    await send(sink.url);
    expect(await send(sink.url)).toMatchObject({ kind: 'answered', status: 200 });
    expect(sink.requests).toHaveLength(3);
    expect(sink.connections()).toBe(2);
  });

  test('on a new connection that is closed without an answer has failed, and is not repeated', async () => {
    const sink = await sinkOf((response) => response.destroy());
    expect(await safeFetch().send(sink.url)).toEqual({ kind: 'failed', reason: 'ECONNRESET' });
    expect(sink.requests).toHaveLength(1);
  });

  test('to a port where nobody listens has failed', async () => {
    const sink = await httpSink();
    await sink[Symbol.asyncDispose]();
    expect(await safeFetch().send(sink.url)).toEqual({ kind: 'failed', reason: 'ECONNREFUSED' });
  });

  test('to something that does not speak HTTP has failed', async () => {
    const sink = await sinkOf((response) => response.socket?.end('220 smtp.example ESMTP\r\n'));
    expect(await safeFetch().send(sink.url)).toEqual({ kind: 'failed', reason: 'HPE_INVALID_CONSTANT' });
  });

  test('brings back Retry-After', async () => {
    const sink = await sinkOf((response) => response.writeHead(429, { 'retry-after': '17' }).end());
    expect(await safeFetch().send(sink.url)).toEqual({ kind: 'answered', status: 429, retryAfterSeconds: 17 });
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is an answer and is not followed', async (status) => {
    const inside = await sinkOf();
    const outside = await sinkOf((response) => response.writeHead(status, { location: inside.url }).end());
    expect(await safeFetch().send(outside.url)).toMatchObject({ kind: 'answered', status });
    expect(inside.requests).toHaveLength(0);
  });
});

describe('names', () => {
  const forbidden = [
    ['this machine', ['127.0.0.1']],
    ['a private network', ['10.1.2.3']],
    ['a metadata service', ['169.254.169.254']],
    ['this machine in IPv6', ['::1']],
    ['this machine as an IPv4-mapped address', ['::ffff:127.0.0.1']],
    ['a public and a private address', ['93.184.216.34', '192.168.0.1']],
    ['a public address and NAT64', ['93.184.216.34', '64:ff9b::a00:1']],
  ] as const;

  test.each(forbidden)('a name that resolves to %s is refused in both modes', async (_what, found) => {
    const { send } = safeFetch({ lookup: addresses(...found) });
    const refused = { kind: 'failed', reason: 'address_not_allowed' };
    expect(await send('https://rebound.example/', 'live')).toEqual(refused);
    expect(await send('https://rebound.example/', 'test')).toEqual(refused);
  });

  test('a refused name is not connected to', async () => {
    const sink = await sinkOf();
    const { send } = safeFetch({ lookup: addresses('127.0.0.1'), allowlist: ['other.example'] });
    expect(await send(`http://rebound.example:${sink.port}/`)).toMatchObject({ kind: 'failed' });
    expect(await send('https://rebound.example:8443/')).toMatchObject({ reason: 'address_not_allowed' });
    expect(sink.connections()).toBe(0);
  });

  test('the connection goes to the address that was checked, and the name is looked up once', async () => {
    const sink = await sinkOf();
    let lookups = 0;
    // A rebinding server: harmless at first, then something else.
    const lookup = () => addresses(lookups++ === 0 ? '127.0.0.1' : '169.254.169.254')();
    const { send } = safeFetch({ lookup, allowlist: ['hooks.internal'] });
    expect(await send(`http://hooks.internal:${sink.port}/`, 'live')).toMatchObject({ status: 200 });
    expect(lookups).toBe(1);
    expect(sink.requests[0]?.headers.host).toBe(`hooks.internal:${sink.port}`);
  });

  test('every attempt looks the name up again, even where a connection is open', async () => {
    const sink = await sinkOf();
    let lookups = 0;
    const lookup = () => addresses(lookups++ === 0 ? '127.0.0.1' : '169.254.169.254')();
    const { send } = safeFetch({ lookup, allowlist: ['hooks.internal'] });
    await send(`http://hooks.internal:${sink.port}/`, 'live');
    const second = await send(`http://hooks.internal:${sink.port}/`, 'live');
    expect(second).toEqual({ kind: 'failed', reason: 'address_not_allowed' });
    expect(sink.requests).toHaveLength(1);
  });

  test('a name that does not resolve has failed', async () => {
    const lookup = () => Promise.reject(new Error('getaddrinfo ENOTFOUND'));
    const nothing = { kind: 'failed', reason: 'name_not_resolved' };
    expect(await safeFetch({ lookup }).send('https://app.example/')).toEqual(nothing);
    expect(await safeFetch({ lookup: addresses() }).send('https://app.example/')).toEqual(nothing);
  });

  test('localhost is resolved for real and reaches this machine with a test key only', async () => {
    const sink = await sinkOf();
    const { send } = safeFetch();
    expect(await send(`http://localhost:${sink.port}/`)).toMatchObject({ status: 200 });
    expect(await send(`http://localhost:${sink.port}/`, 'live')).toEqual({
      kind: 'failed',
      reason: 'address_not_allowed',
    });
  });
});

describe('https', () => {
  const certificate = selfSigned('hooks.example');

  test('checks the certificate against the name although the address is fixed', async () => {
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...before, certificate.cert]);
    onTestFinished(() => tls.setDefaultCACertificates(before));
    const sink = await sinkOf(undefined, certificate);
    const { send } = safeFetch({ lookup: addresses('127.0.0.1'), allowlist: ['hooks.example', 'other.example'] });
    expect(await send(`https://hooks.example:${sink.port}/`, 'live')).toMatchObject({ kind: 'answered', status: 200 });
    const other = await send(`https://other.example:${sink.port}/`, 'live');
    expect(other).toEqual({ kind: 'failed', reason: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('refuses a certificate that nobody vouches for', async () => {
    const sink = await sinkOf(undefined, certificate);
    const { send } = safeFetch({ lookup: addresses('127.0.0.1'), allowlist: ['hooks.example'] });
    const result = await send(`https://hooks.example:${sink.port}/`, 'live');
    expect(result).toEqual({ kind: 'failed', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(sink.requests).toHaveLength(0);
  });
});

describe('limits', () => {
  test('R132: a receiver that never answers is given up after 15 seconds, and no timer stays', async () => {
    const clock = virtualClock();
    const sink = await sinkOf(() => undefined);
    const sending = safeFetch({ clock }).send(sink.url);
    await sink.received(1);
    await clock.advance(TIMEOUT_MS - 1);
    expect(clock.pending()).toBe(1);
    await clock.advance(1);
    expect(await sending).toEqual({ kind: 'failed', reason: 'timeout' });
    expect(clock.pending()).toBe(0);
  });

  test('the time to look up the name counts', async () => {
    const clock = virtualClock();
    const sending = safeFetch({ clock, lookup: () => new Promise(() => undefined) }).send('https://app.example/');
    await clock.advance(TIMEOUT_MS);
    expect(await sending).toEqual({ kind: 'failed', reason: 'timeout' });
  });

  test('a status whose body never ends counts as soon as the time is over', async () => {
    const clock = virtualClock();
    const sink = await sinkOf((response) => {
      response.writeHead(200).write('drip');
    });
    // The time is asked for when the status arrives.
    const arrived = Promise.withResolvers<void>();
    const now = () => {
      arrived.resolve();
      return clock.now();
    };
    const sending = safeFetch({ clock: { ...clock, now } }).send(sink.url);
    await arrived.promise;
    await clock.advance(TIMEOUT_MS);
    expect(await sending).toMatchObject({ kind: 'answered', status: 200 });
  });

  test('an endless answer is cut off after 64 KB', async () => {
    let written = 0;
    const closed = Promise.withResolvers<void>();
    const sink = await sinkOf((response) => {
      const chunk = Buffer.alloc(16 * 1024);
      const pump = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', pump).on('close', () => closed.resolve());
      pump();
    });
    expect(await safeFetch().send(sink.url)).toMatchObject({ kind: 'answered', status: 200 });
    await closed.promise;
    // What the sockets' buffers took is beyond our reach; a loop without a limit would never end.
    expect(written).toBeGreaterThanOrEqual(ANSWER_BYTES_MAX);
  });

  test('a caller can give up, before and during the exchange', async () => {
    const sink = await sinkOf(() => undefined);
    const { send } = safeFetch();
    expect(await send(sink.url, 'test', AbortSignal.abort())).toEqual({ kind: 'failed', reason: 'aborted' });
    expect(sink.requests).toHaveLength(0);
    const controller = new AbortController();
    const sending = send(sink.url, 'test', controller.signal);
    await sink.received(1);
    controller.abort();
    expect(await sending).toEqual({ kind: 'failed', reason: 'aborted' });
  });
});

test('checking a URL resolves nothing and gives the same verdict as sending to it', async () => {
  const { check, send } = safeFetch({ lookup: () => Promise.reject(new Error('must not be called')) });
  expect(check('https://app.example/', 'live')).toEqual({ ok: true });
  for (const url of [
    'http://app.example/',
    'https://[::ffff:127.0.0.1]/',
    'https://0x7f.1/',
    'https://u:p@app.example/',
  ]) {
    const verdict = check(url, 'live');
    expect(verdict.ok).toBe(false);
    expect(await send(url, 'live')).toEqual({ kind: 'failed', reason: verdict.ok ? '' : verdict.reason });
  }
});
