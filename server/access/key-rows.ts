import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { keyById } from '../store/keys.ts';
import type { ApiKeyRow } from '../store/schema.ts';

/** A key as the server knows it: everything but the key itself. */
export interface Key {
  readonly id: string;
  readonly mode: Mode;
  readonly name: string;
  readonly scopes: ReadonlySet<string>;
  readonly last4: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** Why it may not send; null = it may. */
  readonly paused: string | null;
  readonly limits: KeyLimits;
}

/** What a key may be used for beyond its scopes; empty lists and nulls limit nothing. */
export interface KeyLimits {
  /** Addresses and networks (CIDR) that it may be used from. */
  readonly allowedIps: readonly string[];
  /** Countries of recipients, ISO 3166-1. */
  readonly allowedCountries: readonly string[];
  /** Ids or values of senders. */
  readonly senderIds: readonly string[];
  /** Texts per minute. */
  readonly rateLimit: number | null;
  /** Texts per day of UTC. */
  readonly dailyCap: number | null;
}

export const NO_LIMITS: KeyLimits = {
  allowedIps: [],
  allowedCountries: [],
  senderIds: [],
  rateLimit: null,
  dailyCap: null,
};

export interface Found {
  readonly row: ApiKeyRow;
  readonly key: Key;
}

export interface KeyRows {
  find(id: string): Promise<Found | null>;
  /** This process changed the key: what it knows of it is out of date. */
  forget(id: string): void;
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
export function cachedRows(database: Database, clock: Clock): KeyRows {
  const known = new Map<string, Cached>();
  const unknown = new Map<string, Cached>();
  const underWay = new Map<string, Promise<Found | null>>();

  return {
    find(id) {
      const cached = known.get(id) ?? unknown.get(id);
      if (cached && cached.until > clock.now()) return Promise.resolve(cached.found);
      const loading = underWay.get(id) ?? load(id);
      underWay.set(id, loading);
      return loading.finally(() => {
        if (underWay.get(id) === loading) underWay.delete(id);
      });
    },
    forget(id) {
      known.delete(id);
      unknown.delete(id);
      // What was read before the change must not be remembered after it.
      underWay.delete(id);
    },
  };

  function load(id: string): Promise<Found | null> {
    const loading: Promise<Found | null> = keyById(database, id).then((row) => {
      const found = row && { row, key: keyOf(row) };
      if (underWay.get(id) !== loading) return found;
      const [into, other] = found ? [known, unknown] : [unknown, known];
      other.delete(id);
      remember(into, id, { found, until: clock.now() + CACHE_TTL_MS });
      return found;
    });
    return loading;
  }
}

/** A Map keeps the order of insertion: the first one is the oldest. */
function remember<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id);
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > CACHE_MAX && oldest !== undefined) map.delete(oldest);
}

export function isUsable(row: Pick<ApiKeyRow, 'revoked_at' | 'expires_at'>, now: number): boolean {
  return row.revoked_at === null && (row.expires_at === null || row.expires_at.getTime() > now);
}

export function keyOf(row: ApiKeyRow): Key {
  return {
    id: row.id,
    mode: row.mode,
    name: row.name,
    scopes: new Set(row.scopes),
    last4: row.last4,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    paused: row.paused_at && (row.pause_reason ?? 'requested'),
    limits: {
      allowedIps: row.allowed_ips,
      allowedCountries: row.allowed_countries,
      senderIds: row.sender_ids,
      rateLimit: row.rate_limit,
      dailyCap: row.daily_cap,
    },
  };
}
