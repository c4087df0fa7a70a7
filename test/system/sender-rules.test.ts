import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import { keyRoutes } from '../../server/http/contract.ts';
import { openSenders, type Senders } from '../../server/messages/senders.ts';
import { SENDER_RULES } from '../../server/rules/sender-rules.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type HttpAnswer, startApi, type TestApi } from '../support/http-api.ts';

const bin = join(import.meta.dirname, '../../server/cli/smsbridge.mjs');

let database: FreshDatabase;
let senders: Senders;
let api: TestApi;
let folder: string;
beforeAll(async () => {
  database = await freshDatabase();
  senders = await openSenders({ database, clock: systemClock, enforcement: 'enforce' });
  api = await startApi({ senders });
  folder = await mkdtemp(join(tmpdir(), 'smsbridge-rules-'));
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const store = (rules: readonly object[], key = api.keys.live) =>
  api.call('/v1/sender-rules', { method: 'POST', json: { rules }, key });
const dataOf = ({ json }: HttpAnswer) => json['data'] as Record<string, unknown>[];
const list = async (key = api.keys.live) => dataOf(await api.call('/v1/sender-rules', { key }));

/** What a live text from `from` to a number of that country would be sent from. */
const chosen = (from: string, country: string, book = senders) =>
  book.choose({ mode: 'live', from, contact: '+4915112345678', country, message_type: 'transactional', topic: null });

describe('/v1/sender-rules', () => {
  test('lists what is shipped, with its sources', async () => {
    const answer = await api.call('/v1/sender-rules', { key: api.keys.test });
    const route = keyRoutes.find(({ operation }) => operation === 'listSenderRules');
    expect(route?.operation === 'listSenderRules' && route.answer.safeParse(answer.json).error?.issues).toBeUndefined();
    expect(dataOf(answer).map(({ country }) => country)).toEqual([...SENDER_RULES.keys()].toSorted());
    expect(dataOf(answer).every(({ origin, in_force }) => origin === 'shipped' && in_force === true)).toBe(true);
  });

  test('stores rules of the key’s mode that are enforced at once, also by another server, and removes them', async () => {
    const stored = await store([
      { country: 'US', alphanumeric: 'yes', source_url: 'https://carrier.example/us', verified_on: '2026-11-20' },
      { country: 'ES', alphanumeric: 'no' },
    ]);
    expect(stored.status).toBe(200);
    expect(dataOf(stored).map(({ country, origin, in_force }) => [country, origin, in_force])).toEqual([
      ['ES', 'own', true],
      ['US', 'own', true],
      ['US', 'shipped', false],
    ]);
    expect(await chosen('Acme', 'US')).toMatchObject({ ok: true, value: 'Acme', warnings: [] });
    expect(await chosen('Acme', 'ES')).toMatchObject({ ok: false, reason: expect.stringContaining('in ES') });
    const other = await openSenders({ database, clock: systemClock, enforcement: 'enforce' });
    expect((await chosen('Acme', 'ES', other)).ok).toBe(false);
    expect((await list(api.keys.test)).every(({ origin }) => origin === 'shipped')).toBe(true);

    const removed = await api.call('/v1/sender-rules/US', { method: 'DELETE', key: api.keys.live });
    expect(removed.status).toBe(204);
    expect((await chosen('Acme', 'US')).ok).toBe(false);
    for (const country of ['US', 'us', 'ES0', '%00']) {
      const again = await api.call(`/v1/sender-rules/${country}`, { method: 'DELETE', key: api.keys.live });
      expect(again.status).toBe(404);
    }
  });

  test('replaces a rule as a whole, and keeps those of other countries', async () => {
    await store([{ country: 'PT', alphanumeric: 'no', required_fields: ['entity_id'], dynamic: true }]);
    await store([{ country: 'PT', alphanumeric: 'yes' }]);
    await store([{ country: 'IT', alphanumeric: 'no' }]);
    const own = (await list()).filter(({ origin }) => origin === 'own');
    expect(own.find(({ country }) => country === 'PT')).toMatchObject({
      alphanumeric: 'yes',
      numeric: 'unknown',
      required_fields: [],
      dynamic: null,
    });
    expect(own.some(({ country }) => country === 'IT')).toBe(true);
  });

  test.each([
    ['rules.0.country', [{ country: 'UK', alphanumeric: 'yes' }]],
    ['rules.0.country', [{ country: 'gb', alphanumeric: 'yes' }]],
    ['rules.1.alphanumeric', [{ country: 'GB', alphanumeric: 'yes' }, { country: 'FR' }]],
    ['rules.0.source_url', [{ country: 'GB', alphanumeric: 'yes', source_url: 'javascript:alert(1)' }]],
    ['rules.0.verified_on', [{ country: 'GB', alphanumeric: 'yes', verified_on: '2026-02-30' }]],
    ['rules.0.refused_numbers.0', [{ country: 'GB', alphanumeric: 'yes', refused_numbers: ['44'] }]],
    ['rules', []],
    ['rules', [1, 2].map(() => ({ country: 'GB', alphanumeric: 'yes' }))],
  ])('names %s when it is wrong, and stores nothing', async (param, rules) => {
    const before = await list();
    expect(await store(rules)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', param } });
    expect(await list()).toEqual(before);
  });

  test('needs rules:read and rules:write', async () => {
    const reader = await api.keyWith('live', ['rules:read']);
    expect((await api.call('/v1/sender-rules', { key: reader })).status).toBe(200);
    expect((await store([{ country: 'GB', alphanumeric: 'yes' }], reader)).status).toBe(403);
    const stranger = await api.keyWith('live', ['senders:read', 'rules:write']);
    expect((await api.call('/v1/sender-rules', { key: stranger })).status).toBe(403);
  });
});

describe('smsbridge rules', () => {
  function smsbridge(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const env = { PATH: process.env['PATH'] ?? '', SMSBRIDGE_URL: api.url, SMSBRIDGE_API_KEY: api.keys.live };
    return new Promise((resolve) => {
      execFile(process.execPath, [bin, ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
      });
    });
  }

  async function sheet(...lines: string[]): Promise<string> {
    const file = join(folder, 'rules.csv');
    await writeFile(file, lines.join('\r\n'));
    return file;
  }

  test('import a sheet, list what is in force, and remove a rule', async () => {
    const file = await sheet(
      'country;alphanumeric;numeric;two_way;required_fields;source_url',
      'CH;no;yes;yes;;https://carrier.example/ch',
      'AT;registration;overwritten;;entity_id;',
    );
    expect(await smsbridge('rules', 'import', file)).toMatchObject({ code: 0, stdout: '2 countries stored.\n' });
    expect(await chosen('Acme', 'CH')).toMatchObject({ ok: false });
    const { stdout } = await smsbridge('rules');
    expect(stdout).toContain('CH  own      names no, numbers yes  https://carrier.example/ch\n');
    expect(stdout).toContain('CN  shipped  names no, numbers unknown  Names are not supported in China.\n');
    expect(await smsbridge('rules', 'remove', 'ch')).toMatchObject({ code: 0 });
    expect(await smsbridge('rules', 'remove', 'ch')).toMatchObject({ code: 14 });
    expect((await chosen('Acme', 'CH')).ok).toBe(true);
  });

  test('import nothing of a sheet with a fault, and say in which line and column it is', async () => {
    const before = await list();
    const file = await sheet('country,alphanumeric', 'BE,no', 'NL,sometimes');
    const refused = await smsbridge('rules', 'import', file);
    expect(refused).toMatchObject({ code: 10, stdout: '' });
    expect(refused.stderr).toContain(`${file}, line 3, column alphanumeric: must be one of: yes, no`);
    const { stdout } = await smsbridge('rules', 'import', file, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ error: { faults: [{ line: 3, column: 'alphanumeric' }] } });
    expect(await list()).toEqual(before);
  });

  test('say in which line the server refuses something', async () => {
    const file = await sheet('alphanumeric,country', '', 'no,BE', 'yes,UK');
    const refused = await smsbridge('rules', 'import', file);
    expect(refused.code).toBe(10);
    expect(refused.stderr).toContain(`${file}, line 4, column country: `);
  });

  test('say how they are used', async () => {
    for (const args of [['import'], ['import', 'a', 'b'], ['fly'], ['import', join(folder, 'nothing.csv')]]) {
      expect((await smsbridge('rules', ...args)).code).toBe(2);
    }
  });
});
