import { z } from 'zod';
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
});

const webhookEndpointFields = {
  id: z.string(),
  object: z.literal('webhook_endpoint'),
  mode: modeSchema,
  url: z.string(),
  event_types: z.array(z.string()),
  description: z.string().nullable(),
  enabled: z.boolean(),
  created_at: z.string().meta({ format: 'date-time' }),
};

export const webhookEndpointSchema = z.strictObject(webhookEndpointFields);
export const newWebhookEndpointSchema = z.strictObject({
  ...webhookEndpointFields,
  secret: z.string().meta({ description: 'Signs what is sent there (Standard Webhooks). Shown this once.' }),
});
export const webhookEndpointListSchema = listOf(webhookEndpointSchema);
export const webhookSecretSchema = z.strictObject({
  object: z.literal('webhook_secret'),
  secret: z.string().meta({ description: 'Signs what is sent to a status_callback.' }),
});
