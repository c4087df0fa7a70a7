import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../../server/clock.ts';
import { MethodError } from './method-error.ts';
import { APP, type Team } from './workspace.ts';

/** The side of Slack of OAuth v2 (docs.slack.dev, "Installing with OAuth"): codes for one use, and tokens. */
export interface OAuth {
  readonly clientId: string;
  readonly clientSecret: string;
  /**
   * The page on which an administrator agrees: answers where their browser is sent then. `denies`: they do not. Throws
   * where Slack shows an error page and sends nobody anywhere.
   */
  authorize(url: string, team: Team, denies?: boolean): string;
  /** `oauth.v2.access`: by a code, or by a refresh token. */
  exchange(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** The team of a token that is good for something. */
  grantOf(token: string): Grant | null;
  /** The tokens of a workspace are worth nothing from now on. */
  revoke(teamId: string): void;
  /** Tokens of it live 12 hours from now on, and are renewed (docs.slack.dev, "Using token rotation"). */
  rotate(teamId: string): void;
}

export interface Grant {
  readonly team: Team;
  readonly scopes: readonly string[];
  readonly expiresAt: number | null;
  isRevoked: boolean;
}

export interface OAuthOptions {
  readonly clock: Clock;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Registered for the app: Slack sends nobody elsewhere. */
  readonly redirectUrls: () => readonly string[];
}

const CODE_LIFE_MS = 600_000;
const TOKEN_SECONDS = 43_200;

export function createOAuth({ clock, clientId, clientSecret, redirectUrls }: OAuthOptions): OAuth {
  const codes = new Map<string, { team: Team; scopes: readonly string[]; redirectUri: string; until: number }>();
  const tokens = new Map<string, Grant>();
  const refreshTokens = new Map<string, Pick<Grant, 'team' | 'scopes'>>();
  const rotating = new Set<string>();

  function issue(team: Team, scopes: readonly string[]) {
    const isRotating = rotating.has(team.id);
    const token = `${isRotating ? 'xoxe.xoxb-1' : 'xoxb'}-${random()}`;
    tokens.set(token, {
      team,
      scopes,
      isRevoked: false,
      expiresAt: isRotating ? clock.now() + TOKEN_SECONDS * 1_000 : null,
    });
    const refresh = `xoxe-1-${random()}`;
    if (isRotating) refreshTokens.set(refresh, { team, scopes });
    return {
      access_token: token,
      token_type: 'bot',
      scope: scopes.join(','),
      bot_user_id: team.bot.userId,
      app_id: APP,
      team: team.isEnterpriseInstall ? null : { id: team.id, name: team.name },
      enterprise: team.enterprise === null ? null : { id: team.enterprise, name: 'Fake Org' },
      is_enterprise_install: team.isEnterpriseInstall,
      authed_user: { id: 'U000000ADMIN' },
      ...(isRotating ? { refresh_token: refresh, expires_in: TOKEN_SECONDS } : {}),
    };
  }

  function byCode(given: Readonly<Record<string, unknown>>) {
    const known = codes.get(String(given['code']));
    codes.delete(String(given['code']));
    if (!known || clock.now() > known.until) throw new MethodError('invalid_code');
    // It has to be there again when it was there before.
    if (given['redirect_uri'] !== known.redirectUri) throw new MethodError('bad_redirect_uri');
    return issue(known.team, known.scopes);
  }

  function byRefreshToken(token: string) {
    const known = refreshTokens.get(token);
    refreshTokens.delete(token);
    if (!known) throw new MethodError('invalid_refresh_token');
    return issue(known.team, known.scopes);
  }

  return {
    clientId,
    clientSecret,
    authorize(url, team, denies = false) {
      const query = new URL(url).searchParams;
      const redirectUri = query.get('redirect_uri') ?? '';
      if (query.get('client_id') !== clientId) throw new Error('invalid_client_id');
      if ((query.get('scope') ?? '') === '') throw new Error('no_scopes');
      if (!redirectUrls().some((known) => redirectUri.startsWith(known))) throw new Error('bad_redirect_uri');
      const back = new URL(redirectUri);
      const code = `${random()}.${random()}`;
      const scopes = (query.get('scope') ?? '').split(',');
      if (denies) back.searchParams.set('error', 'access_denied');
      else {
        codes.set(code, { team, scopes, redirectUri, until: clock.now() + CODE_LIFE_MS });
        back.searchParams.set('code', code);
      }
      back.searchParams.set('state', query.get('state') ?? '');
      return back.href;
    },
    exchange(given) {
      if (given['client_id'] !== clientId) throw new MethodError('invalid_client_id');
      if (given['client_secret'] !== clientSecret) throw new MethodError('bad_client_secret');
      const grant = given['grant_type'] ?? 'authorization_code';
      if (grant === 'authorization_code') return byCode(given);
      if (grant === 'refresh_token') return byRefreshToken(String(given['refresh_token']));
      throw new MethodError('invalid_grant_type');
    },
    grantOf: (token) => tokens.get(token) ?? null,
    revoke(teamId) {
      for (const grant of tokens.values()) if (grant.team.id === teamId) grant.isRevoked = true;
      for (const [token, { team }] of refreshTokens) if (team.id === teamId) refreshTokens.delete(token);
    },
    rotate: (teamId) => void rotating.add(teamId),
  };
}

const random = () => randomBytes(12).toString('hex');
