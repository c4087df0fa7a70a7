import { hash } from 'node:crypto';
import { invalid } from './problem.ts';
import type { Parsed } from './parse.ts';

/**
 * The Idempotency-Key header: raw, or a quoted string as in draft-ietf-httpapi-idempotency-key-header; both
 * spellings are the same key. Null when there is none.
 */
export function parseIdempotencyKey(header: string | readonly string[] | undefined): Parsed<string | null> {
  if (header === undefined) return { ok: true, value: null };
  const key = typeof header === 'string' ? unquoted(header) : '';
  if (KEY.test(key)) return { ok: true, value: key };
  return { ok: false, fault: invalid('Idempotency-Key', 'must be 1 to 255 visible ASCII characters without spaces') };
}

/** SHA-256 of the value as canonical JSON: the order of fields in the request makes no difference. */
export function fingerprint(value: object): Buffer {
  return hash('sha256', JSON.stringify(sorted(value)), 'buffer');
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** RFC 9651 §4.2.5: inside a quoted string, only `"` and `\` are escaped. */
function unquoted(header: string): string {
  const match = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header);
  return match?.[1] === undefined ? header : match[1].replace(/\\(["\\])/g, '$1');
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}
