import { z } from 'zod';
import type { Route } from './contract.ts';
import { listOf, modeSchema, text } from './contract-shared.ts';

const messageType = z.enum(['transactional', 'promotional', 'otp', 'conversational']);
const listOfAtMost = <Item extends z.ZodType>(max: number, item: Item) => z.array(item).max(max);
const country = z.string().regex(/^[A-Z]{2}$/, 'must be ISO 3166-1 alpha-2, for instance US');
const prefix = z.string().regex(/^\+\d{1,15}$/, 'must be the beginning of a number in E.164, with +');
const network = z.string().regex(/^\d{5,6}$/, 'must be a mobile country code and network code, for instance 20801');
const smscId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be the id of a carrier');
const address = text(1, 64);
const decimal = z.string().regex(/^\d{1,6}(\.\d{1,6})?$/, 'must be a decimal, for instance 0.0075');

export const routeBody = z.strictObject({
  smsc_id: smscId.meta({ description: 'The carrier that texts take which match.' }),
  priority: z.int().min(0).max(1_000).exactOptional().meta({ default: 100, description: 'Lower goes first.' }),
  weight: z.int().min(1).max(1_000).exactOptional().meta({ default: 100, description: 'Share among equals.' }),
  cost: decimal.nullish().meta({ description: 'Per segment. Of equal priority the cheaper goes first.' }),
  prefixes: listOfAtMost(200, prefix).exactOptional().meta({ description: 'Recipients that begin so; empty = all.' }),
  countries: listOfAtMost(250, country).exactOptional(),
  networks: listOfAtMost(200, network).exactOptional().meta({ description: 'Known from number portability only.' }),
  senders: listOfAtMost(200, address).exactOptional(),
  message_types: listOfAtMost(4, messageType).exactOptional(),
});

const routeSchema = z.strictObject({
  id: z.string(),
  object: z.literal('route'),
  mode: modeSchema,
  smsc_id: z.string(),
  priority: z.int(),
  weight: z.int(),
  cost: z.string().nullable(),
  prefixes: z.array(z.string()),
  countries: z.array(z.string()),
  networks: z.array(z.string()),
  senders: z.array(z.string()),
  message_types: z.array(messageType),
});

export const explainBody = z.strictObject({
  to: address,
  from: address.nullish().meta({ description: 'A sender, or the id of a pool.' }),
  type: messageType.exactOptional().meta({ default: 'transactional' }),
});

const warnings = z.array(z.strictObject({ code: z.string(), message: z.string() }));

/** What a text would be sent from. */
const senderChoice = {
  to: z.string(),
  country: z.string().nullable(),
  message_type: messageType,
  from: z.string().nullable().meta({ description: 'Null: no sender may be used, a text would be refused.' }),
  reason: z.string(),
  warnings,
};

const explanationSchema = z.strictObject({
  object: z.literal('route_explanation'),
  to: z.string(),
  country: z.string().nullable(),
  message_type: messageType,
  sender: z.strictObject({ from: z.string().nullable(), reason: z.string(), warnings }),
  routes: z
    .array(
      z.strictObject({
        smsc_id: z.string(),
        rule_id: z.string().nullable(),
        health: z.enum(['up', 'half_open', 'down']),
        reason: z.string(),
      }),
    )
    .meta({ description: 'Best first: the first one is what a text would take now.' }),
  skipped: z.array(z.strictObject({ smsc_id: z.string(), rule_id: z.string().nullable(), reason: z.string() })),
});

const senderType = z.enum(['long_code', 'short_code', 'toll_free', 'alphanumeric']);
const registration = z.strictObject({
  scheme: z.enum(['10dlc', 'dlt', 'sender_id']),
  ids: z
    .record(text(1, 40), text(1, 100))
    .refine((ids) => Object.keys(ids).length <= 20, { error: 'must not have more than 20 ids' })
    .meta({ description: 'By name: brand_id, campaign_id, entity_id, template_id.' }),
  status: z.enum(['pending', 'approved', 'rejected']),
});
const managedBy = z.enum(['us', 'carrier']);

export const senderBody = z.strictObject({
  value: address.meta({ description: 'E.164, a short code, or up to 11 letters and digits.' }),
  type: senderType.exactOptional().meta({ description: 'Read from the value when left out.' }),
  countries: listOfAtMost(250, country)
    .exactOptional()
    .meta({ description: 'Where it may be used; empty = anywhere.' }),
  purpose: listOfAtMost(4, messageType).exactOptional().meta({ description: 'What it may be used for; empty = all.' }),
  mps: z.number().positive().max(100_000).nullish().meta({ description: 'Segments per second.' }),
  registration: registration.nullish(),
  smsc_ids: listOfAtMost(50, smscId).exactOptional().meta({ description: 'Carriers that know it; empty = all.' }),
  opt_out_managed_by: managedBy.exactOptional().meta({
    default: 'us',
    description: 'carrier: the carrier answers STOP itself.',
  }),
});

const senderSchema = z.strictObject({
  id: z.string(),
  object: z.literal('sender'),
  mode: modeSchema,
  value: z.string(),
  type: senderType,
  countries: z.array(z.string()),
  purpose: z.array(messageType),
  mps: z.number().nullable(),
  registration: registration.nullable(),
  smsc_ids: z.array(z.string()),
  opt_out_managed_by: managedBy,
});

export const poolBody = z.strictObject({
  name: text(1, 60),
  sender_ids: z.array(text(1, 64)).min(1).max(100),
  is_default: z
    .boolean()
    .exactOptional()
    .meta({ default: false, description: 'Texts without `from` use it, and its numbers stand in for refused names.' }),
});

const poolSchema = z.strictObject({
  id: z.string().meta({ description: 'May stand in `from` of a text.' }),
  object: z.literal('sender_pool'),
  mode: modeSchema,
  name: z.string(),
  sender_ids: z.array(z.string()),
  is_default: z.boolean(),
});

export const resolveQuery = z.strictObject({
  to: address,
  from: address.optional().meta({ description: 'A sender, or the id of a pool.' }),
  type: messageType.optional(),
});

export const routingRoutes = [
  {
    operation: 'listRoutes',
    method: 'get',
    path: '/v1/routes',
    summary: 'The rules by which texts find their carrier, in the order of their priority.',
    access: 'routes:manage',
    status: 200,
    answer: listOf(routeSchema),
  },
  {
    operation: 'createRoute',
    method: 'post',
    path: '/v1/routes',
    summary: 'Add a rule. A text that any rule matches takes only the carriers of matching rules.',
    access: 'routes:manage',
    body: routeBody,
    status: 201,
    answer: routeSchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'explainRoute',
    method: 'post',
    path: '/v1/routes/explain',
    summary: 'Which sender and which carriers a text would get, and why. Nothing is sent.',
    access: 'routes:manage',
    body: explainBody,
    status: 200,
    answer: explanationSchema,
    errors: ['INVALID_NUMBER', 'INSUFFICIENT_BALANCE', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteRoute',
    method: 'delete',
    path: '/v1/routes/{route_id}',
    summary: 'Remove a rule.',
    access: 'routes:manage',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'listSenders',
    method: 'get',
    path: '/v1/senders',
    summary: 'The numbers and names that texts are sent from, newest first.',
    access: 'senders:read',
    status: 200,
    answer: listOf(senderSchema),
  },
  {
    operation: 'createSender',
    method: 'post',
    path: '/v1/senders',
    summary: 'Add a number or a name, with what it may be used for.',
    access: 'senders:write',
    body: senderBody,
    status: 201,
    answer: senderSchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'resolveSender',
    method: 'get',
    path: '/v1/senders/resolve',
    summary: 'Which sender a text would get, and why.',
    access: 'senders:read',
    query: resolveQuery,
    status: 200,
    answer: z.strictObject({ object: z.literal('sender_choice'), ...senderChoice }),
    errors: ['INVALID_NUMBER', 'INSUFFICIENT_BALANCE'],
  },
  {
    operation: 'deleteSender',
    method: 'delete',
    path: '/v1/senders/{sender_id}',
    summary: 'Remove a sender.',
    access: 'senders:write',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'listSenderPools',
    method: 'get',
    path: '/v1/sender-pools',
    summary: 'Senders that stand in for each other, newest first.',
    access: 'senders:read',
    status: 200,
    answer: listOf(poolSchema),
  },
  {
    operation: 'createSenderPool',
    method: 'post',
    path: '/v1/sender-pools',
    summary: 'Add a pool. A recipient keeps the sender that it got first.',
    access: 'senders:write',
    body: poolBody,
    status: 201,
    answer: poolSchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteSenderPool',
    method: 'delete',
    path: '/v1/sender-pools/{pool_id}',
    summary: 'Remove a pool; its senders stay.',
    access: 'senders:write',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
