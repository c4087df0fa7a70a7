import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';
import { verify } from './events/sign.ts';
import { startServer } from './main.ts';
import { createLog } from './operations/log.ts';

/**
 * The story of one text in the terminal: accepted, sent, delivered, replied, opted out, refused. It starts a
 * private server and removes it again; `--url` and `--key` (a test key) play it on a running one.
 */
async function play(server: { readonly url: string; readonly key: string }): Promise<void> {
  const startedMs = performance.now();
  const say = (line: string) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(2).padStart(6);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };
  const api = client(server);
  const sink = await openSink();
  const endpoint = await api('POST', '/v1/webhook-endpoints', { url: sink.url, event_types: ['*'] });
  sink.expectSignedBy(String(endpoint.body['secret']));
  try {
    await story({ api, sink, say });
  } finally {
    await api('DELETE', `/v1/webhook-endpoints/${String(endpoint.body['id'])}`);
    await sink.close();
  }
}

/** A number of the range that is reserved for stories: 555-0100 to 555-0199. */
const PHONE = `+14155550${100 + Math.floor(Math.random() * 100)}`;
const SENDER = '+15005550100';

async function story({ api, sink, say }: Stage): Promise<void> {
  say(`A shop texts ${PHONE}: "Is Tuesday at 10 fine? Reply YES or NO."`);
  const text = { to: PHONE, from: SENDER, body: 'Is Tuesday at 10 fine? Reply YES or NO.' };
  const sent = await api('POST', '/v1/messages/send', text);
  say(`accepted    ${sent.status}, "${String(sent.body['status'])}": it is on disk. That is not delivered yet.`);
  const id = sent.body['message_id'];
  await sink.next('message.sent', id);
  say('sent        the carrier took it (webhook message.sent, signature verified)');
  await sink.next('message.delivered', id);
  say('delivered   the carrier says that the phone has it (webhook message.delivered)');

  await api('POST', '/v1/sandbox/inbound', { from: PHONE, to: SENDER, body: 'YES' });
  const reply = await sink.next('message.received');
  say(`replied     "${String(reply['body'])}" from ${String(reply['from'])} (webhook message.received)`);

  await api('POST', '/v1/sandbox/inbound', { from: PHONE, to: SENDER, body: 'STOP' });
  await sink.next('contact.opted_out');
  say('opted out   STOP is recorded before anything else (webhook contact.opted_out)');
  const confirmation = await lastTextOf(api, PHONE);
  say(`confirmed   the phone shows: "${confirmation}"`);

  const refused = await api('POST', '/v1/messages/send', { ...text, body: 'Our summer sale starts now!' });
  say(`refused     ${refused.status}, ${String(refused.body['code'])}: ${String(refused.body['action'])}`);
  await api('POST', '/v1/sandbox/inbound', { from: PHONE, to: SENDER, body: 'START' });
}

interface Stage {
  readonly api: Api;
  readonly sink: Sink;
  readonly say: (line: string) => void;
}

type Api = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: Record<string, unknown> }>;

function client({ url, key }: { readonly url: string; readonly key: string }): Api {
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(WAIT_MS),
    });
    const text = await response.text();
    const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const isExpected = response.ok || parsed['code'] === 'OPTED_OUT';
    if (!isExpected) throw new Error(`${method} ${path} answered ${response.status}: ${String(parsed['detail'])}`);
    return { status: response.status, body: parsed };
  };
}

const WAIT_MS = 15_000;

/** The confirmation of the opt-out travels like any text; the phone is asked until it is there. */
async function lastTextOf(api: Api, number: string): Promise<string> {
  for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline;) {
    const { body } = await api('GET', `/v1/sandbox/phones/${encodeURIComponent(number)}/messages`);
    const texts = body['data'] as readonly { readonly direction: string; readonly body: string }[];
    const last = texts.at(-1);
    if (last?.direction === 'to_phone') return last.body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The confirmation of the opt-out did not arrive.');
}

interface Sink {
  readonly url: string;
  expectSignedBy(secret: string): void;
  /** Waits for an event, of one text if its id is given, and answers its data. */
  next(type: string, messageId?: unknown): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

interface Event {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** Where the webhooks of the story go: it takes only what is signed rightly. */
async function openSink(): Promise<Sink> {
  const events: Event[] = [];
  let secret = '';
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const isRight = verify(request.headers, body, secret, Date.now() / 1_000).ok;
      if (isRight) events.push(JSON.parse(body) as Event);
      response.writeHead(isRight ? 200 : 401).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    expectSignedBy: (given) => void (secret = given),
    async next(type, messageId) {
      for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline;) {
        const at = events.findIndex((one) => one.type === type && (!messageId || one.data['message_id'] === messageId));
        if (at >= 0) return events.splice(at, 1)[0]?.data ?? {};
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`The webhook ${type} did not come.`);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function playOnPrivateServer(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'smsbridge-demo-'));
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    METRICS_PORT: '0',
    SIMULATOR_PORT: 'free',
    ORGANISATION_NAME: 'Acme',
  });
  const log = createLog('error');
  process.stdout.write('           starting a private server ...\n');
  const server = await startServer(config, log);
  try {
    await play({ url: server.url, key: server.firstKeys?.test ?? '' });
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { url: { type: 'string' }, key: { type: 'string' } } });
  try {
    if (values.url) await play({ url: values.url.replace(/\/+$/, ''), key: values.key ?? '' });
    else await playOnPrivateServer();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
