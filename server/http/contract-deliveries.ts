import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { cursor, limit, listOf, modeSchema, timestamp } from './contract-shared.ts';

const status = z.enum(['pending', 'delivered', 'failed']);

export const deliveriesQuery = z.strictObject({ status, limit, cursor }).partial();
export const recoverBody = z.strictObject({
  since: timestamp,
  until: timestamp.exactOptional().meta({ description: 'Now when left out.' }),
});

const deliveryFields = {
  id: z.string().meta({ format: 'uuid', description: 'The webhook-id of every attempt.' }),
  object: z.literal('webhook_delivery'),
  mode: modeSchema,
  endpoint_id: z.string().nullable().meta({ description: 'Null = the status_callback of a text.' }),
  event_type: z.string(),
  message_id: z.string().nullable(),
  status,
  attempts: z.int(),
  next_attempt_at: z.string().nullable(),
  last_attempt_at: z.string().nullable(),
  duration_ms: z.int().nullable().meta({ description: 'How long the last attempt took.' }),
  response_status: z.int().nullable(),
  error: z.string().nullable().meta({ description: 'Why there was no answer.' }),
  created_at: z.string(),
};

export const deliverySchema = z.strictObject(deliveryFields);
export const deliveryDetailSchema = z.strictObject({
  ...deliveryFields,
  request: z.strictObject({
    url: z.string(),
    body: z
      .string()
      .nullable()
      .meta({ description: 'At most 2,000 characters; bodies of texts need messages:content.' }),
  }),
  response: z.strictObject({
    status: z.int().nullable(),
    body: z.string().nullable().meta({ description: 'Its first 500 characters; needs messages:content.' }),
  }),
});
const recoveredSchema = z.strictObject({
  object: z.literal('webhook_recovery'),
  deliveries: z.int(),
  complete: z.boolean().meta({ description: 'False: call again with `until` as `since`.' }),
  until: z.string(),
});

export const deliveryRoutes = [
  {
    operation: 'testWebhookEndpoint',
    method: 'post',
    path: '/v1/webhook-endpoints/{endpoint_id}/test',
    summary: 'Send it an event of no consequence (webhook_endpoint.test). The delivery says how that went.',
    access: 'webhooks:write',
    status: 202,
    answer: deliverySchema,
    errors: ['NOT_FOUND'],
    conflicts: true,
  },
  {
    operation: 'listWebhookDeliveries',
    method: 'get',
    path: '/v1/webhook-endpoints/{endpoint_id}/deliveries',
    summary: 'What was sent there, the newest first.',
    access: 'webhooks:read',
    query: deliveriesQuery,
    status: 200,
    answer: listOf(deliverySchema),
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'recoverWebhookDeliveries',
    method: 'post',
    path: '/v1/webhook-endpoints/{endpoint_id}/recover',
    summary: 'Send it what it missed: what failed, and what happened while it was off.',
    access: 'webhooks:write',
    body: recoverBody,
    status: 202,
    answer: recoveredSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'getWebhookDelivery',
    method: 'get',
    path: '/v1/webhook-deliveries/{delivery_id}',
    summary: 'One delivery: what was sent, what was answered, how long it took.',
    access: 'webhooks:read',
    status: 200,
    answer: deliveryDetailSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'resendWebhookDelivery',
    method: 'post',
    path: '/v1/webhook-deliveries/{delivery_id}/resend',
    summary: 'Send it again, under the same webhook-id.',
    access: 'webhooks:write',
    status: 202,
    answer: deliverySchema,
    errors: ['NOT_FOUND'],
    conflicts: true,
  },
] as const satisfies readonly Route[];
