import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { wantedOf } from '../../server/start/keys.ts';
import { smsbridge as commandLine } from '../support/command-line.ts';
import { startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const start = promisify(execFile);
const script = join(import.meta.dirname, '../../server/start/keys.ts');

/** What the command line writes. */
async function smsbridge(...args: readonly string[]): Promise<{ code: number; out: unknown }> {
  const { code, stdout } = await commandLine({ url: api.url, key: api.keys.live }, ...args, '--json');
  return { code, out: JSON.parse(stdout) as unknown };
}

test('R047: the command line makes, lists, rotates and revokes keys', async () => {
  const made = await smsbridge('keys', 'create', 'Web shop', '--preset', 'send-only', '--mode', 'test');
  expect(made).toMatchObject({ code: 0, out: { name: 'Web shop', mode: 'test', key: expect.any(String) } });
  const { id, key } = made.out as { id: string; key: string };
  expect((await api.call('/v1/me', { key })).status).toBe(200);

  const { out: listed } = await smsbridge('keys');
  expect((listed as { id: string }[]).map((one) => one.id)).toContain(id);
  expect(JSON.stringify(listed)).not.toContain(key);

  const rotated = await smsbridge('keys', 'rotate', id, '--overlap', '0');
  const fresh = (rotated.out as { key: string }).key;
  expect((await api.call('/v1/me', { key })).status).toBe(401);
  expect((await api.call('/v1/me', { key: fresh })).status).toBe(200);

  expect(await smsbridge('keys', 'revoke', id)).toEqual({ code: 0, out: { id, revoked: true } });
  expect((await api.call('/v1/me', { key: fresh })).status).toBe(401);
  expect((await smsbridge('keys', 'revoke', id)).code).toBe(14);
});

test.each([
  [['keys', 'create']],
  [['keys', 'create', 'a', 'b']],
  [['keys', 'lose', 'abc']],
  [['keys', 'create', 'a', '--mode', 'both']],
  [['keys', 'rotate', 'abc', '--overlap', 'soon']],
])('smsbridge %j ends with 2', async (args) => {
  expect((await smsbridge(...args)).code).toBe(2);
});

test('the client reads every page', async () => {
  const client = new SmsClient({ baseUrl: api.url, apiKey: api.keys.live });
  await client.keys.create({ name: 'one more' });
  const keys = await client.keys.list();
  expect(keys.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['one more', 'First live key', 'First test key']),
  );
});

test('R047: when all keys are lost, one is made directly in the database, and a running server takes it', async () => {
  const { host, port, user, database } = api.database.connection;
  const url = `postgres:///${database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`;
  const env = { PATH: process.env['PATH'], DATABASE_URL: url };
  const { stdout } = await start(process.execPath, [script, 'create', '--preset', 'admin'], { env });
  const { json } = await api.call('/v1/me', { key: stdout.trim() });
  expect(json).toMatchObject({ mode: 'live', scopes: expect.arrayContaining(['admin', 'keys:manage']) });
});

test.each([
  [['create', '--preset', 'send-only', '--mode', 'test'], { preset: 'send_only', mode: 'test' }],
  [['create'], { preset: 'admin', mode: 'live' }],
])('npm run keys -- %j', (args, wanted) => {
  expect(wantedOf(args)).toMatchObject(wanted);
});

test.each([
  [[]],
  [['destroy']],
  [['create', '--preset', 'all']],
  [['create', '--mode', 'both']],
  [['create', '--key', 'x']],
])('npm run keys -- %j is answered with how it is used', (args) => {
  expect(wantedOf(args)).toBeNull();
});
