import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../../server/clock.ts';
import { Refusal } from './answer.ts';

export interface Grant {
  readonly portalId: number;
  readonly scopes: readonly string[];
  readonly userId: number;
}

interface Issued extends Grant {
  readonly expiresAtMs: number;
}

interface Code extends Grant {
  readonly redirectUri: string;
}

/** HubSpot's own. */
const TOKEN_SECONDS = 1_800;
const CODE_MS = 600_000;

const secret = (kind: string) => `${kind}-${randomBytes(16).toString('hex')}`;

/**
 * Codes for one use, tokens for half an hour. Refresh tokens change with every use, which OAuth allows and an app has to
 * bear; nobody says whether HubSpot's do today.
 */
export function openTokens(clock: Clock, tokenSeconds = TOKEN_SECONDS) {
  const codes = new Map<string, Code & Issued>();
  const access = new Map<string, Issued>();
  const refresh = new Map<string, Grant>();
  const counts = { refreshes: 0, codes: 0 };
  const revoked = new Set<number>();

  function issue(grant: Grant) {
    const [accessToken, refreshToken] = [secret('fake-access'), secret('fake-refresh')];
    access.set(accessToken, { ...grant, expiresAtMs: clock.now() + tokenSeconds * 1_000 });
    refresh.set(refreshToken, grant);
    return {
      token_type: 'bearer',
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: tokenSeconds,
      hub_id: grant.portalId,
      user_id: grant.userId,
      scopes: grant.scopes,
    };
  }

  return {
    counts,
    newCode(grant: Code): string {
      const code = secret('fake-code');
      codes.set(code, { ...grant, expiresAtMs: clock.now() + CODE_MS });
      revoked.delete(grant.portalId);
      return code;
    },
    byCode(code: string, redirectUri: string | null) {
      const known = codes.get(code);
      codes.delete(code);
      if (!known || known.expiresAtMs < clock.now() || known.redirectUri !== redirectUri)
        throw new Refusal(400, 'BAD_AUTH_CODE', 'missing or unknown auth code', { error: 'invalid_grant' });
      counts.codes += 1;
      return issue(known);
    },
    byRefreshToken(token: string) {
      const grant = refresh.get(token);
      refresh.delete(token);
      if (!grant || revoked.has(grant.portalId))
        throw new Refusal(400, 'BAD_REFRESH_TOKEN', 'missing or invalid refresh token', { error: 'invalid_grant' });
      counts.refreshes += 1;
      return issue(grant);
    },
    ofAccess: (token: string): Issued | null => access.get(token) ?? null,
    /** Of a bearer token, ended or not. */
    scopesOf: (authorization: string | undefined): readonly string[] =>
      access.get(authorization?.replace(/^Bearer /, '') ?? '')?.scopes ?? [],
    /** Whom a bearer token speaks for; throws 401 as HubSpot does. */
    grantOf(authorization: string | undefined): Grant {
      const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
      const grant = token === undefined ? undefined : access.get(token);
      if (!grant || revoked.has(grant.portalId))
        throw new Refusal(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
      if (grant.expiresAtMs <= clock.now())
        throw new Refusal(401, 'EXPIRED_AUTHENTICATION', 'The OAuth token used to make this call expired.');
      return grant;
    },
    /** The app is removed from an account. */
    revoke(portalId: number): void {
      revoked.add(portalId);
    },
  };
}
