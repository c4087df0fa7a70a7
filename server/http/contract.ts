import { z } from 'zod';
import { type Scope, SCOPES } from '../access/scopes.ts';
import type { ErrorCode } from '../rules/error-codes.ts';
import {
  historyQuery,
  messageDetailSchema,
  messageEventsSchema,
  messageListSchema,
  messageSchema,
  sendBody,
  sendHeaders,
} from './contract-messages.ts';
import { routingRoutes } from './contract-routing.ts';
import {
  phoneListSchema,
  phoneMessageListSchema,
  sandboxFaultsBody,
  sandboxInboundBody,
  sandboxInboundSchema,
  sandboxStateSchema,
} from './contract-sandbox.ts';
import { modeSchema } from './contract-shared.ts';
import { smscRoutes } from './contract-smsc.ts';
import {
  newWebhookEndpointSchema,
  webhookEndpointBody,
  webhookEndpointListSchema,
  webhookEndpointSchema,
  webhookSecretSchema,
} from './contract-webhooks.ts';

/**
 * Every route, as data: the server registers them from here and /openapi.json is made of it, so neither can
 * know one that the other does not. Of two paths that fit a request, the first one here gets it.
 */
export interface Route {
  /** The operationId, and the name of the handler. */
  readonly operation: string;
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With `{parameters}`, as in OpenAPI. */
  readonly path: string;
  readonly summary: string;
  /** The scope a key needs; `any` = every valid key; `public` = no key. */
  readonly access: Scope | 'any' | 'public';
  /** Only for test keys. */
  readonly testOnly?: boolean;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly status: number;
  /** What the answer holds; a media type when it is not JSON; null when it is empty. */
  readonly answer: z.ZodType | string | null;
  /** Refusals beyond those that every route may give. */
  readonly errors?: readonly ErrorCode[];
}

export const SEND_PATH = '/v1/messages/send';

const readinessSchema = z.strictObject({
  status: z.enum(['ready', 'not_ready']),
  database: z.enum(['up', 'down']),
  queue: z.enum(['up', 'down']),
  carrier: z.enum(['up', 'down', 'none']),
});

export const publicRoutes = [
  {
    operation: 'getHealth',
    method: 'get',
    path: '/healthz',
    summary: 'The process is alive. Touches nothing else.',
    access: 'public',
    status: 200,
    answer: z.strictObject({ status: z.literal('ok') }),
  },
  {
    operation: 'getReadiness',
    method: 'get',
    path: '/readyz',
    summary: 'Texts can be accepted. 503 only for the database, its migrations, or while stopping.',
    access: 'public',
    status: 200,
    answer: readinessSchema,
  },
  {
    operation: 'getOpenApi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This document.',
    access: 'public',
    status: 200,
    answer: z.looseObject({ openapi: z.string() }),
  },
  {
    operation: 'getPhonePage',
    method: 'get',
    path: '/phone',
    summary: 'The page of the simulated phones.',
    access: 'public',
    status: 200,
    answer: 'text/html',
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  },
  {
    operation: 'getPhoneFile',
    method: 'get',
    path: '/phone/{file}',
    summary: 'A file of the page of the simulated phones.',
    access: 'public',
    status: 200,
    answer: 'text/*',
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  },
] as const satisfies readonly Route[];

export const keyRoutes = [
  {
    operation: 'sendMessage',
    method: 'post',
    path: SEND_PATH,
    summary: 'Accept one text for sending. 202 says that it is stored and will be sent, not that it has arrived.',
    access: 'messages:send',
    headers: sendHeaders,
    body: sendBody,
    status: 202,
    answer: messageSchema,
    errors: [
      'INVALID_NUMBER',
      'BODY_TOO_LONG',
      'INSUFFICIENT_BALANCE',
      'OPTED_OUT',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_CHANNEL',
      'NO_CARRIER',
      'SENDER_NOT_ALLOWED',
      'IDEMPOTENCY_KEY_REUSED',
      'IDEMPOTENCY_IN_PROGRESS',
    ],
  },
  {
    operation: 'listMessages',
    method: 'get',
    path: '/v1/messages',
    summary: 'The history, newest first.',
    access: 'messages:read',
    query: historyQuery,
    status: 200,
    answer: messageListSchema,
  },
  {
    operation: 'getMessage',
    method: 'get',
    path: '/v1/messages/{message_id}',
    summary: 'One text, its status, and what the carriers said about each of its parts.',
    access: 'messages:read',
    status: 200,
    answer: messageDetailSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'listMessageEvents',
    method: 'get',
    path: '/v1/messages/{message_id}/events',
    summary: 'What happened to one text, oldest first.',
    access: 'messages:read',
    status: 200,
    answer: messageEventsSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'createWebhookEndpoint',
    method: 'post',
    path: '/v1/webhook-endpoints',
    summary: 'Have events sent to an address. The answer shows the secret that signs them, once.',
    access: 'webhooks:write',
    body: webhookEndpointBody,
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
  {
    operation: 'getMe',
    method: 'get',
    path: '/v1/me',
    summary: 'The key that asks.',
    access: 'any',
    status: 200,
    answer: z.strictObject({
      object: z.literal('api_key'),
      id: z.string(),
      name: z.string(),
      prefix: z.string().meta({ description: 'How the key begins.' }),
      last4: z.string(),
      mode: modeSchema,
      scopes: z.array(z.enum(SCOPES)),
      created_at: z.string().meta({ format: 'date-time' }),
      expires_at: z.string().nullable().meta({ format: 'date-time' }),
    }),
  },
  ...smscRoutes,
  {
    operation: 'listPhones',
    method: 'get',
    path: '/v1/sandbox/phones',
    summary: 'The simulated phones that got or wrote a text.',
    access: 'sandbox:use',
    testOnly: true,
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
    testOnly: true,
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
    testOnly: true,
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
    testOnly: true,
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
    testOnly: true,
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
    testOnly: true,
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
  ...routingRoutes,
] as const satisfies readonly Route[];

export const routes: readonly Route[] = [...keyRoutes, ...publicRoutes];

export type PublicOperation = (typeof publicRoutes)[number]['operation'];
export type KeyOperation = (typeof keyRoutes)[number]['operation'];
