import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Keys, openKeys } from '../../server/access/keys.ts';
import { SCOPES } from '../../server/access/scopes.ts';
import { secretBox } from '../../server/access/secrets.ts';
import { openTokens } from '../../server/access/tokens.ts';
import { type HttpAnswer, sendable, startApi, type TestApi } from '../support/http-api.ts';
import { freshDatabase } from '../support/database.ts';
import { virtualClock } from '../support/virtual-clock.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

type Fields = Readonly<Record<string, string>> | string;

const basic = (key: string) => `Basic ${Buffer.from(`${key.slice(0, 16)}:${key.slice(17)}`).toString('base64')}`;

function post(path: string, fields: Fields, authorization: string | null = basic(api.keys.test)): Promise<HttpAnswer> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(authorization === null ? {} : { authorization }),
  };
  return api.call(path, { method: 'POST', key: null, headers, raw: new URLSearchParams(fields).toString() });
}

const GRANT = { grant_type: 'client_credentials' };
const ask = (fields: Fields = GRANT, authorization?: string | null) => post('/v1/oauth/token', fields, authorization);

async function token(scope?: string, key = api.keys.test): Promise<string> {
  const { status, json } = await ask(scope === undefined ? GRANT : { ...GRANT, scope }, basic(key));
  expect(status).toBe(200);
  return String(json['access_token']);
}

const claimsOf = (text: string) =>
  JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('R042: client credentials', () => {
  test('give a token for an hour that works as its key does', async () => {
    const { status, headers, json } = await ask();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(json).toEqual({
      access_token: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 3_600,
      scope: SCOPES.join(' '),
    });
    const key = String(json['access_token']);
    expect((await api.send(sendable, { key })).status).toBe(202);
    expect((await api.call('/v1/me', { key })).json).toMatchObject({ id: api.keys.test.slice(8, 16), mode: 'test' });
  });

  test('may stand in the form instead of the header', async () => {
    const { test: key } = api.keys;
    for (const client of [
      { client_id: key.slice(0, 16), client_secret: key.slice(17) },
      { client_id: key.slice(8, 16), client_secret: key },
    ]) {
      expect((await ask({ ...GRANT, ...client }, null)).status).toBe(200);
    }
  });

  test('give only the scopes that are asked for, and the token cannot do more', async () => {
    const key = await token('messages:read');
    expect((await api.call('/v1/messages', { key })).status).toBe(200);
    const refused = await api.send(sendable, { key });
    expect(refused.json).toMatchObject({ status: 403, scope: 'messages:send' });
  });

  test.each([
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ scope: 'messages:read' }, 400, 'invalid_request'],
    [{ ...GRANT, scope: 'messages:read everything' }, 400, 'invalid_scope'],
    [{ ...GRANT, scope: ' ' }, 400, 'invalid_scope'],
    ['grant_type=client_credentials&grant_type=client_credentials', 400, 'invalid_request'],
    [{ ...GRANT, client_id: 'abcdefgh', client_secret: 'secret' }, 400, 'invalid_request'],
  ])('asked for with %j are refused as RFC 6749 says: %d %s', async (fields, status, error) => {
    const answer = await ask(fields);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.json).toEqual({ error, error_description: expect.any(String) });
  });

  test('that are wrong are invalid_client, and a token is no way to another token', async () => {
    const good = await token();
    for (const authorization of [
      null,
      'Basic bm9uc2Vuc2U=',
      basic(api.keys.test.replace(/.$/, '~')),
      `Bearer ${good}`,
    ]) {
      const { status, json, headers } = await ask(GRANT, authorization);
      expect([status, json['error']]).toEqual([401, 'invalid_client']);
      expect(headers.get('www-authenticate')).toContain('Basic');
    }
  });

  test('for more than the key has are refused', async () => {
    const weak = await api.keyWith('test', ['messages:read']);
    const { status, json } = await ask({ ...GRANT, scope: 'messages:send' }, basic(weak));
    expect([status, json['error']]).toEqual([400, 'invalid_scope']);
  });

  test('need a form', async () => {
    const headers = { authorization: basic(api.keys.test) };
    const answer = await api.call('/v1/oauth/token', { method: 'POST', key: null, headers, json: GRANT });
    expect(answer.json).toMatchObject({ status: 415, code: 'INVALID_REQUEST' });
  });
});

describe('R043: a token is a signed JWT', () => {
  test('that others can verify by the published key', async () => {
    const text = await token('messages:send messages:read');
    const [head = '', body = '', signature = ''] = text.split('.');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, string>;
    expect(header).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    const { json } = await api.call('/v1/oauth/keys', { key: null });
    const jwk = (json['keys'] as Record<string, string>[]).find(({ kid }) => kid === header['kid']);
    expect(jwk).not.toHaveProperty('d');
    const key = createPublicKey({ key: jwk ?? {}, format: 'jwk' });
    expect(verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
    const claims = claimsOf(text);
    expect(claims).toMatchObject({ aud: 'https://sms.example.com', iss: 'https://sms.example.com', mode: 'test' });
    expect(claims).toMatchObject({ scope: 'messages:send messages:read', sub: api.keys.test.slice(8, 16) });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3_600);
  });

  test('and one that says alg none, or is signed by somebody else, or was changed, is worth nothing', async () => {
    const text = await token('messages:read');
    const [head = '', body = '', signature = ''] = text.split('.');
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
    const more = encode({ ...claimsOf(text), scope: SCOPES.join(' ') });
    const { json } = await api.call('/v1/oauth/keys', { key: null });
    const x = (json['keys'] as { x: string }[])[0]?.x ?? '';
    const hs = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${more}`;
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const forged = [
      `${encode({ alg: 'none', typ: 'at+jwt', kid })}.${more}.`,
      `${encode({ alg: 'none', typ: 'at+jwt', kid })}.${more}.${signature}`,
      `${head}.${more}.${signature}`,
      `${head}.${body}.`,
      `${head}.${body}`,
      `${head}.${body}.${signature}.${signature}`,
      `${hs}.${createHmac('sha256', Buffer.from(x, 'base64url')).update(hs).digest('base64url')}`,
      `${head}.${more}.${sign(null, Buffer.from(`${head}.${more}`), stranger).toString('base64url')}`,
      `${encode({ alg: 'EdDSA', typ: 'JWT', kid })}.${body}.${signature}`,
      `${encode({ alg: 'EdDSA', typ: 'at+jwt', kid: 'other' })}.${body}.${signature}`,
      'eyJ..',
      `eyJ${'x'.repeat(900)}`,
    ];
    for (const key of forged) expect((await api.call('/v1/me', { key })).status).toBe(401);
    expect((await api.call('/v1/me', { key: text })).status).toBe(200);
  });

  test('and ends at its time, with its key, and with the scopes of its key', async () => {
    await using database = await freshDatabase();
    const clock = virtualClock();
    const keys: Keys = openKeys(database, clock);
    const tokens = await openTokens({ database, secrets: box, keys, issuer: 'https://one.example', clock });
    const { key } = await keys.createKey({ mode: 'live', name: 'Shop', expiresAt: new Date(clock.now() + 1_800_000) });
    const short = await tokens.issue(key, [...key.scopes]);
    expect(short.expiresInSeconds).toBe(1_800);
    await clock.advance(1_799_000);
    expect((await tokens.keyOf(short.text))?.id).toBe(key.id);
    await clock.advance(1_000);
    expect(await tokens.keyOf(short.text)).toBeNull();

    const other = await keys.createKey({ mode: 'live', name: 'Other' });
    const long = await tokens.issue(other.key, ['messages:send', 'messages:read']);
    await database.kysely
      .updateTable('api_keys')
      .set({ scopes: ['messages:read'] })
      .where('id', '=', other.key.id)
      .execute();
    keys.forget(other.key.id);
    expect([...((await tokens.keyOf(long.text))?.scopes ?? [])]).toEqual(['messages:read']);
    await clock.advance(3_600_000);
    expect(await tokens.keyOf(long.text)).toBeNull();

    const third = await tokens.issue(other.key, []);
    await database.kysely
      .updateTable('api_keys')
      .set({ revoked_at: new Date() })
      .where('id', '=', other.key.id)
      .execute();
    await clock.advance(5_000);
    expect(await tokens.keyOf(third.text)).toBeNull();
  });

  test('is good at every server of one database and at no other, also when the signing key is replaced', async () => {
    await using database = await freshDatabase();
    const clock = virtualClock();
    const keys = openKeys(database, clock);
    const options = { database, secrets: box, keys, issuer: 'https://one.example', clock };
    const [one, two] = await Promise.all([openTokens(options), openTokens(options)]);
    const { key } = await keys.createKey({ mode: 'live', name: 'Shop' });
    expect((await two?.keyOf((await one.issue(key, [])).text))?.id).toBe(key.id);
    const elsewhere = await openTokens({ ...options, issuer: 'https://two.example' });
    expect(await elsewhere.keyOf((await one.issue(key, [])).text)).toBeNull();

    await clock.advance(30 * 86_400_000 - 1_000);
    const last = await one.issue(key, []);
    await clock.advance(2_000);
    const first = await one.issue(key, []);
    const kidOf = (text: string) => Buffer.from(text.split('.')[0] ?? '', 'base64url').toString();
    expect(kidOf(first.text)).not.toBe(kidOf(last.text));
    for (const { text } of [last, first]) expect((await two?.keyOf(text))?.id).toBe(key.id);
    expect(await one.published()).toHaveLength(2);
    const stored = await database.kysely
      .selectFrom('server_state')
      .selectAll()
      .where('key', '=', 'token_keys')
      .execute();
    expect(stored).toHaveLength(1);
    expect(stored[0]?.value).not.toContain('kid');
  });
});

const box = secretBox([randomBytes(32).toString('base64')]);

describe('revoking (RFC 7009) and introspection (RFC 7662)', () => {
  test('ends a token of the key that asks, at once, and nobody else’s', async () => {
    const [mine, other] = [await token(), await token(undefined, api.keys.live)];
    for (const text of [mine, other, 'nonsense']) {
      const { status, json } = await post('/v1/oauth/revoke', { token: text, token_type_hint: 'access_token' });
      expect([status, json]).toEqual([200, {}]);
    }
    expect((await api.call('/v1/me', { key: mine })).status).toBe(401);
    expect((await api.call('/v1/me', { key: other })).status).toBe(200);
  });

  test('tells its own key what a token may do, and others that it is not active', async () => {
    const mine = await token('messages:read');
    const { json } = await post('/v1/oauth/introspect', { token: mine });
    expect(json).toEqual({
      active: true,
      scope: 'messages:read',
      client_id: api.keys.test.slice(8, 16),
      token_type: 'Bearer',
      exp: expect.any(Number),
      iat: expect.any(Number),
      sub: api.keys.test.slice(8, 16),
      aud: 'https://sms.example.com',
      iss: 'https://sms.example.com',
      jti: expect.any(String),
      mode: 'test',
    });
    const stranger = await api.keyWith('test', ['messages:read']);
    const inactive = { active: false };
    expect((await post('/v1/oauth/introspect', { token: mine }, basic(stranger))).json).toEqual(inactive);
    expect((await post('/v1/oauth/introspect', { token: await token(undefined, api.keys.live) })).json).toEqual(
      inactive,
    );
    expect((await post('/v1/oauth/introspect', { token: api.keys.test })).json).toEqual(inactive);
    expect((await post('/v1/oauth/introspect', { token: mine }, basic(api.keys.live))).json).toMatchObject({
      active: true,
    });
    expect((await post('/v1/oauth/introspect', { token: mine }, null)).status).toBe(401);
    expect((await post('/v1/oauth/introspect', {})).json).toMatchObject({ error: 'invalid_request' });
  });
});

test('R042: clients find everything by the metadata of RFC 8414', async () => {
  const { json } = await api.call('/.well-known/oauth-authorization-server', { key: null });
  expect(json).toMatchObject({
    issuer: 'https://sms.example.com',
    token_endpoint: 'https://sms.example.com/v1/oauth/token',
    revocation_endpoint: 'https://sms.example.com/v1/oauth/revoke',
    introspection_endpoint: 'https://sms.example.com/v1/oauth/introspect',
    jwks_uri: 'https://sms.example.com/v1/oauth/keys',
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    scopes_supported: [...SCOPES],
  });
});

test('a token in the address is refused with a hint, as a key is', async () => {
  const { status, json } = await api.call(`/v1/me?access_token=${await token()}`, { key: null });
  expect([status, json['code']]).toEqual([401, 'AUTH_FAILED']);
});
