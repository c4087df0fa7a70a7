import type { IncomingHttpHeaders } from 'node:http';
import type { ParsedUrlQuery } from 'node:querystring';
import { isToken } from '../access/access.ts';
import { isAllowedIp } from '../access/allowed-ips.ts';
import { keyOfPair, parseKey } from '../access/key-format.ts';
import type { Key } from '../access/keys.ts';
import type { Ports } from './ports.ts';
import type { Fault } from './problem.ts';

/** `key` beside a fault: who it was is known, and may be told of its limits. */
export type Authenticated =
  | { readonly ok: true; readonly key: Key }
  | { readonly ok: false; readonly fault: Fault; readonly key?: Key };

export type AuthenticatePorts = Pick<Ports, 'findKey' | 'authGuard' | 'keyUses'>;

/** Who asks, and from where. Missing, wrong, expired and revoked keys get one and the same answer. */
export async function authenticate(
  ports: AuthenticatePorts,
  headers: IncomingHttpHeaders,
  query: ParsedUrlQuery | null,
  ip: string,
): Promise<Authenticated> {
  if (query && holdsKey(query)) return { ok: false, fault: keyInAddress };
  const { authorization } = headers;
  if (authorization === undefined) return { ok: false, fault: authFailed };
  const text = credentialsOf(authorization);
  return authenticateKey(ports, text, ip);
}

/** The same for a key that came in another way; null = something that is no key. */
export async function authenticateKey(
  { findKey, authGuard, keyUses }: AuthenticatePorts,
  text: string | null,
  ip: string,
): Promise<Authenticated> {
  const keyId = text === null ? '' : (parseKey(text)?.id ?? '');
  // A token is looked up nowhere before its signature is right.
  const barred = text !== null && isToken(text) ? null : authGuard.barred(ip, keyId);
  if (barred !== null) return { ok: false, fault: tooManyFailures(barred) };
  const key = text === null ? null : await findKey(text);
  if (!key) {
    const seconds = authGuard.failed(ip, keyId);
    return { ok: false, fault: seconds === null ? authFailed : tooManyFailures(seconds) };
  }
  authGuard.succeeded(key.id);
  if (!isAllowedIp(key.limits.allowedIps, ip)) return { ok: false, fault: wrongAddress, key };
  keyUses.note(key.id, ip);
  return { ok: true, key };
}

/** Query strings end up in logs, histories and referrers, so a key there is refused even when it is right. */
export function holdsKey(query: ParsedUrlQuery): boolean {
  return Object.entries(query).some(([name, value]) => {
    if (KEY_NAMES.has(name.toLowerCase().replaceAll(/[-_]/g, ''))) return true;
    return [value].flat().some((each) => each !== undefined && /^sk_(test|live)_/.test(each));
  });
}

const KEY_NAMES = new Set([
  'apikey',
  'key',
  'token',
  'accesstoken',
  'authorization',
  'auth',
  'secret',
  'authkey',
  'password',
]);

const challenge = { 'WWW-Authenticate': 'Bearer realm="smsbridge"' };

const authFailed: Fault = {
  code: 'AUTH_FAILED',
  detail: 'The API key is missing, wrong, expired or revoked.',
  param: 'Authorization',
  headers: challenge,
};

const keyInAddress: Fault = {
  code: 'AUTH_FAILED',
  detail: 'An API key in the address is never accepted, because addresses end up in logs.',
  param: 'Authorization',
  action: 'Send it as "Authorization: Bearer <key>", and replace this key if the address may have been recorded.',
  headers: challenge,
};

const tooManyFailures = (seconds: number): Fault => ({
  code: 'RATE_LIMITED',
  detail: 'Too many requests with a wrong key have come from this address.',
  param: 'Authorization',
  action: 'Correct the key, wait for the time in Retry-After and send again.',
  headers: { 'Retry-After': String(seconds) },
});

const wrongAddress: Fault = {
  code: 'FORBIDDEN',
  detail: 'The key may not be used from this address: it is limited to allowed_ips.',
  param: 'allowed_ips',
  action: 'Use the key where it belongs, or add the address to its allowed_ips.',
};

/** RFC 9110 §11.1: the name of the scheme is not case-sensitive. Basic is RFC 7617. */
export function credentialsOf(header: string): string | null {
  if (header.length > HEADER_MAX) return null;
  const [, scheme = '', value = ''] = /^(bearer|basic) +([^ ]+) *$/i.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return null;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 ? null : keyOfPair(pair.slice(0, colon), pair.slice(colon + 1));
}

const HEADER_MAX = 2_000;
