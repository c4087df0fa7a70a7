import { z } from 'zod';
import type { Route } from './contract-route.ts';
import {
  address,
  country,
  listOf,
  listOfAtMost,
  messageType,
  modeSchema,
  smscId,
  warnings,
} from './contract-shared.ts';

const prefix = z.string().regex(/^\+\d{1,15}$/, 'must be the beginning of a number in E.164, with +');
const network = z.string().regex(/^\d{5,6}$/, 'must be a mobile country code and network code, for instance 20801');
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

export const routeSchema = z.strictObject({
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

const explanationSchema = z.strictObject({
  object: z.literal('route_explanation'),
  to: z.string(),
  country: z.string().nullable(),
  message_type: messageType,
  sender: z.strictObject({ from: z.string().nullable(), reason: z.string(), warnings }),
  reason: z.string().meta({ description: 'What a text would do now, in one sentence.' }),
  routes: z
    .array(
      z.strictObject({
        smsc_id: z.string(),
        rule_id: z.string().nullable(),
        health: z.enum(['up', 'half_open', 'down', 'paused']),
        reason: z.string(),
      }),
    )
    .meta({ description: 'Best first: the first one is what a text would take now.' }),
  skipped: z.array(z.strictObject({ smsc_id: z.string(), rule_id: z.string().nullable(), reason: z.string() })),
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
    once: true,
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
] as const satisfies readonly Route[];
