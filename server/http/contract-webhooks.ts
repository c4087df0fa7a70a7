import { z } from 'zod';
import { BURST_LIMITS } from '../rules/burst.ts';
import type { Route } from './contract-route.ts';
import { listOf, modeSchema, text } from './contract-shared.ts';

export const EVENT_TYPES = [
  'message.scheduled',
  'message.held',
  'message.queued',
  'message.sent',
  'message.delivered',
  'message.undelivered',
  'message.failed',
  'message.rejected',
  'message.expired',
  'message.canceled',
  'message.received',
  'conversation.created',
  'conversation.assigned',
  'conversation.closed',
  'contact.opted_out',
  'contact.opted_in',
  'contact.opt_out_review',
  'batch.completed',
  'reply.matched',
  'reply.timed_out',
  'review.created',
  'balance.low',
  'smsc.down',
  'smsc.up',
  'webhook_endpoint.disabled',
  'api_key.expiring',
  'api_key.anomaly',
] as const;

const addresses = z.array(text(1, 64)).min(1).max(100);
const keyword = text(1, 100).meta({ description: 'Compared as whole words, without case, accents and punctuation.' });

/** Other events than `message.received` come whatever it says. */
const filterSchema = z
  .strictObject({
    buffer_seconds: z.int().min(1).max(BURST_LIMITS.bufferSecondsMax).exactOptional().meta({
      description: 'What a contact writes within so many seconds comes as one text, with all ids in `combined`.',
    }),
    to: addresses.exactOptional().meta({ description: 'Only texts to these numbers of yours.' }),
    from: addresses.exactOptional().meta({ description: 'Only texts from these numbers.' }),
    keyword: z
      .union([z.strictObject({ equals: keyword }), z.strictObject({ starts_with: keyword })])
      .exactOptional()
      .meta({ description: 'Only texts that are, or begin with, these words.' }),
  })
  .meta({ description: 'Which texts from contacts are sent there (message.received); all other events are.' });

export const webhookEndpointBody = z.strictObject({
  url: text(1, 2_048).meta({
    format: 'uri',
    description: 'Public https; other hosts only when the server allows them.',
  }),
  event_types: z
    .array(z.enum([...EVENT_TYPES, '*', 'message.*']))
    .min(1)
    .max(EVENT_TYPES.length + 2)
    .meta({ description: '`*` is every type, `message.*` every type of a text.' }),
  description: text(0, 200).nullish(),
  filter: filterSchema.nullish(),
});

/** What is left out stays as it is. */
export const changedEndpointBody = webhookEndpointBody
  .extend({ enabled: z.boolean().meta({ description: 'Turning it on forgets its failures.' }) })
  .partial();

export const rotateSecretBody = z
  .strictObject({
    overlap_seconds: z.int().min(0).max(604_800).meta({
      description: 'For so long the old secret signs beside the new one; a day when left out.',
    }),
  })
  .partial();

const webhookEndpointFields = {
  id: z.string(),
  object: z.literal('webhook_endpoint'),
  mode: modeSchema,
  url: z.string(),
  event_types: z.array(z.string()),
  description: z.string().nullable(),
  filter: filterSchema.nullable(),
  enabled: z.boolean(),
  disabled_reason: z
    .enum(['gone', 'failing'])
    .nullable()
    .meta({ description: 'Why it was turned off by itself: it answered 410, or failed for five days.' }),
  failing_since: z.string().nullable().meta({ description: 'Since when nothing but failures came back.' }),
  created_at: z.string().meta({ format: 'date-time' }),
};

export const webhookEndpointSchema = z.strictObject(webhookEndpointFields);
export const newWebhookEndpointSchema = z.strictObject({
  ...webhookEndpointFields,
  secret: z.string().meta({ description: 'Signs what is sent there (Standard Webhooks). Shown this once.' }),
});
export const rotatedSecretSchema = z.strictObject({
  ...webhookEndpointFields,
  secret: z.string().meta({ description: 'Signs from now on. Shown this once.' }),
  previous_secret_until: z.string().nullable().meta({ description: 'Until then the old secret signs too.' }),
});
export const webhookEndpointListSchema = listOf(webhookEndpointSchema);
export const webhookSecretSchema = z.strictObject({
  object: z.literal('webhook_secret'),
  secret: z.string().meta({ description: 'Signs what is sent to a status_callback.' }),
});

export const webhookRoutes = [
  {
    operation: 'createWebhookEndpoint',
    method: 'post',
    path: '/v1/webhook-endpoints',
    summary: 'Have events sent to an address. The answer shows the secret that signs them, once.',
    access: 'webhooks:write',
    body: webhookEndpointBody,
    once: true,
    status: 201,
    answer: newWebhookEndpointSchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'listWebhookEndpoints',
    method: 'get',
    path: '/v1/webhook-endpoints',
    summary: 'Where events are sent, newest first.',
    access: 'webhooks:read',
    status: 200,
    answer: webhookEndpointListSchema,
  },
  {
    operation: 'getWebhookEndpoint',
    method: 'get',
    path: '/v1/webhook-endpoints/{endpoint_id}',
    summary: 'One address that events are sent to.',
    access: 'webhooks:read',
    status: 200,
    answer: webhookEndpointSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'updateWebhookEndpoint',
    method: 'patch',
    path: '/v1/webhook-endpoints/{endpoint_id}',
    summary: 'Change what is sent there, or where; turn it off, or on again.',
    access: 'webhooks:write',
    body: changedEndpointBody,
    status: 200,
    answer: webhookEndpointSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'rotateWebhookSecret',
    method: 'post',
    path: '/v1/webhook-endpoints/{endpoint_id}/rotate-secret',
    summary: 'Make a new secret. For a time both sign, so that no receiver has to change at the same moment.',
    access: 'webhooks:write',
    body: rotateSecretBody,
    once: true,
    status: 200,
    answer: rotatedSecretSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteWebhookEndpoint',
    method: 'delete',
    path: '/v1/webhook-endpoints/{endpoint_id}',
    summary: 'Send no more events there.',
    access: 'webhooks:write',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'getWebhookSecret',
    method: 'get',
    path: '/v1/webhook-secret',
    summary: 'The secret that signs what is sent to a status_callback.',
    access: 'webhooks:write',
    status: 200,
    answer: webhookSecretSchema,
  },
] as const satisfies readonly Route[];
