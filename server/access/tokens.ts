import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { loadRevokedTokens, storeRevokedToken } from '../store/revoked-tokens.ts';
import { type Claims, signJwt, verifyJwt } from './jwt.ts';
import type { Key, Keys } from './keys.ts';
import type { SecretBox } from './secrets.ts';
import { openSigningKeys, type SigningKeys } from './signing-keys.ts';

/**
 * Access tokens (OAuth 2.0 client credentials): a key asks for one and hands it to something that must not have the key.
 * They are signed, end after an hour, can do no more than their key and end with it.
 */
export interface Tokens {
  /** With these scopes, all of which the key has. */
  issue(key: Key, scopes: readonly string[]): Promise<{ readonly text: string; readonly expiresInSeconds: number }>;
  /** The key behind a token, with the scopes of the token; null when it is not good (any more), without saying why. */
  keyOf(text: string): Promise<Key | null>;
  /** What a good token says, to the key that it belongs to and to those that manage it; null otherwise. */
  inspect(text: string, asker: Key): Promise<TokenFacts | null>;
  /** A token of this key ends; on other servers within 5 s. What is no token of this key stays as it is. */
  revoke(text: string, owner: Key): Promise<void>;
  readonly published: SigningKeys['published'];
}

export interface TokenFacts {
  readonly id: string;
  readonly keyId: string;
  readonly mode: Mode;
  readonly scopes: readonly string[];
  /** Seconds of the Unix epoch, as in `exp` and `iat`. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly issuer: string;
}

export interface TokenOptions {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly keys: Pick<Keys, 'keyOfId'>;
  /** Where others reach this server: issuer and audience of its tokens. */
  readonly issuer: string;
  readonly clock: Clock;
}

export const TOKEN_SECONDS = 3_600;
const REVOKED_FOR_MS = 5_000;

export async function openTokens({ database, secrets, keys, issuer, clock }: TokenOptions): Promise<Tokens> {
  const signing = await openSigningKeys(database, secrets, clock);
  let revoked: ReadonlySet<string> = new Set();
  let revokedUntil = 0;
  const isRevoked = async (id: string) => {
    if (clock.now() >= revokedUntil) {
      revoked = await loadRevokedTokens(database, new Date(clock.now()));
      revokedUntil = clock.now() + REVOKED_FOR_MS;
    }
    return revoked.has(id);
  };
  const read = async (text: string): Promise<{ facts: TokenFacts; key: Key } | null> => {
    const claims = await verifyJwt(text, (kid) => signing.find(kid));
    const facts = claims && factsOf(claims, issuer);
    if (!facts || facts.expiresAt * 1_000 <= clock.now() || (await isRevoked(facts.id))) return null;
    const key = await keys.keyOfId(facts.keyId);
    // A key of that id in another mode cannot be: ids are not used again.
    return key?.mode === facts.mode ? { facts, key } : null;
  };
  return {
    async issue(key, scopes) {
      const iat = Math.floor(clock.now() / 1_000);
      const end = Math.floor((key.expiresAt?.getTime() ?? Infinity) / 1_000);
      const exp = Math.min(iat + TOKEN_SECONDS, end);
      const claims = { iss: issuer, aud: issuer, sub: key.id, client_id: key.id, iat, exp, jti: randomUUID() };
      const text = signJwt(await signing.current(), { ...claims, scope: scopes.join(' '), mode: key.mode });
      return { text, expiresInSeconds: exp - iat };
    },
    async keyOf(text) {
      const found = await read(text);
      if (!found) return null;
      const { facts, key } = found;
      return { ...key, scopes: new Set(facts.scopes.filter((scope) => key.scopes.has(scope))) };
    },
    async inspect(text, asker) {
      const found = await read(text);
      if (!found) return null;
      const { facts } = found;
      const manages = asker.scopes.has('keys:manage') && (asker.mode === 'live' || facts.mode === 'test');
      return facts.keyId === asker.id || manages ? facts : null;
    },
    async revoke(text, owner) {
      const found = await read(text);
      if (found?.facts.keyId !== owner.id) return;
      const { id, expiresAt } = found.facts;
      await storeRevokedToken(database, id, new Date(expiresAt * 1_000), new Date(clock.now()));
      revokedUntil = 0;
    },
    published: () => signing.published(),
  };
}

/** Null unless everything is there that we write: then it was not written by us for us. */
function factsOf(claims: Claims, issuer: string): TokenFacts | null {
  const { iss, aud, sub, jti, scope, mode, iat, exp } = claims;
  if (iss !== issuer || aud !== issuer || typeof sub !== 'string' || typeof jti !== 'string') return null;
  if (typeof scope !== 'string' || (mode !== 'test' && mode !== 'live')) return null;
  if (typeof iat !== 'number' || typeof exp !== 'number') return null;
  const scopes = scope.split(' ').filter((one) => one !== '');
  return { id: jti, keyId: sub, mode, scopes, issuedAt: iat, expiresAt: exp, issuer };
}
