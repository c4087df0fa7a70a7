import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { signV2, signV3 } from '../../connectors/hubspot/http/signature.ts';
import { PORTAL } from '../support/hubspot-acts.ts';
import { hubspotWorld } from '../support/hubspot-world.ts';

const [NEXT, OLD] = ['the-secret-of-tomorrow', 'the-secret-of-today'];
const world = await hubspotWorld({ HUBSPOT_CLIENT_SECRET: `${NEXT},${OLD}` });
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, clock } = world;

/** For browsers, which cannot sign: whatever else is found in the sources has to be signed. */
const OPEN = ['health', 'install', 'oauth/callback', 'channel/connect'];
const V2 = ['actions/send-sms', 'actions/options/senders'];
const folder = join(dirname(dirname(import.meta.dirname)), 'connectors/hubspot');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !/^(app|testing)\//.test(file),
);
const found = sources.flatMap((file) =>
  [...readFileSync(join(folder, file), 'utf8').matchAll(/path: '([a-z][\w/-]*)'/g)].map((match) => match[1] ?? ''),
);
const closed = [...new Set(found)].filter((path) => !OPEN.includes(path));
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const BODY = '{}';
const QUERY = `?portalId=${PORTAL}&userId=77&userEmail=eve%40example.com`;
const PUBLIC_URL = 'https://sms.example.com';

type Headers = Record<string, string>;
const call = async (method: string, path: string, headers: Headers) =>
  (await hubspot.call(method, path, BODY, { signature: 'none', headers })).status;
/** A v3 signature of what is given, in place of what is sent. */
const signed = (
  method: string,
  path: string,
  { secret = NEXT, atMs = clock.now(), url = PUBLIC_URL + path, body = method === 'GET' ? '' : BODY } = {},
): Headers => {
  const timestamp = String(atMs);
  return {
    'X-HubSpot-Request-Timestamp': timestamp,
    'X-HubSpot-Signature-v3': signV3(secret, { method, url, body: Buffer.from(body), timestamp }),
  };
};

describe('every route that HubSpot calls', () => {
  test('is known to this test', () => {
    expect(closed.length).toBeGreaterThanOrEqual(13);
    for (const path of OPEN) expect(found).toContain(path);
  });

  test.each(closed)('%s is closed to whoever cannot sign the request as it is, now', async (route) => {
    const path = `/connectors/hubspot/${route}${QUERY}`;
    const good: string[] = [];
    for (const method of METHODS) {
      const statuses = await Promise.all([
        call(method, path, {}),
        call(method, path, signed(method, path, { secret: 'a-secret-of-somebody-else' })),
        call(method, path, signed(method, path, { atMs: clock.now() - 301_000 })),
        call(method, path, signed(method, path, { atMs: clock.now() + 301_000 })),
        call(method, path, { ...signed(method, path), 'X-HubSpot-Request-Timestamp': 'NaN' }),
        call(method, path, { ...signed(method, path), 'X-HubSpot-Request-Timestamp': String(clock.now() + 1) }),
        call(method, path, signed(method, path, { url: `https://evil.example.com${path}` })),
        call(method, path, signed(method, path, { url: PUBLIC_URL + path.replace('eve', 'ana') })),
        call(method, path, signed(method, path, { body: '{ }' })),
        call(method, path, { 'X-HubSpot-Signature-v3': '', 'X-HubSpot-Request-Timestamp': String(clock.now()) }),
        call(method, path, {
          'X-HubSpot-Signature': createHash('sha256')
            .update(NEXT + BODY)
            .digest('hex'),
          'X-HubSpot-Signature-Version': 'v1',
        }),
        call(method, path, {
          'X-Forwarded-Host': 'evil.example.com',
          ...signed(method, path, { url: `http://evil.example.com${path}` }),
        }),
      ]);
      const isRoute = !statuses.includes(405);
      expect(new Set(statuses), method).toEqual(new Set([isRoute ? 401 : 405]));
      if (isRoute) good.push(method);
    }
    expect(good.length).toBeGreaterThan(0);
    for (const method of good) expect(await call(method, path, signed(method, path)), method).not.toBe(401);
  });

  test('takes both client secrets while they are changed, and v2 on the routes of workflow actions only', async () => {
    for (const route of closed) {
      const path = `/connectors/hubspot/${route}${QUERY}`;
      const statuses = await Promise.all(METHODS.map((one) => call(one, path, {})));
      const method = METHODS[statuses.indexOf(401)] ?? '';
      expect(await call(method, path, signed(method, path, { secret: OLD })), route).not.toBe(401);
      const body = Buffer.from(method === 'GET' ? '' : BODY);
      const v2 = {
        'X-HubSpot-Signature': signV2(OLD, { method: method, url: PUBLIC_URL + path, body }),
        'X-HubSpot-Signature-Version': 'v2',
      };
      const status = await call(method, path, v2);
      if (V2.includes(route)) expect(status, route).not.toBe(401);
      else expect(status, route).toBe(401);
      const both = { ...v2, 'X-HubSpot-Signature-v3': createHmac('sha256', 'no').digest('base64') };
      expect(await call(method, path, both), route).toBe(401);
    }
  });
});
