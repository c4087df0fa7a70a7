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
 * Tokens of installations, sealed. Where they expire, whoever needs a new one locks the row and looks again: of all
 * processes one asks Slack, because a refresh token is good for one use.
 */
export function createTokens({ storage, secrets, oauth, call, clock, log }: TokensOptions): Tokens {
  const open = (id: string, sealed: Buffer) => secrets.open(labelOf(id), sealed).toString('utf8');
  const seal: Tokens['seal'] = (id, { access_token: access, refresh_token: refresh, expires_in: seconds }) => ({
    access: secrets.seal(labelOf(id), access),
    refresh: refresh === undefined ? null : secrets.seal(labelOf(id), refresh),
    expiresAt: seconds === undefined ? null : new Date(clock.now() + seconds * 1_000),
  });
  const isFresh = ({ expiresAt }: StoredTokens) =>
    expiresAt === null || expiresAt.getTime() - clock.now() > RENEW_BEFORE_MS;

  async function renew(id: string, isGood: (stored: StoredTokens) => boolean): Promise<void> {
    await storage.transaction(async (tx) => {
      const stored = await tokensOf(tx, id, true);
      if (!stored?.refresh || isGood(stored)) return;
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
        if (stored && !isFresh(stored)) await renew(id, isFresh);
        const now = stored && isFresh(stored) ? stored : await tokensOf(storage, id, false);
        return now && { token: open(id, now.access), generation: now.generation };
      },
      renew: (generation) => renew(id, (stored) => stored.generation !== generation),
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
