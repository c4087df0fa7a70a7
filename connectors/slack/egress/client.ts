import type { ConnectorLog } from '../../seam/connector.ts';
import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';

/** Every method that is called, with the scopes that it needs. The manifest asks for these and no others. */
export const METHODS_USED = {
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.getPermalink': [],
  'reactions.add': ['reactions:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'conversations.join': [],
  'conversations.info': ['channels:read', 'groups:read'],
  'chat.delete': ['chat:write'],
  'usergroups.users.list': [],
  'auth.test': [],
  'auth.revoke': [],
  'oauth.v2.access': [],
  'users.info': ['users:read'],
  'users.lookupByEmail': [],
  'apps.connections.open': [],
  'views.open': [],
  'views.push': [],
  'views.update': [],
  'views.publish': [],
  'functions.completeSuccess': [],
  'functions.completeError': [],
} as const satisfies Record<string, readonly string[]>;

export type Method = keyof typeof METHODS_USED;

/** What became of a call. */
export type SlackResult =
  | { readonly type: 'ok'; readonly data: Readonly<Record<string, unknown>> }
  /** Slack says no; `error` is its name for it. */
  | { readonly type: 'refused'; readonly error: string; readonly messages: readonly string[] }
  | { readonly type: 'limited'; readonly retryAfterMs: number }
  /** No answer, or one that says nothing: it may have been carried out. */
  | { readonly type: 'unknown'; readonly reason: string };

export interface SlackClient {
  /** For what a person waits for; it never waits behind `bulk`. */
  readonly interactive: Call;
  readonly bulk: Call;
}

export type Call = (method: Method, given: Readonly<Record<string, unknown>>) => Promise<SlackResult>;

const TIMEOUT_MS = 10_000;
const AT_ONCE_MAX = 20;

/**
 * The Web API without the library's retries and queue: one 429 would stall every call of a client, and a call that was
 * carried out would be repeated. Who calls decides what follows.
 */
export function createSlackClient(botToken: string, apiUrl: string): SlackClient {
  const options = optionsFor(apiUrl);
  return { interactive: caller(new WebClient(botToken, options)), bulk: caller(new WebClient(botToken, options)) };
}

/** The token of a workspace that may change: a `generation` is one of them. Null = the workspace is not connected. */
export interface Access {
  current(): Promise<{ readonly token: string; readonly generation: number } | null>;
  /** That one is over: the next is got, by one of all who need it. */
  renew(generation: number): Promise<void>;
}

export function createRenewingClient(access: Access, apiUrl: string): SlackClient {
  let kept: { readonly token: string; readonly client: SlackClient } | null = null;
  const clientFor = (token: string): SlackClient => {
    if (kept?.token !== token) kept = { token, client: createSlackClient(token, apiUrl) };
    return kept.client;
  };
  const calling =
    (kind: keyof SlackClient): Call =>
    async (method, given) => {
      const before = await access.current();
      if (!before) return NOT_CONNECTED;
      const result = await clientFor(before.token)[kind](method, given);
      // It was not carried out, so it may be said again.
      if (result.type !== 'refused' || result.error !== 'token_expired') return result;
      await access.renew(before.generation);
      const after = await access.current();
      return after ? clientFor(after.token)[kind](method, given) : NOT_CONNECTED;
    };
  return { interactive: calling('interactive'), bulk: calling('bulk') };
}

const NOT_CONNECTED: SlackResult = { type: 'refused', error: 'account_inactive', messages: [] };

/** Calls that need no token: codes and refresh tokens are exchanged for one (docs.slack.dev, `oauth.v2.access`). */
export function createAppCall(apiUrl: string): Call {
  return caller(new WebClient(undefined, optionsFor(apiUrl)));
}

const optionsFor = (apiUrl: string): WebClientOptions => ({
  slackApiUrl: apiUrl,
  timeout: TIMEOUT_MS,
  rejectRateLimitedCalls: true,
  retryConfig: { retries: 0 },
  maxRequestConcurrency: AT_ONCE_MAX,
  allowAbsoluteUrls: false,
  // The library logs whole messages at its lower levels.
  logger: SILENT,
});

/** The address of a socket to hear Slack on; null = there is none now. */
export type OpenConnection = () => Promise<string | null>;

/** Socket Mode has a token of its own (`xapp-…`). */
export function socketConnections(appToken: string, apiUrl: string, log: ConnectorLog): OpenConnection {
  const call = caller(new WebClient(appToken, optionsFor(apiUrl)));
  return async () => {
    const result = await call('apps.connections.open', {});
    if (result.type === 'ok' && typeof result.data['url'] === 'string') return result.data['url'];
    log.warn({ reason: result.type === 'refused' ? result.error : result.type }, 'Slack opens no socket');
    return null;
  };
}

const nothing = () => undefined;
const SILENT: NonNullable<WebClientOptions['logger']> = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};

const caller =
  (client: WebClient): Call =>
  async (method, given) => {
    try {
      const { ok: _ok, ...data } = await client.apiCall(method, given);
      return { type: 'ok', data };
    } catch (error) {
      return resultOf(error);
    }
  };

/** Its names for "too many", each with the pause to make: it does not say how long. */
const UNDATED_MS: ReadonlyMap<string, number> = new Map([
  ['ratelimited', 1_000],
  ['rate_limited', 30_000],
]);
/** Slack's own names for "try later", which do not say whether it was carried out. */
const UNKNOWN = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);

function resultOf(error: unknown): SlackResult {
  if (error instanceof WebAPIRateLimitedError)
    return { type: 'limited', retryAfterMs: Math.max(1, error.retryAfter) * 1_000 };
  if (error instanceof WebAPIPlatformError) {
    const { error: name, response_metadata: about } = error.data;
    const retryAfterMs = UNDATED_MS.get(name);
    if (retryAfterMs !== undefined) return { type: 'limited', retryAfterMs };
    if (UNKNOWN.has(name)) return { type: 'unknown', reason: name };
    return { type: 'refused', error: name, messages: about?.messages ?? [] };
  }
  if (error instanceof WebAPIHTTPError) return { type: 'unknown', reason: `HTTP ${error.statusCode}` };
  return { type: 'unknown', reason: 'no answer' };
}
