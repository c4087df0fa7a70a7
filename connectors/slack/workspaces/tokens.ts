import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog, Sealing } from '../../seam/connector.ts';
import type { Storage } from '../../seam/storage.ts';
import type { Access, Call } from '../egress/client.ts';
import type { SlackOAuth } from '../settings.ts';
import { type SealedTokens, setTokens, type StoredTokens, tokensOf } from '../store/installations.ts';

/** What Slack answers when it gives a token (docs.slack.dev, `oauth.v2.access` and "Using token rotation"). */
const issuedSchema = z.object({
  access_token: z.string().min(4).max(1_000),
  refresh_token: z.string().min(4).max(1_000).optional().catch(undefined),
  expires_in: z.number().int().positive().optional().catch(undefined),
});
export type IssuedTokens = z.output<typeof issuedSchema>;

export interface TokensOptions {
  readonly storage: Storage;
  readonly secrets: Sealing;
  readonly oauth: SlackOAuth;
  /** Without a token. */
  readonly call: Call;
  readonly clock: Clock;
  readonly log: ConnectorLog;
}

export interface Tokens {
  seal(id: string, issued: IssuedTokens): SealedTokens;
  accessOf(id: string): Access;
  /** Throws when tokens were sealed under a key that is not configured any more. */
  check(id: string): Promise<void>;
}

const RENEW_BEFORE_MS = 600_000;

/**
 * Tokens of installations, sealed. Where they expire, of all processes one asks Slack for the next, because a refresh
 * token is good for one use: the row is locked, and looked at again. Slack may not answer, and an old token is good for
 * some minutes more: nobody waits for the next one before, and a process asks for one at a time, so that it holds one
 * connection of the database at most meanwhile.
 */
export function createTokens({ storage, secrets, oauth, call, clock, log }: TokensOptions): Tokens {
  const open = (id: string, sealed: Buffer) => secrets.open(labelOf(id), sealed).toString('utf8');
  const seal: Tokens['seal'] = (id, { access_token: access, refresh_token: refresh, expires_in: seconds }) => ({
    access: secrets.seal(labelOf(id), access),
    refresh: refresh === undefined ? null : secrets.seal(labelOf(id), refresh),
    expiresAt: seconds === undefined ? null : new Date(clock.now() + seconds * 1_000),
  });
  const leftMs = ({ expiresAt }: StoredTokens) => (expiresAt === null ? Infinity : expiresAt.getTime() - clock.now());

  const renewals = new Map<string, Promise<void>>();
  let last: Promise<void> = Promise.resolve();

  /** `generation`: the one that is not good any more. */
  function renew(id: string, generation: number): Promise<void> {
    const known = renewals.get(id);
    if (known) return known;
    const renewal = last.then(() => renewOnce(id, generation)).finally(() => renewals.delete(id));
    last = renewal.catch(() => undefined);
    renewals.set(id, renewal);
    return renewal;
  }

  async function renewOnce(id: string, generation: number): Promise<void> {
    await storage.transaction(async (tx) => {
      const stored = await tokensOf(tx, id, true);
      if (!stored?.refresh || stored.generation !== generation) return;
      const given = { client_id: oauth.clientId, client_secret: oauth.clientSecret, grant_type: 'refresh_token' };
      const result = await call('oauth.v2.access', { ...given, refresh_token: open(id, stored.refresh) });
      const issued = result.type === 'ok' ? issuedSchema.safeParse(result.data).data : undefined;
      // What is left of the old one may still do; Slack says no when it does not.
      if (!issued)
        log.warn(
          { reason: result.type === 'refused' ? result.error : result.type },
          'a token of Slack was not renewed',
        );
      else await setTokens(tx, id, seal(id, issued));
    });
  }

  return {
    seal,
    accessOf: (id) => ({
      async current() {
        const stored = await tokensOf(storage, id, false);
        if (!stored) return null;
        const ofStored = { token: open(id, stored.access), generation: stored.generation };
        if (leftMs(stored) > RENEW_BEFORE_MS) return ofStored;
        const renewal = renew(id, stored.generation);
        if (leftMs(stored) > 0) {
          renewal.catch((error: unknown) => log.warn({ err: error }, 'a token of Slack was not renewed'));
          return ofStored;
        }
        await renewal;
        const now = await tokensOf(storage, id, false);
        return now && { token: open(id, now.access), generation: now.generation };
      },
      renew: (generation) => renew(id, generation),
    }),
    async check(id) {
      const stored = await tokensOf(storage, id, false);
      if (stored) open(id, stored.access);
    },
  };
}

export const readIssued = (data: unknown): IssuedTokens | null => issuedSchema.safeParse(data).data ?? null;

/** A token of one workspace opens for no other. */
const labelOf = (id: string) => `slack tokens ${id}`;
