import { createHash } from 'node:crypto';

/**
 * A hash over facts and over the hash before them: whoever changes, drops or inserts a row of an append-only table
 * breaks every hash that follows. SHA-256; facts are hashed as canonical JSON, so the order of members does not count.
 */
export function chainHash(previous: Uint8Array, facts: ChainFacts): Buffer {
  return createHash('sha256').update(previous).update(canonicalJson(facts)).digest();
}

/** What a first row takes for the hash before it. */
export const CHAIN_START: Buffer = Buffer.alloc(32);

/** The hash of something that may be deleted later: with its salt gone nobody can tell what it was. */
export function saltedHash(salt: Uint8Array, value: ChainFacts): Buffer {
  return createHash('sha256').update(salt).update(canonicalJson(value)).digest();
}

export type ChainFacts =
  | string
  | number
  | boolean
  | null
  | readonly ChainFacts[]
  | { readonly [name: string]: ChainFacts };

/** RFC 8785 for what is in use here: members sorted by name, no spaces; numbers are whole. */
export function canonicalJson(value: ChainFacts): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}
