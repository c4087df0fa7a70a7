import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { type Anomalies, type AnomalyOptions, createAnomalies } from './anomalies.ts';
import { type AuthGuard, createAuthGuard } from './auth-guard.ts';
import { createKeyExpiry, type KeyExpiry } from './key-expiry.ts';
import { createKeyUses, type KeyUses } from './key-use.ts';
import type { Keys } from './keys.ts';
import { createOnce, type Once } from './once.ts';
import { createKeyManager, type KeyManager } from './manage-keys.ts';
import { createOwnKeys, type OwnKeys } from './own-keys.ts';
import type { SecretBox } from './secrets.ts';
import { openTokens, type Tokens } from './tokens.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';

/** Everything between a request and what it may do, put together. */
export interface Access {
  /** The key behind a key or an access token. */
  readonly findKey: Keys['findKey'];
  /** Keys of the parts of this server that use its API. */
  readonly ownKeys: Pick<OwnKeys, 'make'>;
  readonly apiKeys: KeyManager;
  readonly rateLimits: RateLimits;
  readonly authGuard: AuthGuard;
  readonly keyUses: KeyUses;
  readonly keyExpiry: KeyExpiry;
  readonly tokens: Tokens;
  readonly anomalies: Anomalies;
  readonly once: Once;
}

export interface AccessOptions extends Omit<AnomalyOptions, 'keys'> {
  readonly database: Database;
  readonly keys: Keys;
  readonly secrets: SecretBox;
  /** Where others reach this server. */
  readonly issuer: string;
  /** Texts per second of all keys together; null = any number. */
  readonly organisationPerSecond: number | null;
  /** Texts per minute of keys that are made without a limit. */
  readonly keyPerMinute?: number;
  readonly clock: Clock;
}

export async function openAccess(options: AccessOptions): Promise<Access> {
  const { database, keys, clock } = options;
  const tokens = await openTokens(options);
  const ownKeys = createOwnKeys(clock);
  const findKey = async (text: string) => ownKeys.find(text) ?? (await keys.findKey(text));
  return {
    findKey: (text) => (isToken(text) ? tokens.keyOf(text) : findKey(text)),
    ownKeys,
    apiKeys: createKeyManager(options),
    rateLimits: createRateLimits(options),
    authGuard: createAuthGuard(clock),
    keyUses: createKeyUses(database, clock),
    keyExpiry: createKeyExpiry(options),
    tokens,
    anomalies: createAnomalies(options),
    once: createOnce(options),
  };
}

/** A JSON object in base64url begins like this. */
export const isToken = (text: string) => text.startsWith('eyJ');
