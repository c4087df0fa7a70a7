import type { Database } from '../store/database.ts';
import { multiInsert } from '../store/columns.ts';

/** One request that carries an Idempotency-Key, with the answer it will get if it is the first of its kind. */
export interface KeyedRequest<Verdict> {
  readonly apiKeyId: string;
  readonly path: string;
  readonly key: string;
  readonly fingerprint: Buffer;
  readonly verdict: Verdict;
}

/** first: carry it out; replay: it was carried out before, with this verdict; reused: the key belongs to another request. */
export type KeyedResult<Verdict> =
  | { readonly kind: 'first' }
  | { readonly kind: 'replay'; readonly verdict: Verdict }
  | { readonly kind: 'reused' };

interface Row {
  readonly api_key_id: string;
  readonly path: string;
  readonly key: string;
  readonly fingerprint: Buffer;
  readonly verdict: unknown;
  readonly created_at: Date;
}

const insert = multiInsert<Row>(
  'idempotency_keys',
  { api_key_id: 'text', path: 'text', key: 'text', fingerprint: 'bytea', verdict: 'json', created_at: 'timestamptz' },
  'on conflict do nothing returning api_key_id, path, key',
);

/**
 * Stores the keys of requests in the transaction of their effect and says for each, in order, whether it is
 * the first. Equal keys are collapsed to the first of them, and rows are written in the order of their keys:
 * two transactions that insert the same keys in different orders would deadlock.
 */
export async function storeKeys<Verdict>(
  database: Database,
  requests: readonly KeyedRequest<Verdict>[],
  now: Date,
): Promise<KeyedResult<Verdict>[]> {
  const leaders = new Map<string, KeyedRequest<Verdict>>();
  for (const request of requests) {
    const name = nameOf(request);
    if (!leaders.has(name)) leaders.set(name, request);
  }
  const names = [...leaders.keys()].sort();
  const rows = names.map((name) => rowOf(leaders.get(name) as KeyedRequest<Verdict>, now));
  if (rows.length === 0) return [];
  const inserted = new Set((await database.query<Row>(insert(rows))).map((row) => nameOf(fromRow(row))));
  const known = await readBack<Verdict>(
    database,
    rows.filter((row) => !inserted.has(nameOf(fromRow(row)))),
  );

  return requests.map((request): KeyedResult<Verdict> => {
    const name = nameOf(request);
    const leader = leaders.get(name);
    const stored = known.get(name);
    const first = stored ?? leader;
    if (!first?.fingerprint.equals(request.fingerprint)) return { kind: 'reused' };
    if (!stored && leader === request) return { kind: 'first' };
    return { kind: 'replay', verdict: first.verdict };
  });
}

/** Replaces what a request with this key is answered from now on. */
export async function setVerdict(
  database: Database,
  { apiKeyId, path, key }: Pick<KeyedRequest<unknown>, 'apiKeyId' | 'path' | 'key'>,
  verdict: object,
): Promise<void> {
  await database.query({
    text: 'update idempotency_keys set verdict = $4 where api_key_id = $1 and path = $2 and key = $3',
    values: [apiKeyId, path, key, JSON.stringify(verdict)],
  });
}

/** Whether a request with this key was stored before. */
export async function isKnownKey(
  database: Database,
  { apiKeyId, path, key }: Pick<KeyedRequest<unknown>, 'apiKeyId' | 'path' | 'key'>,
): Promise<boolean> {
  const rows = await database.query({
    text: 'select 1 from idempotency_keys where api_key_id = $1 and path = $2 and key = $3',
    values: [apiKeyId, path, key],
  });
  return rows.length > 0;
}

/** Takes keys back that this transaction has stored: their requests were not carried out. */
export async function dropKeys(
  database: Database,
  keys: readonly Pick<KeyedRequest<unknown>, 'apiKeyId' | 'path' | 'key'>[],
): Promise<void> {
  if (keys.length === 0) return;
  await database.query({
    text: `delete from idempotency_keys k using unnest($1::text[], $2::text[], $3::text[]) as d(api_key_id, path, key)
      where k.api_key_id = d.api_key_id and k.path = d.path and k.key = d.key`,
    values: [keys.map(({ apiKeyId }) => apiKeyId), keys.map(({ path }) => path), keys.map(({ key }) => key)],
  });
}

/** A key is remembered for 24 hours. Answers how many were forgotten; call again while it is `limit`. */
export async function forgetOldKeys(database: Database, now: Date, limit = 5_000): Promise<number> {
  const rows = await database.query({
    text: `delete from idempotency_keys where ctid in
      (select ctid from idempotency_keys where created_at < $1::timestamptz - interval '24 hours' limit $2) returning 1`,
    values: [now, limit],
  });
  return rows.length;
}

async function readBack<Verdict>(
  database: Database,
  rows: readonly Row[],
): Promise<Map<string, { fingerprint: Buffer; verdict: Verdict }>> {
  if (rows.length === 0) return new Map();
  const stored = await database.query<Row>({
    text: `select k.* from idempotency_keys k
      join unnest($1::text[], $2::text[], $3::text[]) as asked(api_key_id, path, key) using (api_key_id, path, key)`,
    values: [rows.map((row) => row.api_key_id), rows.map((row) => row.path), rows.map((row) => row.key)],
  });
  return new Map(
    stored.map((row) => [nameOf(fromRow(row)), { fingerprint: row.fingerprint, verdict: row.verdict as Verdict }]),
  );
}

function rowOf(request: KeyedRequest<unknown>, now: Date): Row {
  return {
    api_key_id: request.apiKeyId,
    path: request.path,
    key: request.key,
    fingerprint: request.fingerprint,
    verdict: request.verdict,
    created_at: now,
  };
}

const fromRow = (row: Row) => ({ apiKeyId: row.api_key_id, path: row.path, key: row.key });

const nameOf = (request: { apiKeyId: string; path: string; key: string }) =>
  JSON.stringify([request.apiKeyId, request.path, request.key]);
