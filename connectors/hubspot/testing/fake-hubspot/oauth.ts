import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../../server/clock.ts';
import { type Answer, Refusal } from './answer.ts';
import type { Portal } from './portal.ts';

export interface Grant {
  readonly portalId: number;
  readonly scopes: readonly string[];
  readonly userId: number;
}

interface Issued extends Grant {
  readonly expiresAtMs: number;
}

/** HubSpot's own. */
const TOKEN_SECONDS = 1_800;
const CODE_MS = 600_000;

export interface OAuthOptions {
  readonly clock: Clock;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly portal: (id: number) => Portal;
  readonly tokenSeconds?: number | undefined;
}

/**
 * developers.hubspot.com, "OAuth", and the shapes of the specs: codes for one use, tokens for half an hour. Refresh tokens
 * change with every use, which OAuth allows and an app has to bear; nobody says whether HubSpot's do today.
 */
export function openOAuth({ clock, clientId, clientSecret, portal, tokenSeconds = TOKEN_SECONDS }: OAuthOptions) {
  const codes = new Map<string, Issued & { readonly redirectUri: string }>();
  const access = new Map<string, Issued>();
  const refresh = new Map<string, Grant>();
  const counts = { refreshes: 0, codes: 0 };
  const revoked = new Set<number>();
  const secret = (kind: string) => `${kind}-${randomBytes(16).toString('hex')}`;

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

  function exchange(form: URLSearchParams): Answer {
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
      throw new Refusal(400, 'BAD_CLIENT_ID', 'missing or unknown client id', { error: 'invalid_client' });
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return { status: 200, json: byCode(form.get('code') ?? '', form.get('redirect_uri')) };
      case 'refresh_token':
        return { status: 200, json: byRefreshToken(form.get('refresh_token') ?? '') };
      default:
        throw new Refusal(400, 'BAD_GRANT_TYPE', 'unsupported grant type', { error: 'unsupported_grant_type' });
    }
  }

  function byCode(code: string, redirectUri: string | null) {
    const known = codes.get(code);
    codes.delete(code);
    if (!known || known.expiresAtMs < clock.now() || known.redirectUri !== redirectUri)
      throw new Refusal(400, 'BAD_AUTH_CODE', 'missing or unknown auth code', { error: 'invalid_grant' });
    counts.codes += 1;
    return issue(known);
  }

  function byRefreshToken(token: string) {
    const grant = refresh.get(token);
    refresh.delete(token);
    if (!grant || revoked.has(grant.portalId))
      throw new Refusal(400, 'BAD_REFRESH_TOKEN', 'missing or invalid refresh token', { error: 'invalid_grant' });
    counts.refreshes += 1;
    return issue(grant);
  }

  return {
    counts,
    exchange,
    /** The page on which an administrator agrees: it sends them back with a code. */
    authorize(query: URLSearchParams, portalId: number, userId = 77): Answer {
      const redirectUri = query.get('redirect_uri') ?? '';
      if (query.get('client_id') !== clientId || !URL.canParse(redirectUri))
        throw new Refusal(400, 'BAD_CLIENT_ID', 'The app cannot be found');
      const account = portal(portalId);
      const wanted = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
      const missing = wanted.filter((scope) => !account.allows(scope));
      if (missing.length > 0)
        throw new Refusal(403, 'MISSING_SCOPES', `The account cannot grant ${missing.join(', ')}`);
      const optional = (query.get('optional_scope') ?? '')
        .split(' ')
        .filter((scope) => scope !== '' && account.allows(scope));
      const code = secret('fake-code');
      const scopes = [...wanted, ...optional];
      codes.set(code, { portalId, userId, scopes, redirectUri, expiresAtMs: clock.now() + CODE_MS });
      revoked.delete(portalId);
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      const state = query.get('state');
      if (state !== null) back.searchParams.set('state', state);
      return { status: 302, headers: { Location: back.href } };
    },
    introspect(form: URLSearchParams): Answer {
      const grant = access.get(form.get('token') ?? '');
      if (!grant) throw new Refusal(404, 'NOT_FOUND', 'token not found');
      return {
        status: 200,
        json: {
          active: true,
          hub_id: grant.portalId,
          user_id: grant.userId,
          hub_domain: `portal-${grant.portalId}.example.com`,
          scopes: grant.scopes,
        },
      };
    },
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
