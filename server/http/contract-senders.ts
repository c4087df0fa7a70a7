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
  text,
  warnings,
} from './contract-shared.ts';

/** What a text would be sent from. */
const senderChoice = {
  to: z.string(),
  country: z.string().nullable(),
  message_type: messageType,
  from: z.string().nullable().meta({ description: 'Null: no sender may be used, a text would be refused.' }),
  reason: z.string(),
  warnings,
};

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
  mps: z.number().min(0.001).max(100_000).nullish().meta({ description: 'Segments per second.' }),
  registration: registration.nullish(),
  smsc_ids: listOfAtMost(50, smscId).exactOptional().meta({ description: 'Carriers that know it; empty = all.' }),
  opt_out_managed_by: managedBy.exactOptional().meta({
    default: 'us',
    description: 'carrier: the carrier answers STOP itself.',
  }),
  shared: z.boolean().exactOptional().meta({
    default: false,
    description:
      'Several programmes use it, each under its topic: STOP ends those that the recipient was texted about, STOP and a topic that one, STOP ALL everything. Promotional texts from it need a topic.',
  }),
});

/** All of it anew but for the value: what is left out is as in a new sender. */
export const senderUpdateBody = senderBody.omit({ value: true });

export const senderSchema = z.strictObject({
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
  shared: z.boolean(),
});

export const poolBody = z.strictObject({
  name: text(1, 60),
  sender_ids: z.array(text(1, 64)).min(1).max(100),
  is_default: z
    .boolean()
    .exactOptional()
    .meta({ default: false, description: 'Texts without `from` use it, and its numbers stand in for refused names.' }),
});

export const poolSchema = z.strictObject({
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

export const senderRoutes = [
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
    once: true,
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
    answer: z.strictObject({
      object: z.literal('sender_choice'),
      ...senderChoice,
      sender: senderSchema.nullable().meta({ description: 'What is stored of it; null: it is none of your senders.' }),
    }),
    errors: ['INVALID_NUMBER', 'INSUFFICIENT_BALANCE'],
  },
  {
    operation: 'updateSender',
    method: 'put',
    path: '/v1/senders/{sender_id}',
    summary: 'Say anew what a sender may be used for, for instance when its registration is approved. Pools keep it.',
    access: 'senders:write',
    body: senderUpdateBody,
    status: 200,
    answer: senderSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
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
    once: true,
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
