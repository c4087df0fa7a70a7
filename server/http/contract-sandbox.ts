import { z } from 'zod';
import { SCENARIO_NAMES, countsSchema, faultsSchema, scenarioSchema } from '../rules/simulator-faults.ts';
import type { Route } from './contract-route.ts';
import { listOf, text } from './contract-shared.ts';

const moment = z.string().meta({ format: 'date-time' });

export const phoneNumber = z.string().regex(/^\+?[0-9]{3,15}$/, 'must be a number');

export const phoneListSchema = listOf(
  z.strictObject({ object: z.literal('phone'), number: z.string(), messages: z.int(), last_at: moment }),
);

export const phoneMessageListSchema = listOf(
  z.strictObject({
    object: z.literal('phone_message'),
    direction: z.enum(['to_phone', 'from_phone']),
    from: z.string(),
    to: z.string(),
    body: z.string(),
    encoding: z.string(),
    segments: z.int(),
    at: moment,
    carrier_message_ids: z.array(z.string()).meta({ description: "The carrier's id of each part." }),
  }),
);

export const sandboxInboundBody = z.strictObject({
  from: phoneNumber.meta({ description: 'The phone that answers.' }),
  to: text(1, 20).meta({ description: 'Your number or sender.' }),
  body: text(1, 1_600),
  segments_out_of_order: z.boolean().exactOptional().meta({
    description: 'True: it comes in several segments, however short it is, the last one first.',
  }),
});
export const sandboxInboundSchema = z.strictObject({
  delivered: z.boolean().meta({ description: 'False: the server has no connection to the simulated carrier.' }),
});

/**
 * What is left out stays as it is. A scenario stands alone: it takes back all faults, then plays its own over time,
 * and takes them back at its end.
 */
export const sandboxFaultsBody = faultsSchema
  .extend({
    scenario: z
      .union([z.enum(SCENARIO_NAMES), scenarioSchema])
      .exactOptional()
      .meta({ description: 'Faults over time: a scenario by its name, or one of your own.' }),
  })
  .refine((body) => body.scenario === undefined || Object.keys(body).length === 1, {
    error: 'must stand alone',
    path: ['scenario'],
  });

export const sandboxStateSchema = z.strictObject({
  object: z.literal('faults'),
  faults: faultsSchema,
  counts: countsSchema.meta({ description: 'What has happened since the last reset.' }),
});

export const sandboxRoutes = [
  {
    operation: 'listPhones',
    method: 'get',
    path: '/v1/sandbox/phones',
    summary: 'The simulated phones that got or wrote a text.',
    access: 'sandbox:use',
    onlyMode: 'test',
    status: 200,
    answer: phoneListSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'listPhoneMessages',
    method: 'get',
    path: '/v1/sandbox/phones/{number}/messages',
    summary: 'The texts on one simulated phone, oldest first.',
    access: 'sandbox:use',
    onlyMode: 'test',
    status: 200,
    answer: phoneMessageListSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'answerFromPhone',
    method: 'post',
    path: '/v1/sandbox/inbound',
    summary: 'Write a text on a simulated phone.',
    access: 'sandbox:use',
    onlyMode: 'test',
    body: sandboxInboundBody,
    status: 202,
    answer: sandboxInboundSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'getFaults',
    method: 'get',
    path: '/v1/sandbox/faults',
    summary: 'How the simulated carrier misbehaves, and what has happened at it.',
    access: 'sandbox:use',
    onlyMode: 'test',
    status: 200,
    answer: sandboxStateSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'setFaults',
    method: 'put',
    path: '/v1/sandbox/faults',
    summary: 'Make the simulated carrier misbehave. What is left out stays as it is.',
    access: 'sandbox:use',
    onlyMode: 'test',
    body: sandboxFaultsBody,
    status: 200,
    answer: sandboxFaultsBody,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'resetSandbox',
    method: 'post',
    path: '/v1/sandbox/reset',
    summary: 'Forget all texts on simulated phones and all faults.',
    access: 'sandbox:use',
    onlyMode: 'test',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
