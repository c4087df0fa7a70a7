import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Answer } from './handlers.ts';
import type { Parsed } from './parse.ts';
import { invalid } from './problem.ts';

/** A list that is read page by page, and the place where a page ended. */
export interface ListOptions<Row> {
  readonly cursorKey: Buffer;
  /** The path of the list, for the link to the next page. */
  readonly path: string;
  readonly mode: string;
  /** As they came in the query; a cursor serves the same filters only. */
  readonly filters: Readonly<Record<string, string | undefined>>;
  readonly limit: string | undefined;
  readonly cursor: string | undefined;
  /** At most `limit` + 1 rows behind `place`; null = from the beginning. */
  readonly read: (place: readonly string[] | null, limit: number) => Promise<readonly Row[]>;
  /** What the next page begins behind. */
  readonly placeOf: (row: Row) => readonly string[];
  readonly view: (row: Row) => unknown;
}

/** One page and how to get the next one (RFC 8288). */
export async function answerList<Row>(options: ListOptions<Row>): Promise<Answer> {
  const page = await readPage(options, 50);
  if (!page.ok) return page;
  const { rows, next, link } = page.value;
  const data = rows.map(options.view);
  return { status: 200, body: { data, has_more: next !== null, next_cursor: next }, headers: link };
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** The cursor of the next page; null = this is the last. */
  readonly next: string | null;
  readonly link: Readonly<Record<string, string>>;
}

/** `size`: the rows of a page when the request does not say. */
export async function readPage<Row>(options: Omit<ListOptions<Row>, 'view'>, size: number): Promise<Parsed<Page<Row>>> {
  const { cursorKey, path, mode, filters, limit = String(size), cursor, read, placeOf } = options;
  const scope = `${path} ${mode} ${searchOf(filters)}`;
  const place = cursor === undefined ? null : decodePlace(cursorKey, scope, cursor);
  if (cursor !== undefined && place === null) {
    return { ok: false, fault: invalid('cursor', 'must be the next_cursor of a page with the same filters') };
  }
  const found = await read(place, Number(limit));
  const rows = found.slice(0, Number(limit));
  const last = rows.at(-1);
  const next = found.length > rows.length && last !== undefined ? encodePlace(cursorKey, scope, placeOf(last)) : null;
  const search = next === null ? null : searchOf({ ...filters, limit: options.limit, cursor: next });
  return { ok: true, value: { rows, next, link: search === null ? {} : { Link: `<${path}?${search}>; rel="next"` } } };
}

/** Signed, and bound to the list, the mode and the filters: elsewhere it would skip rows silently. */
function encodePlace(key: Buffer, scope: string, place: readonly string[]): string {
  const bytes = Buffer.from(JSON.stringify(place));
  return Buffer.concat([signature(key, scope, bytes), bytes]).toString('base64url');
}

function decodePlace(key: Buffer, scope: string, cursor: string): readonly string[] | null {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length <= SIGNATURE_LENGTH) return null;
  const place = bytes.subarray(SIGNATURE_LENGTH);
  if (!timingSafeEqual(bytes.subarray(0, SIGNATURE_LENGTH), signature(key, scope, place))) return null;
  // What we signed is what we wrote.
  return JSON.parse(place.toString('utf8')) as readonly string[];
}

const SIGNATURE_LENGTH = 16;

function signature(key: Buffer, scope: string, place: Buffer): Buffer {
  return createHmac('sha256', key).update(place).update(scope).digest().subarray(0, SIGNATURE_LENGTH);
}

function searchOf(filters: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) search.append(name, value);
  search.sort();
  return search.toString();
}
