import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A key pair of Ed25519, by the seed of its private half. */
export interface SigningKey {
  /** RFC 7515 §4.1.4. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export type Claims = Readonly<Record<string, unknown>>;

/** @param seed 32 bytes (RFC 8032 §5.1.5). */
export function signingKey(kid: string, seed: Buffer): SigningKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  return { kid, privateKey, publicKey: createPublicKey(privateKey) };
}

/** A JWT access token (RFC 9068), signed with EdDSA (RFC 8037). */
export function signJwt({ kid, privateKey }: SigningKey, claims: Claims): string {
  const signed = `${encode({ alg: ALG, typ: TYP, kid })}.${encode(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

/**
 * What a token says, when one of these keys has signed it; null for everything else. The algorithm is the one of our
 * keys and never the choice of whoever made the token (RFC 8725 §3.1).
 */
export async function verifyJwt(
  text: string,
  keyOf: (kid: string) => Promise<SigningKey | null> | SigningKey | null,
): Promise<Claims | null> {
  const [head = '', body = '', signature = '', ...rest] = text.split('.');
  if (text.length > LENGTH_MAX || rest.length > 0 || !/^[\w-]{86}$/.test(signature)) return null;
  const header = decode(head);
  if (header?.['alg'] !== ALG || header['typ'] !== TYP || typeof header['kid'] !== 'string') return null;
  // Extensions that we would have to understand (RFC 7515 §4.1.11).
  if ('crit' in header) return null;
  const key = await keyOf(header['kid']);
  if (!key) return null;
  const isOurs = verify(null, Buffer.from(`${head}.${body}`), key.publicKey, Buffer.from(signature, 'base64url'));
  return isOurs ? decode(body) : null;
}

const ALG = 'EdDSA';
const TYP = 'at+jwt';
const LENGTH_MAX = 4_096;
/** RFC 8410 §7: version, algorithm 1.3.101.112, and an octet string of 32. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(part: string): Claims | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
