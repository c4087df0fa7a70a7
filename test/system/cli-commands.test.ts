import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { COMMANDS } from '../../server/cli/commands.ts';
import { readConfig } from '../../server/config.ts';
import { verify } from '../../server/events/sign.ts';
import { type Server, startServer } from '../../server/main.ts';
import { smsbridge, type Ran } from '../support/command-line.ts';
import { migratedDatabase } from '../support/database.ts';
import { type HttpSink, httpSink } from '../support/http-sink.ts';
import { until } from '../support/until.ts';

let server: Server;
let folder: string;
let key: string;
let client: SmsClient;
beforeAll(async () => {
  const { host, port, user, database } = await migratedDatabase();
  folder = await mkdtemp(join(tmpdir(), 'smsbridge-cli-'));
  const environment = {
    DATA_DIR: folder,
    DATABASE_URL: `postgres:///${database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`,
    PORT: '0',
    METRICS_PORT: '0',
    SIMULATOR_PORT: 'free',
    QUIET_HOURS: 'ignore',
    CONSENT_MODE: 'warn',
  };
  server = await startServer(readConfig(environment), pino({ level: 'silent' }));
  key = server.firstKeys?.test ?? '';
  client = new SmsClient({ baseUrl: server.url, apiKey: key });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const used = new Set<string>();
const ran = (...args: readonly string[]): Promise<Ran> => {
  used.add(args[0] ?? '');
  return smsbridge({ url: server.url, key }, ...args);
};
const json = async (...args: readonly string[]) => {
  const { code, stdout } = await ran(...args, '--json');
  return { code, document: JSON.parse(stdout) as Record<string, unknown> };
};
const SENDER = '+15005550100';

describe.concurrent('what takes its time', () => {
  test('a text is watched until it is delivered, with every change on the way', async () => {
    const { document } = await json('send', '+14155550123', 'Hello', '--from', SENDER);
    const watched = await ran('status', String(document['message_id']), '--watch');
    expect(watched.code).toBe(0);
    const types = watched.stdout.split('\n').map((line) => line.split('  ')[1]);
    expect(types).toEqual(expect.arrayContaining(['message.queued', 'message.sent', 'message.delivered']));
    expect(watched.stdout).toMatch(/^delivered {2}[0-9a-f-]{36} {2}to \+14155550123$/m);
    const got = await ran('get', String(document['message_id']));
    expect(got).toMatchObject({ code: 0, stdout: expect.stringMatching(/^delivered/) });
  });

  test('a text that does not arrive ends the watch with 16, and says why', async () => {
    const { document } = await json('send', '+15005550002', 'Hello', '--from', SENDER);
    const watched = await ran('status', String(document['message_id']), '--watch');
    expect(watched).toMatchObject({ code: 16, stdout: expect.stringMatching(/^undelivered/m) });
  });

  test('about a person is exported, to a file that only its owner can read', async () => {
    const number = '+14155550143';
    await ran('send', number, 'Hello', '--from', SENDER);
    const file = join(folder, 'export.json');
    const [kept, shown] = await Promise.all([ran('export', number, '--out', file), ran('export', number)]);
    expect([kept.code, (await stat(file)).mode & 0o777]).toEqual([0, 0o600]);
    const exported: unknown = JSON.parse(shown.stdout);
    expect(exported).toMatchObject({ messages: [expect.objectContaining({ body: 'Hello' })] });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ messages: [{ body: 'Hello' }] });
  });
});

describe('a text', () => {
  test('is previewed: what would become of it, and nothing is sent', async () => {
    const before = await client.sandbox.messages('+14155550124');
    const seen = await ran('preview', '+14155550124', 'Grüße 👋', '--from', SENDER);
    expect(seen).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^queued\nfrom \+15005550100 .*\nUCS-2 {2}1 /),
    });
    expect(await client.sandbox.messages('+14155550124')).toEqual(before);
    expect((await ran('preview', '+14155550124')).code).toBe(2);
  });
});

describe('what happens', () => {
  let sink: HttpSink;
  beforeAll(async () => void (sink = await httpSink((response) => response.writeHead(204).end())));
  afterAll(() => sink[Symbol.asyncDispose]());

  test('R131: is posted to a local program, signed as a webhook is, without a public URL', async () => {
    await client.sandbox.answer({ from: '+14155550125', to: SENDER, body: 'Are you open?' });
    const listening = await ran('listen', '--forward', sink.url, 'message.received', '--after', '0-0', '--count', '1');
    expect(listening.code).toBe(0);
    const [, secret = ''] = /^Signed with (whsec_\S+)$/m.exec(listening.stdout) ?? [];
    expect(listening.stdout).toMatch(/message\.received +204 {2}\(\d+ ms\)$/m);
    expect(listening.stdout).not.toContain('Are you open?');
    const [posted] = await sink.received(1);
    expect(verify(posted?.headers ?? {}, posted?.body ?? '', secret, Date.now() / 1_000)).toEqual({ ok: true });
    const told = JSON.parse(posted?.body ?? '') as Record<string, unknown>;
    expect(Object.keys(told)).toEqual(['type', 'timestamp', 'data']);
    expect(told).toMatchObject({ type: 'message.received', data: { from: '+14155550125', body: 'Are you open?' } });
  });

  test('is signed with your own secret, and a program that is not there is told', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const at = { url: server.url, key, environment: { SMSBRIDGE_WEBHOOK_SECRET: secret } };
    const args = ['listen', 'message.received', '--after', '0-0', '--count', '1', '--forward'];
    const own = await smsbridge(at, ...args, sink.url);
    expect(own.stdout).not.toContain('whsec_');
    const posted = sink.requests.at(-1);
    expect(verify(posted?.headers ?? {}, posted?.body ?? '', secret, Date.now() / 1_000)).toEqual({ ok: true });
    expect((await smsbridge(at, ...args, 'http://127.0.0.1:1/')).stdout).toContain('no connection');
    expect((await ran('listen')).code).toBe(2);
  });

  test('is tailed', async () => {
    const tailed = await ran('tail', 'message.*', '--after', '0-0', '--count', '1');
    expect(tailed).toMatchObject({ code: 0, stdout: expect.stringMatching(/message\.\w+/) });
  });

  test('is sent to webhook endpoints, whose life the command line leads', async () => {
    const created = await json('webhooks', 'create', sink.url, '--event', 'message.received');
    const { id, secret } = created.document as { id: string; secret: string };
    expect(secret).toMatch(/^whsec_/);
    expect((await ran('webhooks')).stdout).toBe(`${id}  test  ${sink.url}  message.received\n`);
    const tested = await json('webhooks', 'test', id);
    const delivered = await until(async () => {
      const { document } = await json('webhooks', 'deliveries', id);
      return (document as unknown as { status: string }[]).find(({ status }) => status === 'delivered');
    });
    expect(delivered).toMatchObject({ id: tested.document['id'], event_type: 'webhook_endpoint.test' });
    expect((await ran('webhooks', 'resend', String(tested.document['id']))).code).toBe(0);
    const rotated = await json('webhooks', 'rotate', id, '--overlap', '60');
    expect(rotated.document['secret']).not.toBe(secret);
    expect((await ran('webhooks', 'remove', id)).code).toBe(0);
    expect((await ran('webhooks', 'test', id)).code).toBe(14);
  });
});

describe('a table of texts', () => {
  const table = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  };
  const rows = ['to,name', '+14155550131,Ann', '12,Bob', '+14155550132,"Cy, Sr."'].join('\n');
  const options = ['--body', 'Hello {{name}}', '--from', SENDER] as const;
  const bodies = async (number: string) => (await client.sandbox.messages(number)).map(({ body }) => body);

  test('is previewed line by line, and nothing is sent', async () => {
    const file = await table('dry.csv', rows);
    const seen = await ran('batch', file, ...options, '--dry-run');
    expect(seen.code).toBe(10);
    expect(seen.stdout).toMatch(/dry\.csv, line 3: INVALID_NUMBER: .*\n2 of 3 would be accepted, 2 segments\./);
    expect(await bodies('+14155550131')).toEqual([]);
  });

  test('is sent line by line, says what became of each, and goes on where it was stopped', async () => {
    const file = await table('texts.csv', rows);
    expect(await ran('batch', file, ...options)).toMatchObject({
      code: 10,
      stdout: expect.stringContaining('2 accepted, 1 refused, 0 accepted before'),
    });
    const results = await readFile(`${file}.results.csv`, 'utf8');
    expect(results).toMatch(/^line,to,status,message_id,error,key\n/);
    expect(results).toMatch(/^3,12,refused,,"?INVALID_NUMBER: /m);
    expect((await stat(`${file}.results.csv`)).mode & 0o777).toBe(0o600);

    // The number is mended, and a line comes in before all others.
    await table(
      'texts.csv',
      ['to,name', '+14155550133,Di', ...rows.replace('12,', '+14155550134,').split('\n').slice(1)].join('\n'),
    );
    expect(await ran('batch', file, ...options)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 accepted, 0 refused, 2 accepted before'),
    });
    for (const [number, name] of [
      ['+14155550131', 'Ann'],
      ['+14155550132', 'Cy, Sr.'],
      ['+14155550134', 'Bob'],
    ] as const) {
      await until(async () => (await bodies(number)).length > 0);
      expect(await bodies(number)).toEqual([`Hello ${name}`]);
    }
  });

  test('is not sent twice when its results are lost', async () => {
    const file = await table('lost.csv', 'to,body\n+14155550135,Hello');
    const first = await ran('batch', file, '--from', SENDER);
    await rm(`${file}.results.csv`);
    const again = await ran('batch', file, '--from', SENDER);
    expect([first.code, again.code]).toEqual([0, 0]);
    await until(async () => (await bodies('+14155550135')).length > 0);
    expect((await client.sms.list({ to: '+14155550135' }).next()).value).toBeDefined();
    const sent = [];
    for await (const text of client.sms.list({ to: '+14155550135' })) sent.push(text);
    expect(sent).toHaveLength(1);
  });

  test('ends at once with the exit code of the key when the key is wrong, and nothing counts as sent', async () => {
    const file = await table('wrong.csv', 'to,body\n+14155550137,Hello\n+14155550138,Hello');
    const ran = await smsbridge({ url: server.url, key: 'sk_test_wrong' }, 'batch', file);
    expect(ran).toMatchObject({ code: 11, stdout: '' });
    expect(await readFile(`${file}.results.csv`, 'utf8')).toBe('line,to,status,message_id,error,key\n');
  });

  test('is sent again under the name of other results', async () => {
    const file = await table('monthly.csv', 'to,body\n+14155550139,Hello');
    const args = ['batch', file, '--from', SENDER, '--results'];
    for (const name of ['may.csv', 'june.csv', 'june.csv']) await ran(...args, join(folder, name));
    await until(async () => (await bodies('+14155550139')).length > 1);
    expect(await bodies('+14155550139')).toEqual(['Hello', 'Hello']);
  });

  test('shows a bar to a person who waits', async () => {
    const file = await table('bar.csv', 'to,body\n+14155550136,Hello');
    const { stderr } = await smsbridge({ url: server.url, key, answer: '' }, 'batch', file, '--from', SENDER);
    expect(stderr).toBe(`\r[${'#'.repeat(30)}] 1 of 1\n`);
  });

  test.each([
    ['number,body\n+14155550131,Hello', 10],
    ['to,to,body\na,b,c', 10],
    ['to,body', 10],
    ['to,body\n+14155550131', 10],
  ])('that is none is refused with its places before anything is sent: %j', async (text, code) => {
    const file = await table('bad.csv', text);
    expect(await ran('batch', file)).toMatchObject({ code, stderr: expect.stringMatching(/bad\.csv, line \d/) });
  });
});

describe('people', () => {
  test('are opted out and in again, and it is shown who has heard of it', async () => {
    const number = '+14155550141';
    const args = ['--reason', 'asked on the phone', '--source', 'verbal'];
    expect((await ran('optout', 'add', number, ...args)).stdout).toBe(`${number}  opted out, every topic\n`);
    expect((await ran('send', number, 'Hello', '--from', SENDER)).code).toBe(13);
    expect((await ran('optout')).stdout).toContain(`${number}  every topic  by verbal`);
    expect((await ran('optout', 'show', number)).stdout).toMatch(new RegExp(`^\\${number}  opted_out`));
    expect((await json('optout', 'show', number)).document).toMatchObject({
      propagation: { systems: expect.any(Array) },
    });
    expect((await ran('optout', 'remove', number)).code).toBe(2);
    expect((await ran('optout', 'remove', number, '--evidence', 'Form 17')).code).toBe(0);
    expect((await ran('send', number, 'Hello', '--from', SENDER)).code).toBe(0);
  });

  test('are opted out by a table, once, and what is no number has its line', async () => {
    const file = join(folder, 'stop.csv');
    await writeFile(file, 'name,Number\nAnn,+14155550145\nBob,12\n');
    const said = '1 opted out, 0 had opted out before, 1 refused.';
    const imported = await ran('optout', 'import', file, '--source', 'import');
    expect(imported).toMatchObject({ code: 10, stdout: expect.stringMatching(/stop\.csv, line 3: /) });
    expect(imported.stdout).toContain(said);
    expect((await ran('optout', 'import', file)).stdout).toContain('0 opted out, 1 had opted out before');
    expect((await ran('send', '+14155550145', 'Hello', '--from', SENDER)).code).toBe(13);
    await writeFile(file, 'name\nAnn\n');
    expect((await ran('optout', 'import', file)).code).toBe(10);
  });

  test('have their consent recorded with its proof, and shown', async () => {
    const number = '+14155550142';
    expect((await ran('consent', 'add', number)).code).toBe(2);
    const args = ['--topic', 'news', '--source', 'paper', '--evidence', 'Form 18'];
    expect((await ran('consent', 'add', number, ...args)).stdout).toBe(`${number}  opted in, news\n`);
    expect((await ran('consent', 'show', number)).stdout).toMatch(/news: opted_in\n.*opt_in {2}news {2}by paper\n$/);
  });

  test('are erased when that is confirmed', async () => {
    const number = '+14155550144';
    expect(await ran('erase', number)).toMatchObject({ code: 2, stdout: '' });
    const at = { url: server.url, key };
    expect(await smsbridge({ ...at, answer: 'no' }, 'erase', number)).toMatchObject({ code: 2, stdout: '' });
    expect(await smsbridge({ ...at, answer: 'yes' }, 'erase', number)).toMatchObject({ code: 0 });
    const { document } = await json('erase', number, '--yes');
    expect(await client.privacy.job(String(document['id']))).toMatchObject({ kind: 'erase' });
  });
});

describe('how texts go', () => {
  test('is explained, and what incoming words would set off is tested', async () => {
    expect((await ran('routes')).stdout).toBe('No rule: every text may take every carrier.\n');
    expect((await ran('routes', 'explain', '+14155550123', '--from', SENDER)).stdout).toMatch(/^ {2}simulator {2}up/m);
    const { id } = await client.rules.create({
      name: 'Hours',
      match: { type: 'contains', keywords: ['hours'] },
      actions: [{ type: 'reply', text: 'From 9 to 5.' }],
    });
    expect((await ran('rules', 'keywords')).stdout).toBe(`${id}  Hours  priority 0  contains hours\n`);
    const tested = await ran('rules', 'test', '+14155550123', SENDER, 'Your hours?');
    expect(tested.stdout).toMatch(/^yes {2}Hours .*\nwould reply\n$/);
    expect((await ran('rules', 'test', '+14155550123', SENDER, 'STOP')).stdout).toMatch(/^opt_out: no rule is asked/);
  });

  test('is ruled by countries, under the old name and the new one', async () => {
    const file = join(folder, 'rules.csv');
    await writeFile(file, 'country,alphanumeric\nGB,no\n');
    expect((await ran('sender-rules', 'import', file)).stdout).toBe('1 country stored.\n');
    const [listed, asBefore] = [await ran('sender-rules'), await ran('rules', 'list')];
    expect(listed.stdout).toMatch(/^GB {2}own /m);
    expect(asBefore.stdout).toBe(listed.stdout);
    expect((await ran('rules', 'remove', 'GB')).code).toBe(0);
  });

  test('is stopped and goes on, for one carrier and for all', async () => {
    expect((await ran('smsc')).stdout).toMatch(/^simulator {2}up/);
    expect((await ran('pause')).stdout).toMatch(/^test texts are paused/);
    expect((await ran('resume')).stdout).toBe('test texts are sent\n');
  });

  test('is done with keys, and noted', async () => {
    expect((await ran('keys')).stdout).toContain('test');
    expect((await ran('audit', 'list', 'sending.*')).code).toBe(0);
  });
});

describe('the command line', () => {
  test('suggests the command that was meant, and refuses options that it would ignore', async () => {
    expect((await ran('optuot')).stderr).toContain('Is optout meant?');
    expect((await ran('fly')).stderr).toContain('is no command. There are send,');
    expect(await ran('send', '+14155550123', 'Hello', '--count', '2')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('send has no option --count'),
    });
  });

  test('R018: says that a text which was handed over is not delivered yet', async () => {
    expect((await ran('send', '--help')).stdout).toContain('Queued is not delivered');
    const { document } = await json('send', '+14155550123', 'Hello', '--from', SENDER);
    expect(document['status']).toBe('queued');
  });

  test('writes what completes its commands', async () => {
    expect((await ran('completion', 'bash')).stdout).toMatch(/^complete -W .* smsbridge\n$/);
    expect((await ran('completion', 'fish')).code).toBe(2);
  });

  test('has a test for each command; that of doctor speaks to carriers and stands elsewhere', () => {
    expect(Object.keys(COMMANDS).filter((name) => !used.has(name))).toEqual(['doctor']);
  });
});
