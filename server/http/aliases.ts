import type { Parsed } from './parse.ts';

/** What other SMS APIs call our fields. */
export const ALIASES: ReadonlyMap<string, string> = new Map([
  ['message', 'body'],
  ['text', 'body'],
  ['content', 'body'],
  ['recipient', 'to'],
  ['sender_id', 'from'],
]);

type Fields = Readonly<Record<string, unknown>>;

/**
 * The request with our own names alone. The same value under two names is harmless; two values are refused, because
 * nobody can know which of them was meant.
 */
export function withoutAliases(given: Fields): Parsed<Fields> {
  const used = Object.keys(given).filter((name) => ALIASES.has(name));
  if (used.length === 0) return { ok: true, value: given };
  const fields = new Map(Object.entries(given).filter(([name]) => !ALIASES.has(name)));
  const sources = new Map<string, string>();
  for (const alias of used) {
    const name = ALIASES.get(alias) ?? alias;
    const value = given[alias];
    const known = fields.get(name) ?? null;
    if (value === null) continue;
    if (known !== null && known !== value) return conflict(sources.get(name) ?? name, alias);
    fields.set(name, value);
    sources.set(name, alias);
  }
  return { ok: true, value: Object.fromEntries(fields) };
}

function conflict(first: string, second: string): Parsed<never> {
  const detail = `${first} and ${second} mean the same and differ.`;
  const errors = [first, second].map((param) => ({ param, message: 'has another value under another name' }));
  return { ok: false, fault: { code: 'CONFLICTING_FIELDS', detail, param: second, errors } };
}
