import type { IncomingHttpHeaders } from 'node:http';
import type { ParsedUrlQuery } from 'node:querystring';
import type { Key } from '../access/keys.ts';
import type { Ports } from './ports.ts';
import type { Fault } from './problem.ts';

export type Authenticated = { readonly ok: true; readonly key: Key } | { readonly ok: false; readonly fault: Fault };

/** Who asks. Missing, wrong, expired and revoked keys get one and the same answer. */
export async function authenticate(
  findKey: Ports['findKey'],
  headers: IncomingHttpHeaders,
  query: ParsedUrlQuery | null,
): Promise<Authenticated> {
  if (query && holdsKey(query)) return { ok: false, fault: keyInAddress };
  const text = bearer(headers.authorization);
  const key = text === null ? null : await findKey(text);
  return key ? { ok: true, key } : { ok: false, fault: authFailed };
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

/** RFC 9110 §11.1: the name of the scheme is not case-sensitive. */
function bearer(header: string | undefined): string | null {
  if (header === undefined || header.length > HEADER_MAX) return null;
  const match = /^bearer +([^ ]+) *$/i.exec(header);
  return match?.[1] ?? null;
}

const HEADER_MAX = 1_000;
