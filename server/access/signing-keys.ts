import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { readState, writeState } from './first-start.ts';
import { type SigningKey, signingKey } from './jwt.ts';
import type { SecretBox } from './secrets.ts';

/** The keys that sign access tokens: made here, sealed in the database, replaced every 30 days. */
export interface SigningKeys {
  /** The one that signs now. */
  current(): Promise<SigningKey>;
  /** Also one that was replaced less than a day ago, or made by another server. */
  find(kid: string): Promise<SigningKey | null>;
  /** The public halves as JSON Web Keys (RFC 7517). */
  published(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

interface Stored {
  readonly kid: string;
  /** base64 */
  readonly seed: string;
  readonly madeAt: number;
}

const STATE = 'token_keys';
const LABEL = 'token-keys';
const DAY_MS = 86_400_000;
const REPLACED_AFTER_MS = 30 * DAY_MS;
const ASK_AGAIN_MS = 1_000;

export async function openSigningKeys(database: Database, box: SecretBox, clock: Clock): Promise<SigningKeys> {
  let keys: readonly (Stored & { readonly key: SigningKey })[] = [];
  let askedAt = 0;

  async function load(): Promise<void> {
    askedAt = clock.now();
    const sealed = await readState(database, STATE);
    const stored =
      sealed === null ? [] : (JSON.parse(box.open(LABEL, Buffer.from(sealed, 'base64')).toString()) as Stored[]);
    keys = stored.map((one) => ({ ...one, key: signingKey(one.kid, Buffer.from(one.seed, 'base64')) }));
  }

  const isFresh = ({ madeAt }: Stored) => clock.now() - madeAt < REPLACED_AFTER_MS;
  const newest = () => keys.at(-1);

  /** Servers that do this at once wait for each other, and the later one finds what the first one made. */
  async function renew(): Promise<void> {
    await database.transaction(async () => {
      await database.query({ text: `select pg_advisory_xact_lock(hashtextextended('${STATE}', 0))`, values: [] });
      await load();
      const now = clock.now();
      const kept = keys.filter(({ madeAt }) => now - madeAt < REPLACED_AFTER_MS + DAY_MS);
      const last = kept.at(-1);
      const made = { kid: randomBytes(6).toString('base64url'), seed: randomBytes(32).toString('base64'), madeAt: now };
      const all = last && isFresh(last) ? kept : [...kept, made];
      const stored = all.map(({ kid, seed, madeAt }) => ({ kid, seed, madeAt }));
      // Sealed anew at each start, so that it is under the current key once a rotation of SECRET_KEY ends.
      await writeState(database, STATE, box.seal(LABEL, JSON.stringify(stored)).toString('base64'), 'replace');
    });
    await load();
  }

  await renew();
  return {
    async current() {
      const last = newest();
      if (last && isFresh(last)) return last.key;
      await renew();
      const made = newest();
      if (!made) throw new Error('There is no key to sign tokens with.');
      return made.key;
    },
    async find(kid) {
      const known = keys.find((one) => one.kid === kid);
      if (known || clock.now() - askedAt < ASK_AGAIN_MS) return known?.key ?? null;
      await load();
      return keys.find((one) => one.kid === kid)?.key ?? null;
    },
    async published() {
      if (clock.now() - askedAt >= ASK_AGAIN_MS) await load();
      return keys.map(({ kid, key }) => ({
        ...key.publicKey.export({ format: 'jwk' }),
        kid,
        use: 'sig',
        alg: 'EdDSA',
      }));
    },
  };
}
