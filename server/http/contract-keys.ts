import { z } from 'zod';
import { PRESET_NAMES, SCOPES } from '../access/scopes.ts';
import { isNetwork } from '../rules/network.ts';
import type { Route } from './contract-route.ts';
import { country, cursor, limit, listOf, listOfAtMost, modeSchema, text, timestamp } from './contract-shared.ts';

const network = text(2, 64)
  .refine((value) => isNetwork(value), {
    error: 'must be an IP address or a network (CIDR), for instance 203.0.113.0/24',
  })
  .meta({ description: 'An IP address or a network (CIDR).' });

const limits = {
  expires_at: timestamp.nullable(),
  allowed_ips: listOfAtMost(50, network).meta({ description: 'Where it may be used from; empty = anywhere.' }),
  allowed_countries: listOfAtMost(250, country).meta({ description: 'Of recipients; empty = all.' }),
  sender_ids: listOfAtMost(100, text(1, 64)).meta({
    description:
      'Senders that it may send from, by id or value; empty = all. A text without `from` comes from the first.',
  }),
  rate_limit: z.int().min(1).max(1_000_000).nullable().meta({ description: 'Texts per minute; null = any number.' }),
  daily_cap: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullable()
    .meta({ description: 'Texts per day of UTC; null = any number.' }),
};
const scopes = listOfAtMost(SCOPES.length, z.enum(SCOPES)).min(1);

const optionalLimits = {
  expires_at: limits.expires_at.exactOptional(),
  allowed_ips: limits.allowed_ips.exactOptional(),
  allowed_countries: limits.allowed_countries.exactOptional(),
  sender_ids: limits.sender_ids.exactOptional(),
  rate_limit: limits.rate_limit.exactOptional(),
  daily_cap: limits.daily_cap.exactOptional(),
};

export const newKeyBody = z
  .strictObject({
    name: text(1, 100),
    mode: modeSchema.exactOptional().meta({ description: 'That of the key that asks when left out.' }),
    preset: z.enum(PRESET_NAMES).exactOptional().meta({ description: 'Scopes by what the key is for.' }),
    scopes: scopes.exactOptional().meta({ description: 'Instead of a preset; send_only when neither is given.' }),
    ...optionalLimits,
  })
  .refine(({ preset, scopes: own }) => preset === undefined || own === undefined, {
    error: 'must not be given together with scopes',
    path: ['preset'],
  });

export const keyChangeBody = z.strictObject({
  name: text(1, 100).exactOptional(),
  scopes: scopes.exactOptional(),
  paused: z.boolean().exactOptional().meta({ description: 'A paused key may ask, but not send.' }),
  ...optionalLimits,
});

const OVERLAP_SECONDS_MAX = 30 * 86_400;
export const rotationBody = z.strictObject({
  overlap_seconds: z.int().min(0).max(OVERLAP_SECONDS_MAX).default(86_400).meta({
    description: 'How long the key before stays good; 0 = it ends at once. Of earlier ones none is good any more.',
  }),
});

export const keyListQuery = z.strictObject({ limit: limit.exactOptional(), cursor: cursor.exactOptional() });

const date = z.string().meta({ format: 'date-time' });
const keyFields = {
  id: z.string(),
  object: z.literal('api_key'),
  name: z.string(),
  prefix: z.string().meta({ description: 'How the key begins; the user name for Basic authentication.' }),
  last4: z.string(),
  mode: modeSchema,
  scopes: z.array(z.string()),
  allowed_ips: z.array(z.string()),
  allowed_countries: z.array(z.string()),
  sender_ids: z.array(z.string()),
  rate_limit: z.int().nullable(),
  daily_cap: z.int().nullable(),
  paused_at: date.nullable(),
  pause_reason: z
    .string()
    .nullable()
    .meta({ description: '`requested`, or `anomaly:` and what there was too much of.' }),
  created_by: z.string().nullable().meta({ description: 'Id of the key that made it.' }),
  created_at: date,
  expires_at: date.nullable(),
  last_used_at: date.nullable().meta({ description: 'Up to some seconds old.' }),
  last_used_ip: z.string().nullable(),
  previous_expires_at: date.nullable().meta({ description: 'Until when the key before the last rotation is good.' }),
  revoked_at: date.nullable(),
};

export const apiKeySchema = z.strictObject(keyFields);
export const newApiKeySchema = z.strictObject({
  ...keyFields,
  key: z.string().meta({ description: 'The key itself. Shown this once.' }),
});

const ID = '/v1/api-keys/{key_id}';
const access = 'keys:manage';

export const apiKeyRoutes = [
  {
    operation: 'listApiKeys',
    method: 'get',
    path: '/v1/api-keys',
    summary: 'Keys, newest first, revoked ones too. A test key sees test keys only.',
    access,
    query: keyListQuery,
    status: 200,
    answer: listOf(apiKeySchema),
  },
  {
    operation: 'createApiKey',
    method: 'post',
    path: '/v1/api-keys',
    summary: 'Make a key, which can do no more than the one that asks. Limits that are left out are those of that key.',
    access,
    body: newKeyBody,
    once: true,
    status: 201,
    answer: newApiKeySchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'getApiKey',
    method: 'get',
    path: ID,
    summary: 'One key and when it was last used.',
    access,
    status: 200,
    answer: apiKeySchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'changeApiKey',
    method: 'patch',
    path: ID,
    summary: 'Change what a key may do; elsewhere it is in force within 5 seconds.',
    access,
    body: keyChangeBody,
    status: 200,
    answer: apiKeySchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'revokeApiKey',
    method: 'delete',
    path: ID,
    summary: 'End a key for good; elsewhere it is refused within 5 seconds.',
    access,
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'rotateApiKey',
    method: 'post',
    path: `${ID}/rotate`,
    summary: 'Give a key another secret. Both are good for overlap_seconds.',
    access,
    body: rotationBody,
    once: true,
    status: 200,
    answer: newApiKeySchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
] as const satisfies readonly Route[];
