import type { Parsed } from './parse.ts';
import { invalid } from './problem.ts';
import { shownName } from './parse.ts';

export const FORM_TYPE = 'application/x-www-form-urlencoded';

const PAIRS_MAX = 1_000;
const NUMBERS = new Set(['validity_period', 'max_segments']);
const FLAGS = new Set(['smart_encoding', 'flash', 'dry_run']);
const LISTS = new Set(['tags']);
const RECORDS = new Set(['metadata', 'variables', 'on_failure']);

/**
 * A posted form (URL standard §5) as the JSON that it stands for. A field that was left empty was not filled in;
 * `metadata[order_id]` is a field of an object; a field that comes twice is a mistake unless it is a list.
 */
export function parseForm(text: string): Parsed<unknown> {
  const pairs = text.split('&').filter((pair) => pair !== '');
  if (pairs.length > PAIRS_MAX) return fail('body', `must not have more than ${PAIRS_MAX} fields`);
  const fields = new Map<string, unknown>();
  for (const pair of pairs) {
    const [name, value] = decoded(pair);
    if (name === null || value === null) return fail('body', 'has a broken percent escape');
    if (value === '') continue;
    const fault = put(fields, name, value);
    if (fault !== null) return fail(shownName(name), fault);
  }
  return { ok: true, value: Object.fromEntries([...fields].map(([name, value]) => [name, plain(value)])) };
}

const fail = (param: string, message: string): Parsed<never> => ({ ok: false, fault: invalid(param, message) });

function decoded(pair: string): [string | null, string | null] {
  const at = pair.indexOf('=');
  const [name, value] = at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  return [unescaped(name), unescaped(value)];
}

function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** Puts one field where it belongs, or says why it cannot be. */
function put(fields: Map<string, unknown>, name: string, value: string): string | null {
  const [, outer = name, inner] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(name) ?? [];
  const list = inner === undefined || inner === '' ? outer : null;
  if (list !== null && LISTS.has(list)) {
    fields.set(list, [...((fields.get(list) as string[] | undefined) ?? []), value]);
    return null;
  }
  if (inner !== undefined && inner !== '' && RECORDS.has(outer)) {
    const record = (fields.get(outer) as Map<string, string> | undefined) ?? new Map<string, string>();
    if (record.has(inner)) return 'is there twice';
    fields.set(outer, record.set(inner, value));
    return null;
  }
  if (fields.has(name)) return 'is there twice';
  fields.set(name, valueOf(name, value));
  return null;
}

function valueOf(name: string, value: string): unknown {
  if (NUMBERS.has(name) && /^\d{1,9}$/.test(value)) return Number(value);
  if (FLAGS.has(name) && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

const plain = (value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value);
