import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { insertKey, lockAndCountKeys } from '../store/keys.ts';
import type { ApiKeyRow } from '../store/schema.ts';
import { hashKey, newKeyText, parseKey } from './key-format.ts';
import { cachedRows, isUsable, type Key, type KeyLimits, keyOf, NO_LIMITS } from './key-rows.ts';
import { SCOPES, SEND_ONLY, type Scope } from './scopes.ts';

export { type Key, type KeyLimits, NO_LIMITS } from './key-rows.ts';

export interface NewKey {
  readonly mode: Mode;
  readonly name: string;
  /** Send only when left out. */
  readonly scopes?: readonly Scope[];
  readonly expiresAt?: Date | null;
  /** None when left out. */
  readonly limits?: KeyLimits;
  /** Id of the key that makes it. */
  readonly createdBy?: string | null;
}

export interface Keys {
  /** `text` is the key itself: shown once, stored nowhere. */
  createKey(wanted: NewKey): Promise<{ readonly key: Key; readonly row: ApiKeyRow; readonly text: string }>;
  /**
   * The key behind `text`; null when it is malformed, unknown, expired or revoked, without saying which.
   * A revoked key is refused after at most 5 s. Rejects when storage cannot be asked.
   */
  readonly findKey: (text: string) => Promise<Key | null>;
  /** The same by its public id, for what the server itself has vouched for. */
  readonly keyOfId: (id: string) => Promise<Key | null>;
  /** This process changed the key. */
  forget(id: string): void;
  /** One test and one live key with every scope, once in the life of a database; null ever after. */
  createFirstKeys(): Promise<FirstKeys | null>;
}

export interface FirstKeys {
  readonly test: string;
  readonly live: string;
}

export function openKeys(database: Database, clock: Clock): Keys {
  const rows = cachedRows(database, clock);

  async function createKey({ mode, name, scopes = SEND_ONLY, ...wanted }: NewKey) {
    const { expiresAt = null, limits = NO_LIMITS, createdBy = null } = wanted;
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
      ...columnsOf(limits),
      paused_at: null,
      pause_reason: null,
      created_by: createdBy,
      last_used_at: null,
      last_used_ip: null,
      previous_hash: null,
      previous_until: null,
      expiry_told_days: null,
      expiry_told_for: null,
    };
    await insertKey(database, row);
    return { key: keyOf(row), row, text };
  }

  return {
    createKey,
    async findKey(text) {
      const parsed = parseKey(text);
      if (!parsed) return null;
      const found = await rows.find(parsed.id);
      if (!found || !isOf(found.row, hashKey(text), clock.now())) return null;
      return isUsable(found.row, clock.now()) ? found.key : null;
    },
    async keyOfId(id) {
      const found = await rows.find(id);
      return found && isUsable(found.row, clock.now()) ? found.key : null;
    },
    forget: (id) => rows.forget(id),
    createFirstKeys: () =>
      database.transaction(async () => {
        if ((await lockAndCountKeys(database)) > 0) return null;
        const test = await createKey({ mode: 'test', name: 'First test key', scopes: SCOPES });
        const live = await createKey({ mode: 'live', name: 'First live key', scopes: SCOPES });
        return { test: test.text, live: live.text };
      }),
  };
}

/** The key, or the one before its last rotation while both are good. */
function isOf({ hash, previous_hash, previous_until }: ApiKeyRow, given: Buffer, now: number): boolean {
  if (timingSafeEqual(hash, given)) return true;
  if (previous_hash === null || previous_until === null || previous_until.getTime() <= now) return false;
  return timingSafeEqual(previous_hash, given);
}

export function columnsOf({ allowedIps, allowedCountries, senderIds, rateLimit, dailyCap }: KeyLimits) {
  return {
    allowed_ips: [...allowedIps],
    allowed_countries: [...allowedCountries],
    sender_ids: [...senderIds],
    rate_limit: rateLimit,
    daily_cap: dailyCap,
  };
}
