import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog, Sealing } from '../../seam/connector.ts';
import type { Storage } from '../../seam/storage.ts';
import { errorOfOurs, HubSpotError } from '../api/errors.ts';
import type { PlainClient, TokenPair } from '../api/plain.ts';
import type { AccessTokens } from '../api/transport.ts';
import {
  portalsOf,
  type SealedTokens,
  setPortalState,
  setTokens,
  type StoredTokens,
  tokensOf,
} from '../store/portals.ts';

export interface Tokens extends AccessTokens {
  seal(portalId: number, issued: TokenPair): SealedTokens;
  /** Throws when any account's tokens were sealed under a key that is not configured any more. */
  checkKeys(): Promise<void>;
}

export interface TokensOptions {
  readonly storage: Storage;
  readonly secrets: Sealing;
  readonly plain: () => PlainClient;
  readonly clock: Clock;
  readonly log: ConnectorLog;
}

const RENEW_BEFORE_MS = 120_000;

/**
 * Access tokens live half an hour. Whoever needs a new one locks the account's row and looks again: of all processes one
 * asks HubSpot, because a refresh token may be good for one use only.
 */
export function createTokens({ storage, secrets, plain, clock, log }: TokensOptions): Tokens {
  const open = (portalId: number, sealed: Buffer) => secrets.open(labelOf(portalId), sealed).toString('utf8');
  const seal: Tokens['seal'] = (portalId, issued) => ({
    access: secrets.seal(labelOf(portalId), issued.access_token),
    refresh: secrets.seal(labelOf(portalId), issued.refresh_token),
    expiresAt: new Date(clock.now() + issued.expires_in * 1_000),
  });
  const isFresh = ({ expiresAt }: StoredTokens) => expiresAt.getTime() - clock.now() > RENEW_BEFORE_MS;

  /** One at a time for each account: `generation` is the one that is not good any more. */
  async function renew(portalId: number, isGood: (stored: StoredTokens) => boolean): Promise<void> {
    const refused = await storage.transaction(async (tx) => {
      const stored = await tokensOf(tx, portalId, true);
      if (!stored || stored.state !== 'active') throw notConnected();
      if (isGood(stored)) return null;
      try {
        const issued = await plain().tokensByRefresh(open(portalId, stored.refresh));
        await setTokens(tx, portalId, seal(portalId, issued), new Date(clock.now()));
        return null;
      } catch (error) {
        if (!(error instanceof HubSpotError) || error.kind !== 'auth') throw error;
        await setPortalState(tx, portalId, 'needs_reauth', NEEDS_REAUTH, new Date(clock.now()));
        return error;
      }
    });
    if (!refused) return;
    log.error({ portalId }, 'a HubSpot account has to be connected again');
    throw refused;
  }

  return {
    seal,
    async access(portalId) {
      const stored = await tokensOf(storage, portalId, false);
      if (!stored || stored.state !== 'active') throw notConnected();
      if (isFresh(stored)) return { token: open(portalId, stored.access), generation: stored.generation };
      await renew(portalId, isFresh);
      return this.access(portalId);
    },
    renew: (portalId, generation) => renew(portalId, (stored) => stored.generation !== generation),
    async checkKeys() {
      for (const { portalId } of await portalsOf(storage)) {
        const stored = await tokensOf(storage, portalId, false);
        if (stored) open(portalId, stored.refresh);
      }
    },
  };
}

const NEEDS_REAUTH = 'HubSpot does not accept the connection any more. Connect the account again; nothing is lost.';

/** A token of one account opens for no other. */
const labelOf = (portalId: number) => `hubspot tokens ${portalId}`;

export const notConnected = () => errorOfOurs('auth', 'not connected');
