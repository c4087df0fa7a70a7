import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { countUsableKeys, keyById, listKeys, updateKey } from '../store/keys.ts';
import type { ApiKeyRow } from '../store/schema.ts';
import { hashKey, newKeyText } from './key-format.ts';
import { keyOf } from './key-rows.ts';
import { columnsOf, type Key, type KeyLimits, type Keys } from './keys.ts';
import type { Scope } from './scopes.ts';

/** A key with everything that is stored of it. */
export type ApiKey = ApiKeyRow;

/** Keys that manage keys. A test key sees test keys only, and nobody gives away more than they have. */
export interface KeyManager {
  /** The newest first; revoked ones too. `place` = [created_at, id] of the last one of the page before. */
  list(caller: Key, place: readonly [Date, string] | null, limit: number): Promise<ApiKeyRow[]>;
  find(caller: Key, id: string): Promise<ApiKeyRow | null>;
  create(caller: Key, wanted: WantedKey): Promise<Made>;
  /** What is left out stays as it is. */
  change(caller: Key, id: string, changes: KeyChanges): Promise<Changed>;
  /** Another secret for the same key; the one before is good for `overlapMs` more. Of earlier ones none is. */
  rotate(caller: Key, id: string, overlapMs: number): Promise<Made>;
  /** False when there is none, or it is revoked already. */
  revoke(caller: Key, id: string): Promise<boolean>;
}

export interface WantedKey extends Partial<KeyLimits> {
  readonly mode: Mode;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: Date | null;
}

/** `paused`: the key may ask, but not send. */
export type KeyChanges = Partial<Omit<WantedKey, 'mode'>> & { readonly paused?: boolean };

/** `beyond`: the caller may not give this; `field` as the API names it, `scope` when it is about scopes. */
export type Refused =
  | { readonly ok: false; readonly reason: 'unknown' }
  | { readonly ok: false; readonly reason: 'too_many' }
  | { readonly ok: false; readonly reason: 'beyond'; readonly field: string; readonly scope?: string };
export type Made = { readonly ok: true; readonly row: ApiKeyRow; readonly text: string } | Refused;
export type Changed = { readonly ok: true; readonly row: ApiKeyRow } | Refused;

/** For keys that others make: who needs more says so. */
export const RATE_LIMIT_DEFAULT = 300;
const KEYS_MAX = 1_000;

export interface ManagerOptions {
  readonly database: Database;
  readonly keys: Pick<Keys, 'createKey' | 'forget'>;
  readonly clock: Clock;
  /** Texts per minute of a key that is made without a limit; 300 when left out. */
  readonly keyPerMinute?: number;
}

export function createKeyManager(options: ManagerOptions): KeyManager {
  const { database, keys, clock, keyPerMinute = RATE_LIMIT_DEFAULT } = options;
  const find = async (caller: Key, id: string) => {
    const row = KEY_ID.test(id) ? await keyById(database, id) : null;
    return row && modesOf(caller).includes(row.mode) ? row : null;
  };
  /** A key that may do more than the caller must not be changed by it, and even less handed over. */
  const findBelow = async (caller: Key, id: string): Promise<Changed> => {
    const row = await find(caller, id);
    if (!row || row.revoked_at !== null) return unknown;
    return beyond(caller, keyOf(row)) ?? { ok: true, row };
  };
  const store = async (id: string, changes: Parameters<typeof updateKey>[2]): Promise<Changed> => {
    const row = await updateKey(database, id, changes);
    database.afterCommit(() => keys.forget(id));
    return row ? { ok: true, row } : unknown;
  };

  return {
    list: (caller, place, limit) => listKeys(database, modesOf(caller), place, limit),
    find,
    async create(caller, { mode, name, scopes, expiresAt = caller.expiresAt, ...limits }) {
      const inherited = {
        ...caller.limits,
        rateLimit: Math.min(keyPerMinute, caller.limits.rateLimit ?? Infinity),
        ...limits,
      };
      const refused = beyond(caller, { mode, scopes: new Set(scopes), expiresAt, limits: inherited });
      if (refused) return refused;
      if ((await countUsableKeys(database, new Date(clock.now()))) >= KEYS_MAX)
        return { ok: false, reason: 'too_many' };
      const wanted = { mode, name, scopes, expiresAt, limits: inherited, createdBy: caller.id };
      return { ok: true, ...(await keys.createKey(wanted)) };
    },
    async change(caller, id, { name, scopes, expiresAt, paused, ...limits }) {
      const found = await findBelow(caller, id);
      if (!found.ok) return found;
      const before = keyOf(found.row);
      const after = {
        mode: before.mode,
        scopes: scopes ? new Set<string>(scopes) : before.scopes,
        expiresAt: expiresAt === undefined ? before.expiresAt : expiresAt,
        limits: { ...before.limits, ...limits },
      };
      const refused = beyond(caller, after);
      if (refused) return refused;
      const pause = paused === undefined || paused === (before.paused !== null) ? {} : pauseOf(paused, clock.now());
      const columns = { scopes: [...after.scopes], expires_at: after.expiresAt, ...columnsOf(after.limits) };
      return store(id, { name: name ?? before.name, ...columns, ...pause });
    },
    async rotate(caller, id, overlapMs) {
      const found = await findBelow(caller, id);
      if (!found.ok) return found;
      const { mode, hash } = found.row;
      const { text } = newKeyText(mode, id);
      const until = new Date(clock.now() + overlapMs);
      const fresh = { hash: hashKey(text), last4: text.slice(-4), previous_hash: hash, previous_until: until };
      const stored = await store(id, fresh);
      return stored.ok ? { ...stored, text } : stored;
    },
    async revoke(caller, id) {
      if (!(await find(caller, id))) return false;
      return (await store(id, { revoked_at: new Date(clock.now()), previous_hash: null, previous_until: null })).ok;
    },
  };
}

const pauseOf = (paused: boolean, now: number) =>
  paused ? { paused_at: new Date(now), pause_reason: 'requested' } : { paused_at: null, pause_reason: null };

const unknown: Refused = { ok: false, reason: 'unknown' };
const KEY_ID = /^[0-9A-Za-z]{8}$/;

const modesOf = ({ mode }: Key): readonly Mode[] => (mode === 'live' ? ['live', 'test'] : ['test']);

/** What of a key the caller may not give, because it does not have it itself. */
function beyond(caller: Key, wanted: Pick<Key, 'mode' | 'scopes' | 'expiresAt' | 'limits'>): Refused | null {
  const scope = [...wanted.scopes].find((each) => !caller.scopes.has(each));
  if (scope !== undefined) return { ok: false, reason: 'beyond', field: 'scopes', scope };
  const [own, others] = [caller.limits, wanted.limits];
  const faults = {
    mode: !modesOf(caller).includes(wanted.mode),
    expires_at: isMore(caller.expiresAt?.getTime() ?? null, wanted.expiresAt?.getTime() ?? null),
    allowed_ips: isWider(own.allowedIps, others.allowedIps),
    allowed_countries: isWider(own.allowedCountries, others.allowedCountries),
    sender_ids: isWider(own.senderIds, others.senderIds),
    rate_limit: isMore(own.rateLimit, others.rateLimit),
    daily_cap: isMore(own.dailyCap, others.dailyCap),
  };
  const field = Object.entries(faults).find(([, isFault]) => isFault)?.[0];
  return field === undefined ? null : { ok: false, reason: 'beyond', field };
}

/** Null is no limit, and so more than any. */
const isMore = (own: number | null, wanted: number | null) => own !== null && (wanted === null || wanted > own);

const isWider = (own: readonly string[], wanted: readonly string[]) =>
  own.length > 0 && (wanted.length === 0 || wanted.some((each) => !own.includes(each)));
