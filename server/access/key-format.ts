import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Mode } from '../rules/message.ts';

/**
 * An API key: `sk_<mode>_` + public id (8) + `_` + 32 random bytes in base62 (43) + checksum (6).
 * The prefix lets secret scanners find it; the checksum tells a typing error without asking the database.
 */
export interface ParsedKey {
  readonly id: string;
  readonly mode: Mode;
}

/** Returns null for whatever is not a well-formed key. */
export function parseKey(text: string): ParsedKey | null {
  if (text.length !== KEY_LENGTH) return null;
  const match = SHAPE.exec(text);
  const [, mode, id] = match ?? [];
  if ((mode !== 'test' && mode !== 'live') || id === undefined) return null;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  return checksum(body) === text.slice(-CHECKSUM_LENGTH) ? { id, mode } : null;
}

/** With `id`, another key of that public id. */
export function newKeyText(mode: Mode, id = newId()): { readonly id: string; readonly text: string } {
  const body = `sk_${mode}_${id}_${base62(randomBytes(32), SECRET_LENGTH)}`;
  return { id, text: body + checksum(body) };
}

// 8 bytes make 11 digits; the last 8 of them are close enough to uniform for a name that is not secret.
const newId = () => base62(randomBytes(8), 11).slice(-ID_LENGTH);

/**
 * The key that a user name and a password of Basic authentication (RFC 7617) stand for: the public part, `sk_test_` and
 * the id or the id alone, and as password the secret part or the whole key. Null for whatever is neither.
 */
export function keyOfPair(name: string, password: string): string | null {
  const whole = parseKey(password);
  if (whole) return name === whole.id || name === `sk_${whole.mode}_${whole.id}` ? password : null;
  const publicPart = /^(?:sk_(test|live)_)?([0-9A-Za-z]{8})$/.exec(name);
  if (!publicPart) return null;
  const [, mode, id = ''] = publicPart;
  const candidates = mode === undefined ? ['test', 'live'] : [mode];
  return candidates.map((one) => `sk_${one}_${id}_${password}`).find((text) => parseKey(text) !== null) ?? null;
}

/** The key has 256 random bits, so a fast hash is enough: there is nothing to guess. */
export function hashKey(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

const ID_LENGTH = 8;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const KEY_LENGTH = 'sk_test_'.length + ID_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;
const SHAPE = /^sk_(test|live)_([0-9A-Za-z]{8})_[0-9A-Za-z]{49}$/;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function checksum(text: string): string {
  return digitsOf(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function base62(bytes: Buffer, length: number): string {
  return digitsOf(BigInt(`0x${bytes.toString('hex')}`), length);
}

function digitsOf(value: bigint, length: number): string {
  let digits = '';
  for (let rest = value; rest > 0n; rest /= 62n) digits = DIGITS.charAt(Number(rest % 62n)) + digits;
  return digits.padStart(length, '0');
}
