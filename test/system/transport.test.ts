import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { openTransport } from '../../server/start/transport.ts';
import { temporaryFolder } from '../support/embedded.ts';
import { ownServer } from '../support/own-server.ts';
import { selfSigned } from '../support/self-signed.ts';

async function pemFiles(): Promise<{ TLS_CERT_FILE: string; TLS_KEY_FILE: string; cert: string }> {
  const folder = await temporaryFolder();
  const { cert, key } = selfSigned('localhost');
  const files = { TLS_CERT_FILE: join(folder, 'cert.pem'), TLS_KEY_FILE: join(folder, 'key.pem') };
  await writeFile(files.TLS_CERT_FILE, cert);
  await writeFile(files.TLS_KEY_FILE, key, { mode: 0o600 });
  return { ...files, cert };
}

/** A GET by TLS whose server is vouched for by `ca`. */
function get(url: string, ca: string, key: string) {
  return new Promise<{ status: number; hsts: string | undefined; protocol: string }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}` };
    const asked = request(url, { ca, headers, agent: false }, (answer) => {
      const { statusCode: status = 0, headers: names, socket } = answer;
      const protocol =
        'getProtocol' in socket && typeof socket.getProtocol === 'function' ? String(socket.getProtocol()) : '';
      answer.resume().on('end', () => resolve({ status, hsts: names['strict-transport-security'], protocol }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('R055: HTTPS', () => {
  test('is spoken with a certificate, and browsers are told to stay with it', async () => {
    const { cert, ...files } = await pemFiles();
    const { url, keys } = await ownServer(files);
    expect(url).toMatch(/^https:\/\/localhost:/);
    const answer = await get(`${url}/v1/me`, cert, keys.test);
    expect(answer).toMatchObject({ status: 200, hsts: 'max-age=31536000' });
    expect(answer.protocol).toMatch(/^TLSv1\.[23]$/);
    await expect(fetch(`${url.replace('https', 'http')}/healthz`)).rejects.toThrow();
  });

  test('at a proxy is told too, and plain HTTP promises nothing', async () => {
    const proxied = await ownServer({ PUBLIC_URL: 'https://sms.example.com' });
    const plain = await ownServer({});
    const hsts = async (url: string) => (await fetch(`${url}/healthz`)).headers.get('strict-transport-security');
    expect(await hsts(proxied.url)).toBe('max-age=31536000');
    expect(await hsts(plain.url)).toBeNull();
  });

  test.each([
    [{ TLS_CERT_FILE: '/nowhere/cert.pem' }, 'belong together'],
    [{ TLS_CERT_FILE: '/nowhere/cert.pem', TLS_KEY_FILE: '/nowhere/key.pem' }, 'cannot be read'],
    [{ TLS_CERT_FILE: import.meta.filename, TLS_KEY_FILE: import.meta.filename }, 'no certificate'],
  ])('that is half configured is said at the start: %#', async (settings, why) => {
    await expect(openTransport(readConfig(settings), pino({ level: 'silent' }))).rejects.toThrow(why);
  });

  test('that is missing where others can listen is warned of', async () => {
    const warned: unknown[] = [];
    const log = { warn: (...line: unknown[]) => void warned.push(line) };
    await openTransport(readConfig({ HOST: '0.0.0.0' }), log);
    expect(warned).toHaveLength(1);
    await openTransport(readConfig({ HOST: '0.0.0.0', PUBLIC_URL: 'https://sms.example.com' }), log);
    await openTransport(readConfig({}), log);
    expect(warned).toHaveLength(1);
  });
});

test('R051: behind a trusted proxy the address of the caller counts, and nobody else can pretend one', async () => {
  const server = await ownServer({ TRUST_PROXY: '127.0.0.0/8' });
  const call = async (url: string, key: string, forwarded: string, init: RequestInit = {}) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'x-forwarded-for': forwarded,
      'content-type': 'application/json',
    };
    const response = await fetch(url, { ...init, headers });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  const body = JSON.stringify({ name: 'limited', allowed_ips: ['203.0.113.7'] });
  const made = await call(`${server.url}/v1/api-keys`, server.keys.test, '203.0.113.7', { method: 'POST', body });
  const key = String(made.json['key']);
  expect((await call(`${server.url}/v1/me`, key, '203.0.113.7')).status).toBe(200);
  expect((await call(`${server.url}/v1/me`, key, '203.0.113.8')).status).toBe(403);
  // What the caller wrote itself stands before what the proxy adds.
  expect((await call(`${server.url}/v1/me`, key, '203.0.113.7, 198.51.100.1')).status).toBe(403);
  await server.stop();
  const distrusting = await server.restart({ TRUST_PROXY: '' });
  expect((await call(`${distrusting.url}/v1/me`, key, '203.0.113.7')).status).toBe(403);
});

test.each(['everybody', '0', '203.0.113.0/40', 'true'])('TRUST_PROXY=%s is refused at the start', (value) => {
  expect(() => readConfig({ TRUST_PROXY: value })).toThrow('TRUST_PROXY');
});
