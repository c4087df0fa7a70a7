import { keyOfPair } from '../../access/key-format.ts';
import type { Key } from '../../access/keys.ts';
import { SCOPES } from '../../access/scopes.ts';
import type { TokenFacts } from '../../access/tokens.ts';
import { authenticateKey, credentialsOf } from '../authenticate.ts';
import type { Form } from '../read-form.ts';
import type { Answer, PublicHandlers, Visit } from '../handlers.ts';
import type { Ports } from '../ports.ts';

type Operations =
  | 'createAccessToken'
  | 'revokeAccessToken'
  | 'introspectAccessToken'
  | 'getTokenKeys'
  | 'getAuthorizationServer';

export function oauthRoutesOf(ports: Ports): Pick<PublicHandlers, Operations> {
  const { tokens, publicUrl } = ports;
  return {
    async createAccessToken(visit) {
      const form = visit.form ?? {};
      if (hasRepeated(form)) return refused('invalid_request', 'A parameter is there more than once.');
      const client = await clientOf(ports, visit, form);
      if (!client.ok) return client.answer;
      const { grant_type: grant, scope } = form;
      if (grant === undefined) return refused('invalid_request', 'grant_type is required.');
      if (grant !== 'client_credentials') {
        return refused('unsupported_grant_type', 'Only client_credentials is supported.');
      }
      const { key } = client;
      const scopes = scopesOf(scope, key);
      if (!scopes) return refused('invalid_scope', 'The key does not have every scope that is asked for.');
      const { text, expiresInSeconds } = await tokens.issue(key, scopes);
      return {
        status: 200,
        body: { access_token: text, token_type: 'Bearer', expires_in: expiresInSeconds, scope: scopes.join(' ') },
        headers: NOT_CACHED,
      };
    },
    revokeAccessToken: (visit) =>
      withToken(ports, visit, async (token, key) => {
        await tokens.revoke(token, key);
        return { status: 200, body: {} };
      }),
    introspectAccessToken: (visit) =>
      withToken(ports, visit, async (token, key) => {
        const facts = await tokens.inspect(token, key);
        return { status: 200, body: facts ? introspection(facts) : { active: false }, headers: NOT_CACHED };
      }),
    getTokenKeys: async () => ({ status: 200, body: { keys: await tokens.published() } }),
    getAuthorizationServer: () => ({ status: 200, body: metadata(publicUrl) }),
  };
}

const METHODS = ['client_secret_basic', 'client_secret_post'];

const metadata = (url: string) => ({
  issuer: url,
  token_endpoint: `${url}/v1/oauth/token`,
  revocation_endpoint: `${url}/v1/oauth/revoke`,
  introspection_endpoint: `${url}/v1/oauth/introspect`,
  jwks_uri: `${url}/v1/oauth/keys`,
  service_documentation: `${url}/openapi.json`,
  grant_types_supported: ['client_credentials'],
  // There is no authorization endpoint.
  response_types_supported: [],
  token_endpoint_auth_methods_supported: METHODS,
  revocation_endpoint_auth_methods_supported: METHODS,
  introspection_endpoint_auth_methods_supported: METHODS,
  scopes_supported: SCOPES,
});

const introspection = ({ id, keyId, mode, scopes, issuedAt, expiresAt, issuer }: TokenFacts) => ({
  active: true,
  scope: scopes.join(' '),
  client_id: keyId,
  token_type: 'Bearer',
  exp: expiresAt,
  iat: issuedAt,
  sub: keyId,
  aud: issuer,
  iss: issuer,
  jti: id,
  mode,
});

async function withToken(
  ports: Ports,
  visit: Visit,
  answer: (token: string, key: Key) => Promise<Answer>,
): Promise<Answer> {
  const form = visit.form ?? {};
  const { token } = form;
  if (hasRepeated(form)) return refused('invalid_request', 'A parameter is there more than once.');
  const client = await clientOf(ports, visit, form);
  if (!client.ok) return client.answer;
  if (typeof token !== 'string') return refused('invalid_request', 'token is required.');
  return answer(token, client.key);
}

type Client = { readonly ok: true; readonly key: Key } | { readonly ok: false; readonly answer: Answer };

/** A key by Basic, or as client_id and client_secret in the form, but not both (RFC 6749 §2.3). */
async function clientOf(ports: Ports, { headers, ip }: Visit, form: Form): Promise<Client> {
  const { authorization } = headers;
  const { client_id: id, client_secret: secret } = form;
  if (authorization !== undefined && secret !== undefined) {
    return { ok: false, answer: refused('invalid_request', 'The client is named twice.') };
  }
  const inForm = typeof id === 'string' && typeof secret === 'string' ? keyOfPair(id, secret) : null;
  const text = authorization === undefined ? inForm : credentialsOf(authorization);
  // A token is no way to get another one.
  const found = await authenticateKey(ports, text?.startsWith('sk_') ? text : null, ip);
  if (found.ok) return found;
  const { code, detail, headers: more = {} } = found.fault;
  if (code === 'RATE_LIMITED') return { ok: false, answer: oauthError(429, 'temporarily_unavailable', detail, more) };
  return { ok: false, answer: oauthError(401, 'invalid_client', detail, CHALLENGE) };
}

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="smsbridge"' };
const NOT_CACHED = { Pragma: 'no-cache' };

function scopesOf(asked: Form[string], key: Key): readonly string[] | null {
  if (asked === undefined || asked === '') return [...key.scopes];
  const scopes = [...new Set(String(asked).split(' '))].filter((scope) => scope !== '');
  return scopes.length > 0 && scopes.every((scope) => key.scopes.has(scope)) ? scopes : null;
}

const hasRepeated = (form: Form) => Object.values(form).some((value) => Array.isArray(value));

const refused = (error: string, description: string): Answer => oauthError(400, error, description);

/** RFC 6749 §5.2. */
function oauthError(
  status: number,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
) {
  return { status, body: { error, error_description: description }, headers };
}
