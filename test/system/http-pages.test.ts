import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Readiness } from '../../server/http/ports.ts';
import { startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
let folder: string;
let state: Readiness = { ready: true, database: 'up', queue: 'up', carrier: 'up' };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'smsbridge-pages-'));
  await mkdir(path.join(folder, 'page'));
  await writeFile(path.join(folder, 'secret.html'), 'outside');
  await writeFile(path.join(folder, 'page', 'index.html'), '<title>Phones</title>');
  await writeFile(path.join(folder, 'page', 'phone.js'), 'start();');
  await writeFile(path.join(folder, 'page', 'README.md'), 'not for the web');
  api = await startApi({ phonePageFolder: path.join(folder, 'page'), readiness: () => Promise.resolve(state) });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('the phone page', () => {
  test('is served without a key, for no cache, under a policy that lets nothing in', async () => {
    const { status, text, headers } = await api.call('/phone', { key: null });
    expect([status, text]).toEqual([200, '<title>Phones</title>']);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('gets its files by name, and nothing else gets out', async () => {
    const script = await api.call('/phone/phone.js');
    expect([script.status, script.text]).toEqual([200, 'start();']);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    const names = [
      '..%2fsecret.html',
      '%2e%2e%2fsecret.html',
      '..%5csecret.html',
      'README.md',
      'index.html%00.js',
      'none.js',
    ];
    for (const name of names) {
      expect((await api.call(`/phone/${name}`)).status).toBe(404);
    }
  });

  const statusFor = (host: string) =>
    new Promise((resolve, reject) => {
      const outgoing = request(`${api.url}/phone`, { headers: { host } }, (incoming) => {
        incoming.resume().on('end', () => resolve(incoming.statusCode));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });

  test.each(['sms.example.com', 'SMS.example.com:443', 'localhost:8080', '127.0.0.1:1', '[::1]:8080'])(
    'is there under %s',
    async (host) => {
      expect(await statusFor(host)).toBe(200);
    },
  );

  test.each(['evil.example.com', 'localhost.evil.example.com', '127.0.0.1.nip.io', 'x@localhost', '10.0.0.1'])(
    'is not there under %s: the name may have been pointed here by somebody else',
    async (host) => {
      expect(await statusFor(host)).toBe(403);
    },
  );
});

describe('health', () => {
  test('says that the process is alive and touches nothing', async () => {
    const { status, json } = await api.call('/healthz', { key: null });
    expect([status, json]).toEqual([200, { status: 'ok' }]);
  });

  test('readiness stays 200 while the queue or the carrier is down', async () => {
    state = { ready: true, database: 'up', queue: 'down', carrier: 'down' };
    const { status, json } = await api.call('/readyz', { key: null });
    expect([status, json]).toEqual([200, { status: 'ready', database: 'up', queue: 'down', carrier: 'down' }]);
  });

  test('readiness is 503 with the same shape while it is not ready', async () => {
    state = { ready: false, database: 'down', queue: 'up', carrier: 'none' };
    const { status, json, headers } = await api.call('/readyz', { key: null });
    expect([status, json]).toEqual([503, { status: 'not_ready', database: 'down', queue: 'up', carrier: 'none' }]);
    expect(headers.get('retry-after')).toBe('5');
  });
});

test('the OpenAPI document is served as it is built', async () => {
  const { status, json } = await api.call('/openapi.json', { key: null });
  expect(status).toBe(200);
  expect(json).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'https://sms.example.com' }] });
});
