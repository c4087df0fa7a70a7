import type { Clock } from '../../../../server/clock.ts';
import { type Answer, Refusal } from './answer.ts';
import type { Portal } from './portal.ts';
import { openTokens } from './tokens.ts';

export interface OAuthOptions {
  readonly clock: Clock;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly portal: (id: number) => Portal;
  readonly tokenSeconds?: number | undefined;
}

const scopesIn = (list: string | null) => (list ?? '').split(' ').filter((scope) => scope !== '');

/** developers.hubspot.com, "OAuth", and the shapes of the specs. */
export function openOAuth({ clock, clientId, clientSecret, portal, tokenSeconds }: OAuthOptions) {
  const tokens = openTokens(clock, tokenSeconds);
  const { counts, grantOf, scopesOf, revoke } = tokens;
  return {
    counts,
    grantOf,
    scopesOf,
    revoke,
    exchange(form: URLSearchParams): Answer {
      if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
        throw new Refusal(400, 'BAD_CLIENT_ID', 'missing or unknown client id', { error: 'invalid_client' });
      switch (form.get('grant_type')) {
        case 'authorization_code':
          return { status: 200, json: tokens.byCode(form.get('code') ?? '', form.get('redirect_uri')) };
        case 'refresh_token':
          return { status: 200, json: tokens.byRefreshToken(form.get('refresh_token') ?? '') };
        default:
          throw new Refusal(400, 'BAD_GRANT_TYPE', 'unsupported grant type', { error: 'unsupported_grant_type' });
      }
    },
    /** The page on which an administrator agrees: it sends them back with a code. */
    authorize(query: URLSearchParams, portalId: number, userId = 77): Answer {
      const redirectUri = query.get('redirect_uri') ?? '';
      if (query.get('client_id') !== clientId || !URL.canParse(redirectUri))
        throw new Refusal(400, 'BAD_CLIENT_ID', 'The app cannot be found');
      const account = portal(portalId);
      const wanted = scopesIn(query.get('scope'));
      const missing = wanted.filter((scope) => !account.allows(scope));
      if (missing.length > 0)
        throw new Refusal(403, 'MISSING_SCOPES', `The account cannot grant ${missing.join(', ')}`);
      const optional = scopesIn(query.get('optional_scope')).filter((scope) => account.allows(scope));
      const back = new URL(redirectUri);
      const grant = { portalId, userId, scopes: [...wanted, ...optional], redirectUri };
      back.searchParams.set('code', tokens.newCode(grant));
      const state = query.get('state');
      if (state !== null) back.searchParams.set('state', state);
      return { status: 302, headers: { Location: back.href } };
    },
    introspect(form: URLSearchParams): Answer {
      const grant = tokens.ofAccess(form.get('token') ?? '');
      if (!grant) throw new Refusal(404, 'NOT_FOUND', 'token not found');
      const { portalId, scopes } = grant;
      const hub = { hub_id: portalId, hub_domain: `portal-${portalId}.example.com` };
      return { status: 200, json: { active: true, ...hub, scopes } };
    },
  };
}
