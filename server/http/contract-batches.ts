import { z } from 'zod';
import { messageListSchema, sendBody, sendHeaders } from './contract-messages.ts';
import type { Route } from './contract-route.ts';
import { campaignId } from './contract-send-fields.ts';
import { cursor, limit, modeSchema, text, timestamp, warnings } from './contract-shared.ts';

/** Hundreds of texts in one request, and what became of them. */

export const BATCH_PATH = '/v1/messages/batch';

const moment = z.string().meta({ format: 'date-time' });
const { dry_run: _no, ...itemFields } = sendBody.shape;
const anyItem = z.looseObject(itemFields);
const item = anyItem.extend({
  idempotency_key: z.string().nullish().meta({
    maxLength: 255,
    description: 'As the header of POST /v1/messages/send, for this text alone; it is known there, too.',
  }),
});

const variant = z.strictObject({
  name: text(1, 32).refine((name) => !name.includes('/'), { error: 'must not have a slash' }),
  weight: z.int().min(1).max(1_000).nullish().meta({ default: 1, description: 'Its share of the sum of all weights.' }),
  body: sendBody.shape.body,
  template_id: sendBody.shape.template_id,
  schedule_for: timestamp.nullish(),
});
const variants = z
  .array(variant)
  .min(2)
  .max(10)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, { error: 'must have a name each' })
  .meta({
    description:
      'Ways to say or time the same thing. Each number always gets the same one of a campaign, so campaign_id is needed.',
  });

/** What a batch says about itself. Its items are judged one by one. */
export const batchEnvelope = z.strictObject({
  messages: z.array(z.unknown()).min(1),
  defaults: z.record(z.string(), z.unknown()).nullish(),
  mode: z.enum(['partial', 'all_or_nothing']).nullish(),
  rate_per_minute: z.int().min(1).max(60_000).nullish(),
  schedule_for: timestamp.nullish(),
  campaign_id: campaignId.nullish(),
  dedupe: z.literal('to').nullish(),
  variants: variants.nullish(),
});

export type WantedVariant = z.output<typeof variant>;

export const batchBody = z.strictObject({
  messages: z.array(item).min(1).max(500).meta({ description: 'Up to 500 texts, each as in POST /v1/messages/send.' }),
  defaults: anyItem.partial().nullish().meta({ description: 'For every field that an item leaves out.' }),
  mode: batchEnvelope.shape.mode.meta({
    default: 'partial',
    description: '`all_or_nothing`: when one text would be refused, none is accepted.',
  }),
  rate_per_minute: batchEnvelope.shape.rate_per_minute.meta({
    description: 'How many may leave in a minute; the rest is scheduled. Left out = as fast as carriers take them.',
  }),
  schedule_for: batchEnvelope.shape.schedule_for.meta({ description: 'For items that have no time of their own.' }),
  campaign_id: batchEnvelope.shape.campaign_id,
  variants: batchEnvelope.shape.variants,
  dedupe: batchEnvelope.shape.dedupe.meta({ description: '`to`: one text per number, the first one.' }),
});

const errorSchema = z.strictObject({
  code: z.string(),
  detail: z.string(),
  param: z.string().nullable().meta({ description: 'JSON pointer into the request.' }),
});

const resultSchema = z.strictObject({
  index: z.int(),
  status: z.string().meta({ description: 'That of the text, `rejected` or `duplicate`.' }),
  to: z.string().nullable(),
  message_id: z.string().nullable().meta({ description: 'Null when nothing was stored.' }),
  client_ref: z.string().nullable(),
  variant: z.string().nullable(),
  message_price: z.string().nullable(),
  segments: z.int().nullable(),
  duplicate_of: z.int().nullable().meta({ description: 'The index of the item that goes to this number.' }),
  error: errorSchema.nullable(),
});

const status = z.enum(['processing', 'paused', 'canceled', 'completed']);

const shared = {
  batch_id: z.string(),
  object: z.literal('batch'),
  mode: modeSchema,
  status,
  total: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  duplicates: z.int(),
  links: z.strictObject({ self: z.string(), messages: z.string() }),
};

export const submittedBatchSchema = z.strictObject({
  ...shared,
  segments: z.int().meta({ description: 'Of all accepted texts.' }),
  distinct_bodies: z.int().meta({ description: 'Different texts, before their variables are filled in.' }),
  variants: z
    .array(z.strictObject({ name: z.string(), accepted: z.int() }))
    .meta({ description: 'How many texts were accepted of each; empty when there are none.' }),
  warnings,
  results: z.array(resultSchema).meta({ description: 'One for each text, in the order of the request.' }),
});

export const batchSchema = z.strictObject({
  ...shared,
  counts: z.record(z.string(), z.int()).meta({ description: 'How many texts have which status.' }),
  rate_per_minute: z.int().nullable(),
  created_at: moment,
  completed_at: moment.nullable().meta({ description: 'When the last text was done with.' }),
});

export const batchPageQuery = z.strictObject({ limit: limit.optional(), cursor: cursor.optional() });

export const batchRoutes = [
  {
    operation: 'sendBatch',
    method: 'post',
    path: BATCH_PATH,
    summary: 'Accept up to 500 texts, each for itself: 202 also when some of them are refused.',
    access: 'messages:send',
    headers: sendHeaders,
    body: batchBody,
    bodyBytesMax: 5 * 1_048_576,
    status: 202,
    answer: submittedBatchSchema,
    errors: ['PAYLOAD_TOO_LARGE', 'NO_CARRIER', 'INSUFFICIENT_BALANCE', 'IDEMPOTENCY_KEY_REUSED'],
  },
  {
    operation: 'getBatch',
    method: 'get',
    path: '/v1/batches/{batch_id}',
    summary: 'How far a batch has come.',
    access: 'messages:read',
    status: 200,
    answer: batchSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'listBatchMessages',
    method: 'get',
    path: '/v1/batches/{batch_id}/messages',
    summary: 'The texts of a batch, newest first.',
    access: 'messages:read',
    query: batchPageQuery,
    status: 200,
    answer: messageListSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'pauseBatch',
    method: 'post',
    path: '/v1/batches/{batch_id}/pause',
    summary: 'Keep back what has not left yet.',
    access: 'messages:cancel',
    status: 200,
    answer: batchSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'resumeBatch',
    method: 'post',
    path: '/v1/batches/{batch_id}/resume',
    summary: 'Go on with a paused batch, at its rate.',
    access: 'messages:cancel',
    status: 200,
    answer: batchSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'cancelBatch',
    method: 'post',
    path: '/v1/batches/{batch_id}/cancel',
    summary: 'Cancel what has not left yet.',
    access: 'messages:cancel',
    status: 200,
    answer: batchSchema,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
