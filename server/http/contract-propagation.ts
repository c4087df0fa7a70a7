import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { listOf, modeSchema, text } from './contract-shared.ts';

/** How long it takes until every connected system has heard of an opt-out. */

export const systemId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits, - or _');
export const systemBody = z.strictObject({ name: text(1, 100) });
export const confirmationBody = z.strictObject({
  system: text(1, 100).meta({ description: 'The id of a connected system.' }),
  event_id: z.uuid().optional().meta({ description: 'Of one opt-out; all of the number when left out.' }),
});

export const systemSchema = z.strictObject({
  id: systemId,
  object: z.literal('connected_system'),
  mode: modeSchema,
  name: z.string(),
  created_at: z.string(),
});

export const propagationSchema = z.strictObject({
  object: z.literal('propagation'),
  mode: modeSchema,
  number: z.string(),
  systems: z.array(
    z.strictObject({
      system: z
        .string()
        .meta({ description: 'A connected system, or `webhook:` and the id of an endpoint, which confirms by a 2xx.' }),
      event_id: z.string().meta({ description: 'Of the opt-out, as contact.opted_out has it.' }),
      opted_out_at: z.string(),
      confirmed_at: z.string().nullable(),
      lag_seconds: z.number().meta({ description: 'Until it confirmed, or until now.' }),
      state: z
        .enum(['confirmed', 'waiting', 'late'])
        .meta({ description: 'late: no confirmation for an hour, which is in the log and in the metrics too.' }),
      deadline: z
        .string()
        .meta({ description: 'The legal limit: ten business days in the United States (47 CFR 64.1200(a)(10)).' }),
    }),
  ),
});

export const propagationRoutes = [
  {
    operation: 'getPropagation',
    method: 'get',
    path: '/v1/opt-outs/{number}/propagation',
    summary: 'When each connected system confirmed the opt-outs of a number, the latest opt-out first.',
    access: 'consents:read',
    status: 200,
    answer: propagationSchema,
    errors: ['INVALID_NUMBER'],
  },
  {
    operation: 'confirmPropagation',
    method: 'post',
    path: '/v1/opt-outs/{number}/propagation',
    summary: 'Confirm, as a connected system, that it obeys an opt-out. The first confirmation counts.',
    access: 'optouts:write',
    body: confirmationBody,
    status: 200,
    answer: propagationSchema,
    errors: ['INVALID_NUMBER', 'NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'listConnectedSystems',
    method: 'get',
    path: '/v1/connected-systems',
    summary: 'The systems that have to confirm every opt-out, beside the webhook endpoints.',
    access: 'consents:read',
    status: 200,
    answer: listOf(systemSchema),
  },
  {
    operation: 'putConnectedSystem',
    method: 'put',
    path: '/v1/connected-systems/{system_id}',
    summary: 'Name a system that has to confirm every opt-out from now on.',
    access: 'optouts:write',
    body: systemBody,
    status: 200,
    answer: systemSchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteConnectedSystem',
    method: 'delete',
    path: '/v1/connected-systems/{system_id}',
    summary: 'Wait for a system no longer. What it has confirmed stays.',
    access: 'optouts:write',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
