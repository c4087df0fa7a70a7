import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../server/cli/commands.ts';
import { usage } from '../../server/cli/usage.ts';
import { systemClock } from '../../server/clock.ts';
import type { Ports, Smsc } from '../../server/http/ports.ts';
import { insertEvents } from '../../server/store/events.ts';
import { type Simulator, startSimulator } from '../../server/simulator/smsc.ts';
import { smsbridge as inProcess } from '../support/command-line.ts';
import { startApi, type TestApi } from '../support/http-api.ts';
import { scriptedSmsc } from '../support/scripted-smsc.ts';
import { selfSigned } from '../support/self-signed.ts';

const bin = join(import.meta.dirname, '../../server/cli/smsbridge.mjs');
const password = 'swordfish';
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

let api: TestApi;
let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  api = await startApi({ smsc: oneCarrier() });
  simulator = await startSimulator({ port: 0, systemId: 'sandbox', password, clock: systemClock, log: quiet });
  folder = await mkdtemp(join(tmpdir(), 'smsbridge-cli-'));
});
afterAll(async () => {
  await simulator.stop();
  await api[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function smsbridge(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const env = { PATH, NODE_COMPILE_CACHE, SMSBRIDGE_URL: api.url, ...environment };
    execFile(process.execPath, [bin, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

const withKey = () => ({ SMSBRIDGE_API_KEY: api.keys.test });
const simulated = (secret = password) => `smpp://sandbox:${secret}@127.0.0.1:${simulator.port}`;

describe('events', () => {
  test('are shown as they happen, from where one left off, for people and as lines of JSON', async () => {
    const event = { type: 'smsc.down', mode: 'test' as const, message_id: null, sequence: 0, created_at: new Date() };
    await insertEvents(api.database, [
      { ...event, data: { smsc_id: 'backup' } },
      { ...event, type: 'smsc.up', data: { smsc_id: 'backup' } },
    ]);
    const args = ['tail', 'smsc.*', '--after', '0-0', '--count', '2'];
    const shown = await smsbridge(args, withKey());
    expect(shown.code).toBe(0);
    const lines = shown.stdout.trim().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/).slice(1))).toEqual([
      ['smsc.down', '-', 'smsc_id=backup'],
      ['smsc.up', '-', 'smsc_id=backup'],
    ]);
    const first = (await smsbridge([...args.slice(0, -1), '1', '--json'], withKey())).stdout;
    const { id } = JSON.parse(first) as { id: string };
    const next = await smsbridge(['tail', 'smsc.*', '--after', id, '--count', '1', '--json'], withKey());
    expect(JSON.parse(next.stdout)).toMatchObject({ type: 'smsc.up' });
    expect((await smsbridge(['tail', '--count', '0'], withKey())).code).toBe(2);
  });
});

describe('texts', () => {
  test('are sent and looked up, for people and as JSON', async () => {
    const sent = await smsbridge(['send', '+14155550123', 'Hello', '--from', '+15005550100', '--json'], withKey());
    expect(sent.code).toBe(0);
    const { message_id: id, status } = JSON.parse(sent.stdout) as Record<string, string>;
    expect(status).toBe('queued');
    const got = await smsbridge(['get', id ?? ''], withKey());
    expect([got.code, got.stdout]).toEqual([0, `queued  ${id}  to +14155550123\n`]);
    expect(api.accepted.at(-1)?.request).toMatchObject({ to: '+14155550123', body: 'Hello', from: '+15005550100' });
  });

  test('are sent with the test key of first-keys.json', async () => {
    const file = join(folder, 'first-keys.json');
    await writeFile(file, JSON.stringify({ test: api.keys.test, live: api.keys.live }));
    const sent = await smsbridge(['send', '+14155550123', 'Hello', '--key-file', file]);
    expect(sent).toMatchObject({ code: 0, stdout: expect.stringMatching(/^queued {2}[0-9a-f-]{36} {2}1 segment\n$/) });
    expect(api.accepted.at(-1)?.caller.mode).toBe('test');
  });

  test.each([
    [['get', '00000000-0000-7000-8000-000000000000'], 14],
    [['send', '+14155550123', ''], 10],
    [['send', '+14155550123', 'Hello', '--type', 'loud'], 10],
  ])('that are refused end with an exit code of their class: %j is %d', async (args, code) => {
    const ran = await smsbridge(args, withKey());
    expect(ran).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(/\w/) });
    const { error } = JSON.parse((await smsbridge([...args, '--json'], withKey())).stdout) as { error: object };
    expect(error).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), request_id: expect.any(String) });
  });

  test('a wrong key is 11', async () => {
    expect((await smsbridge(['smsc'], { SMSBRIDGE_API_KEY: 'sk_test_wrong' })).code).toBe(11);
  });
});

test('carriers are paused, resumed and bound anew, and one that is not there is 14', async () => {
  for (const verb of ['pause', 'resume', 'rebind'] as const) {
    const ran = await smsbridge(['smsc', verb, 'acme'], withKey());
    expect(ran).toMatchObject({ code: 0, stdout: `acme  up${verb === 'pause' ? '  paused' : ''}  0 of 0 binds\n` });
    expect(await smsbridge(['smsc', verb, 'nobody'], withKey())).toMatchObject({ code: 14, stdout: '' });
  }
});

describe('help', () => {
  test('of each command says how it is called and shows one example', () => {
    const overview = usage(COMMANDS);
    for (const [name, { help, options }] of Object.entries(COMMANDS)) {
      expect(help).toMatch(new RegExp(`^smsbridge ${name}`));
      expect(help.match(/^Example: .*\bsmsbridge \w+/gm)).toHaveLength(1);
      for (const option of options) expect(help, name).toContain(`--${option}`);
    }
    const named = [...overview.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name]) => name);
    expect(named).toEqual(Object.keys(COMMANDS));
  });

  test('is asked for with --help after a command', async () => {
    const { code, stdout } = await smsbridge(['rules', '--help']);
    expect([code, stdout]).toEqual([0, `${COMMANDS['rules']?.help}\n`]);
  });
});

test.concurrent.each([
  [[], 2],
  [['--help'], 0],
  [['fly'], 2],
  [['toString'], 2],
  [['send', '+14155550123'], 2],
  [['send', '+14155550123', 'Hello'], 2],
  [['get', 'one', '--key', 'sk_test_seen_by_all'], 2],
  [['smsc', 'pause'], 2],
  [['smsc', 'delete', 'acme'], 2],
  [['smsc', 'pause', 'acme', 'other'], 2],
  [['doctor'], 2],
  [['doctor', 'http://example.com'], 2],
  [['doctor', 'smpp://a:b@127.0.0.1:1', '--insecure'], 2],
  [['doctor', 'smpp://a:b@127.0.0.1:1', '--timeout', 'soon'], 2],
])('smsbridge %j ends with %d and a sentence', async (args, code) => {
  const ran = await inProcess({ url: api.url, key: '' }, ...args);
  expect(ran.code).toBe(code);
  expect(`${ran.stdout}${ran.stderr}`).toMatch(/\w{3}/);
  expect(ran.stderr).not.toContain('    at ');
});

describe('doctor', () => {
  test('walks through a link that works and shows the octets, with the password hidden', async () => {
    const { code, stdout } = await smsbridge(['doctor'], { SMPP_URL: simulated() });
    expect(code).toBe(0);
    expect(stdout).toContain('73 61 6e 64 62 6f 78 00 ** ** ** ** ** ** ** ** ** 00');
    expect(stdout).toContain('-> 00 00 00 10 00 00 00 15');
    expect(stdout).toContain('<- 00 00 00 10 80 00 00 15');
    expect(stdout).toMatch(/The link works\.\n$/);
    expect(stdout).not.toContain(Buffer.from(password).toString('hex').replace(/../g, '$& ').trim());
    expect(stdout).not.toContain(password);
    expect(simulator.counts().submits).toBe(0);
  });

  test('says which credentials the carrier refused, as JSON too', async () => {
    const ran = await smsbridge(['doctor', simulated('guess'), '--json']);
    expect(ran.code).toBe(23);
    const document = JSON.parse(ran.stdout) as { steps: { name: string; ok: boolean; detail: string }[] };
    expect(document).toMatchObject({ ok: false, exit_code: 23 });
    expect(document.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['dns', true],
      ['tcp', true],
      ['bind', false],
    ]);
    expect(document.steps.at(-1)?.detail).toContain('ESME_RINVPASWD (0x0000000E)');
  });

  test('notices a carrier that takes the connection and says nothing', async () => {
    await using silent = await listening(() => undefined);
    const ran = await smsbridge(['doctor', `smpp://a:b@127.0.0.1:${silent.port}`, '--timeout', '0.3']);
    expect(ran).toMatchObject({ code: 24, stdout: expect.stringContaining('no answer within 0.3 s') });
  });

  test('notices something that is not SMPP', async () => {
    await using web = await listening((write) => write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const ran = await smsbridge(['doctor', `smpp://a:b@127.0.0.1:${web.port}`]);
    expect(ran).toMatchObject({ code: 24, stdout: expect.stringContaining('is no SMPP') });
  });

  test('refuses a certificate that nobody vouches for, trusts it with --ca, and says so with --insecure', async () => {
    const { cert, key } = selfSigned('localhost');
    const smsc = await scriptedSmsc({ tls: { cert, key } });
    const file = join(folder, 'ca.pem');
    await writeFile(file, cert);
    const url = `smpps://a:b@localhost:${smsc.port}`;
    const refused = await smsbridge(['doctor', url]);
    expect(refused).toMatchObject({ code: 22, stdout: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT') });
    const trusted = await smsbridge(['doctor', url, '--ca', file]);
    expect(trusted).toMatchObject({ code: 0, stdout: expect.stringMatching(/TLSv1\.[23].* verified/) });
    const insecure = await smsbridge(['doctor', url, '--insecure']);
    expect(insecure).toMatchObject({ code: 0, stdout: expect.stringContaining('NOT VERIFIED') });
    await smsc.close();
  });

  test.each([
    ['smpp://a:b@nowhere.invalid:2775', 20, 'no address'],
    ['smpp://a:b@127.0.0.1:1', 21, 'ECONNREFUSED'],
  ])('of %s ends with %d', async (url, code, why) => {
    expect(await smsbridge(['doctor', url])).toMatchObject({ code, stdout: expect.stringContaining(why) });
  });
});

async function listening(onConnect: (write: (text: string) => void) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    onConnect((text) => void socket.write(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A carrier `acme` without binds that may be paused. */
function oneCarrier(): Ports['smsc'] {
  const acme = (paused: boolean): Smsc => ({
    id: 'acme',
    mode: 'test',
    origin: 'api',
    host: 'smsc.example.com',
    port: 2775,
    tls: false,
    system_id: 'bridge',
    state: 'up',
    paused,
    window: 10,
    rate: { limit: null, current: null, used: 0 },
    throttled: 0,
    last_error: null,
    binds: [],
  });
  const only = <Result>(id: string, result: Result) => (id === 'acme' ? result : null);
  return {
    list: () => [acme(false)],
    find: (_mode, id) => only(id, acme(false)),
    add: () => Promise.resolve({ ok: false, reason: 'too_many' }),
    setPaused: (_mode, id, paused) => Promise.resolve(only(id, acme(paused))),
    rebind: (_mode, id) => only(id, acme(false)),
    setPassword: () => Promise.resolve(null),
    remove: () => Promise.resolve(false),
  };
}
