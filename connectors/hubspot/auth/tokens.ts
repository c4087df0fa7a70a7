import { type Clock, sleep } from '../../../server/clock.ts';
import type { ConnectorLog, Sealing } from '../../seam/connector.ts';
import type { Storage } from '../../seam/storage.ts';
import { errorOfOurs, HubSpotError } from '../api/errors.ts';
import type { PlainClient, TokenPair } from '../api/plain.ts';
import type { AccessTokens } from '../api/transport.ts';
import {
  beginRenewal,
  endRenewal,
  type Generation,
  portalsOf,
  type SealedTokens,
  setLapsed,
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
  readonly plain: () => Pick<PlainClient, 'tokensByRefresh'>;
  readonly clock: Clock;
  readonly log: ConnectorLog;
}

const RENEW_BEFORE_MS = 120_000;
/** Longer than HubSpot is waited for: after that whoever asked is gone. */
const RENEWAL_MS = 15_000;
const LOOK_EVERY_MS = 250;

/**
 * Access tokens live half an hour. Of all who need the next one, one asks HubSpot, because a refresh token may be good for
 * one use only: in a process the others wait for its answer, and of several processes one has written down that it asks.
 * HubSpot may not answer: nobody holds a connection of the database meanwhile.
 */
export function createTokens({ storage, secrets, plain, clock, log }: TokensOptions): Tokens {
  const renewals = new Map<number, Promise<void>>();
  const open = (portalId: number, sealed: Buffer) => secrets.open(labelOf(portalId), sealed).toString('utf8');
  const seal: Tokens['seal'] = (portalId, issued) => ({
    access: secrets.seal(labelOf(portalId), issued.access_token),
    refresh: secrets.seal(labelOf(portalId), issued.refresh_token),
    expiresAt: new Date(clock.now() + issued.expires_in * 1_000),
  });

  async function stored(portalId: number): Promise<StoredTokens> {
    const tokens = await tokensOf(storage, portalId);
    if (!tokens || tokens.state !== 'active') throw notConnected();
    return tokens;
  }

  /** `generation`: the one that is not good any more. */
  function renew(portalId: number, generation: number): Promise<void> {
    const known = renewals.get(portalId);
    if (known) return known;
    const renewal = renewOnce({ portalId, generation }).finally(() => renewals.delete(portalId));
    renewals.set(portalId, renewal);
    return renewal;
  }

  async function renewOnce(stale: Generation): Promise<void> {
    const { portalId, generation } = stale;
    for (let waitedMs = 0; waitedMs < 2 * RENEWAL_MS; waitedMs += LOOK_EVERY_MS) {
      const tokens = await stored(portalId);
      if (tokens.generation !== generation) return;
      const now = clock.now();
      if (await beginRenewal(storage, stale, new Date(now), new Date(now + RENEWAL_MS))) return ask(stale, tokens);
      await sleep(clock, LOOK_EVERY_MS);
    }
    throw errorOfOurs('transient', 'tokens: another process asks for them');
  }

  async function ask(stale: Generation, { refresh }: StoredTokens): Promise<void> {
    const { portalId } = stale;
    try {
      const issued = await plain().tokensByRefresh(open(portalId, refresh));
      await setTokens(storage, stale, seal(portalId, issued), new Date(clock.now()));
    } catch (error) {
      if (!(error instanceof HubSpotError) || error.kind !== 'auth') {
        await endRenewal(storage, stale);
        throw error;
      }
      await setLapsed(storage, stale, NEEDS_REAUTH, new Date(clock.now()));
      log.error({ portalId }, 'a HubSpot account has to be connected again');
      throw error;
    }
  }

  return {
    seal,
    async access(portalId) {
      let tokens = await stored(portalId);
      if (tokens.expiresAt.getTime() - clock.now() <= RENEW_BEFORE_MS) {
        await renew(portalId, tokens.generation);
        tokens = await stored(portalId);
      }
      return { token: open(portalId, tokens.access), generation: tokens.generation };
    },
    renew,
    async checkKeys() {
      for (const { portalId } of await portalsOf(storage)) {
        const tokens = await tokensOf(storage, portalId);
        if (tokens) open(portalId, tokens.refresh);
      }
    },
  };
}

const NEEDS_REAUTH = 'HubSpot does not accept the connection any more. Connect the account again; nothing is lost.';

/** A token of one account opens for no other. */
const labelOf = (portalId: number) => `hubspot tokens ${portalId}`;

export const notConnected = () => errorOfOurs('auth', 'not connected');
