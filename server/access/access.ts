import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { type AuthGuard, createAuthGuard } from './auth-guard.ts';
import { createKeyUses, type KeyUses } from './key-use.ts';
import type { Keys } from './keys.ts';
import { createKeyManager, type KeyManager } from './manage-keys.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';

/** Everything between a request and what it may do, put together. */
export interface Access {
  readonly findKey: Keys['findKey'];
  readonly apiKeys: KeyManager;
  readonly rateLimits: RateLimits;
  readonly authGuard: AuthGuard;
  readonly keyUses: KeyUses;
}

export interface AccessOptions {
  readonly database: Database;
  readonly keys: Keys;
  /** Texts per second of all keys together; null = any number. */
  readonly organisationPerSecond: number | null;
  readonly clock: Clock;
}

export function openAccess(options: AccessOptions): Access {
  const { database, keys, clock } = options;
  return {
    findKey: keys.findKey,
    apiKeys: createKeyManager(options),
    rateLimits: createRateLimits(options),
    authGuard: createAuthGuard(clock),
    keyUses: createKeyUses(database, clock),
  };
}
