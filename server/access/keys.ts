import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { insertKey, keyById, lockAndCountKeys } from '../store/keys.ts';
import type { ApiKeyRow } from '../store/schema.ts';
import { hashKey, newKeyText, parseKey } from './key-format.ts';
import { SCOPES, SEND_ONLY, type Scope } from './scopes.ts';

/** A key as the server knows it: everything but the key itself. */
export interface Key {
  readonly id: string;
  readonly mode: Mode;
  readonly name: string;
  readonly scopes: ReadonlySet<string>;
  readonly last4: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export interface NewKey {
  readonly mode: Mode;
  readonly name: string;
  /** Send only when left out. */
  readonly scopes?: readonly Scope[];
  readonly expiresAt?: Date | null;
}

export interface Keys {
  /** `text` is the key itself: shown once, stored nowhere. */
  createKey(wanted: NewKey): Promise<{ readonly key: Key; readonly text: string }>;
  /**
   * The key behind `text`; null when it is malformed, unknown, expired or revoked, without saying which.
   * A revoked key is refused after at most 5 s. Rejects when storage cannot be asked.
   */
  readonly findKey: (text: string) => Promise<Key | null>;
  /** One test and one live key with every scope, once in the life of a database; null ever after. */
  createFirstKeys(): Promise<FirstKeys | null>;
}

export interface FirstKeys {
  readonly test: string;
  readonly live: string;
}

export function openKeys(database: Database, clock: Clock): Keys {
  const rowOf = cachedRows(database, clock);

  async function createKey({ mode, name, scopes = SEND_ONLY, expiresAt = null }: NewKey) {
    const { id, text } = newKeyText(mode);
    const row: ApiKeyRow = {
      id,
      hash: hashKey(text),
      mode,
      name,
      scopes: [...scopes],
      last4: text.slice(-4),
      created_at: new Date(clock.now()),
      expires_at: expiresAt,
      revoked_at: null,
    };
    await insertKey(database, row);
    return { key: keyOf(row), text };
  }

  return {
    createKey,
    async findKey(text) {
      const parsed = parseKey(text);
      if (!parsed) return null;
      const found = await rowOf(parsed.id);
      if (!found || !timingSafeEqual(found.row.hash, hashKey(text))) return null;
      return isUsable(found.row, clock.now()) ? found.key : null;
    },
    createFirstKeys: () =>
      database.transaction(async () => {
        if ((await lockAndCountKeys(database)) > 0) return null;
        const test = await createKey({ mode: 'test', name: 'First test key', scopes: SCOPES });
        const live = await createKey({ mode: 'live', name: 'First live key', scopes: SCOPES });
        return { test: test.text, live: live.text };
      }),
  };
}

interface Found {
  readonly row: ApiKeyRow;
  readonly key: Key;
}

interface Cached {
  readonly found: Found | null;
  readonly until: number;
}

const CACHE_TTL_MS = 5_000;
const CACHE_MAX = 1_000;

/**
 * Requests that arrive together ask once. Unknown ids are remembered too, but apart: guesses must not push out
 * the keys that are in use.
 */
function cachedRows(database: Database, clock: Clock): (id: string) => Promise<Found | null> {
  const known = new Map<string, Cached>();
  const unknown = new Map<string, Cached>();
  const underWay = new Map<string, Promise<Found | null>>();

  return (id) => {
    const cached = known.get(id) ?? unknown.get(id);
    if (cached && cached.until > clock.now()) return Promise.resolve(cached.found);
    const loading = underWay.get(id) ?? load(id).finally(() => underWay.delete(id));
    underWay.set(id, loading);
    return loading;
  };

  async function load(id: string): Promise<Found | null> {
    const row = await keyById(database, id);
    const found = row && { row, key: keyOf(row) };
    const [into, other] = found ? [known, unknown] : [unknown, known];
    other.delete(id);
    remember(into, id, { found, until: clock.now() + CACHE_TTL_MS });
    return found;
  }
}

/** A Map keeps the order of insertion: the first one is the oldest. */
function remember<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id);
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > CACHE_MAX && oldest !== undefined) map.delete(oldest);
}

function isUsable(row: ApiKeyRow, now: number): boolean {
  return row.revoked_at === null && (row.expires_at === null || row.expires_at.getTime() > now);
}

function keyOf(row: ApiKeyRow): Key {
  return {
    id: row.id,
    mode: row.mode,
    name: row.name,
    scopes: new Set(row.scopes),
    last4: row.last4,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
