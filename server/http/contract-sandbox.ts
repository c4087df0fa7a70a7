import { z } from 'zod';
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
});
export const sandboxInboundSchema = z.strictObject({
  delivered: z.boolean().meta({ description: 'False: the server has no connection to the simulated carrier.' }),
});

const idFormat = z.enum(['decimal', 'hex', 'hex_upper', 'zero_padded']).exactOptional();

/** What is left out stays as it is. */
export const sandboxFaultsBody = z.strictObject({
  receipt_delay_ms: z.int().min(0).max(600_000).exactOptional().meta({ description: 'How long a receipt takes.' }),
  response_delay_ms: z.int().min(0).max(60_000).exactOptional().meta({ description: 'How long an answer takes.' }),
  receipt_before_response: z.boolean().exactOptional(),
  id_format: idFormat.meta({ description: 'How ids are written in answers.' }),
  receipt_id_format: idFormat.meta({ description: 'How ids are written in receipts.' }),
  throttle_per_second: z
    .int()
    .min(0)
    .max(100_000)
    .exactOptional()
    .meta({ description: 'More are throttled; 0 = no limit.' }),
  receipts: z.boolean().exactOptional().meta({ description: 'False: no receipt ever comes.' }),
});
