import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { modeSchema } from './contract-shared.ts';

const client = {
  client_id: z.string().optional().meta({ description: 'The public part of an API key: sk_test_ and its id.' }),
  client_secret: z.string().optional().meta({ description: 'The rest of it, or all of it. Or both by Basic.' }),
};

const refusal = z.strictObject({ error: z.string(), error_description: z.string() });
const shared = {
  access: 'public',
  otherAnswers: { 400: refusal, 401: refusal, 429: refusal },
  errors: ['PAYLOAD_TOO_LARGE', 'UNKNOWN_ERROR', 'SERVICE_UNAVAILABLE'],
} as const;

/** OAuth 2.0 for clients that act for themselves. Refusals are what RFC 6749 §5.2 says, in JSON. */
export const oauthRoutes = [
  {
    operation: 'createAccessToken',
    method: 'post',
    path: '/v1/oauth/token',
    summary: 'Client credentials (RFC 6749 §4.4): a token that can do no more than the key, for an hour.',
    ...shared,
    form: z.object({
      grant_type: z.literal('client_credentials'),
      scope: z.string().optional().meta({ description: 'With spaces between; all of the key when left out.' }),
      ...client,
    }),
    status: 200,
    answer: z.strictObject({
      access_token: z.string(),
      token_type: z.literal('Bearer'),
      expires_in: z.int().meta({ description: 'Seconds.' }),
      scope: z.string(),
    }),
  },
  {
    operation: 'revokeAccessToken',
    method: 'post',
    path: '/v1/oauth/revoke',
    summary: 'End a token of the key that asks (RFC 7009). What is no token is answered in the same way.',
    ...shared,
    form: z.object({ token: z.string(), token_type_hint: z.string().optional(), ...client }),
    status: 200,
    answer: z.strictObject({}),
  },
  {
    operation: 'introspectAccessToken',
    method: 'post',
    path: '/v1/oauth/introspect',
    summary: 'What a token may do (RFC 7662): its own key may ask, and those that manage keys.',
    ...shared,
    form: z.object({ token: z.string(), token_type_hint: z.string().optional(), ...client }),
    status: 200,
    answer: z.looseObject({
      active: z.boolean(),
      scope: z.string().optional(),
      client_id: z.string().optional(),
      token_type: z.string().optional(),
      exp: z.int().optional(),
      iat: z.int().optional(),
      sub: z.string().optional(),
      aud: z.string().optional(),
      iss: z.string().optional(),
      jti: z.string().optional(),
      mode: modeSchema.optional(),
    }),
  },
  {
    operation: 'getTokenKeys',
    method: 'get',
    path: '/v1/oauth/keys',
    summary: 'The public keys that tokens are signed with (RFC 7517).',
    access: 'public',
    errors: ['UNKNOWN_ERROR', 'SERVICE_UNAVAILABLE'],
    status: 200,
    answer: z.looseObject({ keys: z.array(z.looseObject({ kid: z.string() })) }),
  },
  {
    operation: 'getAuthorizationServer',
    method: 'get',
    path: '/.well-known/oauth-authorization-server',
    summary: 'Where and how tokens are given out (RFC 8414).',
    access: 'public',
    status: 200,
    answer: z.looseObject({ issuer: z.string(), token_endpoint: z.string() }),
  },
] as const satisfies readonly Route[];
