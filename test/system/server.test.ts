import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { verify } from '../../server/events/sign.ts';
import { createLog } from '../../server/operations/log.ts';
import { apiClient, TEXT } from '../support/api-client.ts';
import { emptyDatabase } from '../support/database.ts';
import { httpSink } from '../support/http-sink.ts';
import { ownServer } from '../support/own-server.ts';
import { until } from '../support/until.ts';
import { freePort } from '../support/free-port.ts';

const root = path.join(import.meta.dirname, '../..');

describe('the whole server', () => {
  test('R001 R083 R127 R210: accepts, sends, delivers, hands the answer on as a signed webhook, and stops after STOP', async () => {
    const api = apiClient(await ownServer({ SIMULATOR_PORT: 'free' }, undefined, emptyDatabase));
    const sink = await sinkFor();
    const { body: endpoint } = await api('POST', '/v1/webhook-endpoints', { url: sink.url, event_types: ['*'] });
    const secret = String(endpoint['secret']);

    const id = await api.send();
    await api.reaches(id, 'delivered');
    await api('POST', '/v1/sandbox/inbound', { from: TEXT.to, to: TEXT.from, body: 'YES' });
    const reply = await eventOf(sink, 'message.received', secret);
    expect(reply).toMatchObject({ from: TEXT.to, to: TEXT.from, body: 'YES', in_reply_to: id, mode: 'test' });
    for (const [type, sequence] of [
      ['message.queued', 1],
      ['message.sent', 2],
      ['message.delivered', 3],
    ] as const) {
      expect(await eventOf(sink, type, secret)).toMatchObject({ message_id: id, sequence, status: type.slice(8) });
    }

    const stop = { from: TEXT.to, to: TEXT.from, body: 'Stop.', segments_out_of_order: true };
    await api('POST', '/v1/sandbox/inbound', stop);
    expect(await eventOf(sink, 'contact.opted_out', secret)).toMatchObject({ number: TEXT.to, source: 'keyword' });
    const { status, body } = await api('POST', '/v1/messages/send', TEXT);
    expect([status, body['code']]).toEqual([403, 'OPTED_OUT']);
    await api.reaches(String(body['message_id']), 'rejected');
    const phone = await until(async () => {
      const texts = (await api('GET', `/v1/sandbox/phones/${encodeURIComponent(TEXT.to)}/messages`)).body['data'];
      return (texts as { body: string }[]).find((text) => text.body.includes('unsubscribed'));
    });
    expect(phone).toMatchObject({ direction: 'to_phone', from: TEXT.from });
  });

  test('R010: signs status callbacks with the secret of the organisation', async () => {
    const api = apiClient(await ownServer({ SIMULATOR_PORT: 'free' }));
    const sink = await sinkFor();
    const id = await api.send({ status_callback: `${sink.url}/status` });
    const secret = String((await api('GET', '/v1/webhook-secret')).body['secret']);
    expect(await eventOf(sink, 'message.delivered', secret)).toMatchObject({ message_id: id });
  });

  test('answers 100 equal parallel posts under one Idempotency-Key with 202 and one id, sends one text and R221: pays for one', async () => {
    const api = apiClient(await ownServer({ SIMULATOR_PORT: 'free' }));
    const post = () => api('POST', '/v1/messages/send', TEXT, { 'Idempotency-Key': 'order-1234-shipped' });
    const answers = await Promise.all(Array.from({ length: 100 }, post));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body['message_id'])).size).toBe(1);
    expect((await api('GET', '/v1/messages')).body['data']).toHaveLength(1);
    const paid = { remaining_balance: '19.9925', message_price: '0.0075', currency: 'USD' };
    expect(answers.map(({ body }) => body)).toMatchObject(answers.map(() => paid));
    const other = await api(
      'POST',
      '/v1/messages/send',
      { ...TEXT, body: 'Another' },
      { 'Idempotency-Key': 'order-1234-shipped' },
    );
    expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  test('keeps live texts from a server that has no carrier for them', async () => {
    const live = apiClient(await ownServer({ SIMULATOR_PORT: 'free' }), 'live');
    const { status, body } = await live('POST', '/v1/messages/send', TEXT);
    expect([status, body['code']]).toEqual([422, 'NO_CARRIER']);
  });

  test('takes texts while the carrier is away, and says so', async () => {
    const nobody = await freePort();
    const server = await ownServer({ SMPP_URL: `smpp://me:secret@127.0.0.1:${nobody}` });
    const live = apiClient(server, 'live');
    const id = await live.send();
    await live.reaches(id, 'queued');
    const { status, body } = await live('GET', '/readyz');
    expect([status, body]).toMatchObject([200, { status: 'ready', database: 'up', carrier: 'down' }]);
  });
});

describe('the magic numbers', () => {
  test('end as the table says', async () => {
    const api = apiClient(await ownServer({ SIMULATOR_PORT: 'free' }));
    const ends = [
      { to: '+15005550002', status: 'undelivered', error: { reason: 'UNREACHABLE' } },
      { to: '+15005550004', status: 'undelivered', error: { code: 'FILTERED' } },
      { to: '+15005550005', status: 'delivered', error: null },
      { to: '+15005550006', status: 'delivered', error: null },
      { to: '+15005550011', status: 'expired', error: { reason: 'EXPIRED' } },
    ];
    const texts = await Promise.all(ends.map(async ({ to, status }) => api.reaches(await api.send({ to }), status)));
    expect(texts).toMatchObject(ends);
  });

  test('R213: are refused at once as the table says', async () => {
    const api = apiClient(await ownServer({ SIMULATOR_PORT: 'free' }));
    const refused = [
      { to: '+15005550001', status: 400, code: 'INVALID_NUMBER' },
      { to: '+15005550003', status: 402, code: 'INSUFFICIENT_BALANCE' },
      { to: '+15005550009', status: 403, code: 'OPTED_OUT' },
    ];
    for (const { to, status, code } of refused) {
      const answer = await api('POST', '/v1/messages/send', { ...TEXT, to });
      expect([to, answer.status, answer.body['code']]).toEqual([to, status, code]);
    }
  });

  test('reply as the table says, and only STOP stops the next text', async () => {
    const api = apiClient(await ownServer({ SIMULATOR_PORT: 'free' }));
    const replies = [
      { to: '+15005550008', body: 'Thanks! This is a simulated reply.', next: 202 },
      { to: '+15005550010', body: 'STOP', next: 403 },
      { to: '+15005550014', body: "I'm at the bus stop", next: 202 },
    ];
    await Promise.all(replies.map(({ to }) => api.send({ to })));
    for (const { to, body, next } of replies) {
      const found = await until(async () => {
        const page = await api('GET', `/v1/messages?direction=inbound&from=${encodeURIComponent(to)}`);
        return (page.body['data'] as Record<string, unknown>[])[0];
      });
      expect(found).toMatchObject({ from: to, body });
      expect([to, (await api('POST', '/v1/messages/send', { ...TEXT, to })).status]).toEqual([to, next]);
    }
  });
});

describe('the log', () => {
  test('R197: never has a number, a body, a key or a password in it, whatever goes wrong', async () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const nobody = await freePort();
    const settings = { SIMULATOR_PORT: 'free', SMPP_URL: `smpp://me:canarypw@127.0.0.1:${nobody}` };
    const server = await ownServer(settings, createLog('debug', stream));
    const api = apiClient(server);
    const canary = { to: '+14155550177', from: '+15005550199', body: 'canary body' };
    const dead = `http://127.0.0.1:${nobody}/canary?token=canaryquery`;
    await api('POST', '/v1/webhook-endpoints', { url: dead, event_types: ['*'] });
    await api.reaches(await api.send({ ...canary, status_callback: dead }), 'delivered');
    await apiClient(server, 'live').send(canary);
    await api('POST', '/v1/sandbox/inbound', { from: canary.to, to: canary.from, body: 'STOP' });
    await api('POST', '/v1/messages/send', { ...canary, body: 'canary \uD800 body' });
    await api('POST', `/v1/messages/send?api_key=${server.keys.test}`, canary);
    await fetch(`${server.url}/v1/messages/send`, { method: 'POST', body: `{"body":"canary body",` });
    await until(() => lines.join('').includes('webhook') || lines.length > 3);
    await server.stop();
    const log = lines.join('');
    expect(lines.length).toBeGreaterThan(3);
    const secrets = [
      canary.to.slice(1),
      canary.from.slice(1),
      'canary',
      server.keys.test.slice(17),
      server.keys.live.slice(17),
    ];
    for (const secret of secrets) expect(log).not.toContain(secret);
  });
});

describe('the start', () => {
  test('reports every fault of the configuration at once and exits with 1', async () => {
    const { code, stderr } = await runServer({ PORT: 'x', REDIS_URL: 'nowhere', SMPP_URL: 'http://me:hunter22@host' });
    expect(code).toBe(1);
    for (const name of ['PORT', 'REDIS_URL', 'SMPP_URL']) expect(stderr).toContain(name);
    expect(stderr).not.toContain('hunter22');
    expect(stderr).not.toContain('    at ');
  });

  test('says which setting to change when a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    await expect(ownServer({ PORT: String(port) })).rejects.toThrow(`PORT: port ${port} is used by another program`);
    await expect(ownServer({ SIMULATOR_PORT: String(port) })).rejects.toThrow(/SIMULATOR_PORT/);
  });
});

async function sinkFor() {
  const sink = await httpSink();
  onTestFinished(() => sink[Symbol.asyncDispose]());
  return sink;
}

/** The data of the first webhook of a type; its signature must fit. */
function eventOf(sink: Awaited<ReturnType<typeof httpSink>>, type: string, secret: string) {
  return until(() => {
    const found = sink.requests.find(({ body }) => (JSON.parse(body) as { type: string }).type === type);
    if (!found) return undefined;
    expect(verify(found.headers, found.body, secret, Date.now() / 1_000)).toEqual({ ok: true });
    return (JSON.parse(found.body) as { data: Record<string, unknown> }).data;
  });
}

async function runServer(environment: Record<string, string>): Promise<{ code: number; stderr: string }> {
  const server = spawn(process.execPath, [path.join(root, 'server/main.ts')], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  server.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(server, 'close')) as [number];
  return { code, stderr };
}
