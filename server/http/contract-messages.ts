import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../rules/error-codes.ts';
import type { MessageView } from '../rules/message-view.ts';
import type { PartView } from '../rules/part-view.ts';
import { SEGMENTS_MAX } from '../rules/segments.ts';
import { expectedReplySchema, expectReply } from './contract-reply-waits.ts';
import { campaignId, sendWindowSchema, tags, templateId, variables } from './contract-send-fields.ts';
import { country, cursor, limit, listOf, modeSchema, text, timestamp } from './contract-shared.ts';

export const BODY_CHARACTERS_MAX = 1_600;

const messageType = z.enum(['transactional', 'promotional', 'otp', 'conversational']);
const status = z.enum([
  'scheduled',
  'held',
  'queued',
  'sending',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'rejected',
  'expired',
  'canceled',
  'received',
]);
const direction = z.enum(['outbound', 'inbound']);
const encoding = z.enum(['GSM-7', 'UCS-2', 'Latin-1', 'ASCII', 'UTF-8']);

/** Text that is a number or a name: what it may be is judged when the request is accepted. */
const address = text(1, 64);

const metadata = z
  .record(text(1, 40), text(0, 500))
  .refine((value) => Object.keys(value).length <= 20, { error: 'must not have more than 20 keys' })
  .meta({ maxProperties: 20, description: 'Kept with the text and handed back: up to 20 keys.' });

const callbackUrl = text(1, 2_048)
  .refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), { error: 'must be an http or https URL' })
  .meta({ format: 'uri', description: 'Gets a signed POST for every change of the status.' });

/** The body of POST /v1/messages/send. An optional field may also be null, which is the same as leaving it out. */
export const sendBody = z.object({
  to: address.meta({ description: 'The recipient, E.164.', examples: ['+14155552671'] }),
  from: address
    .nullish()
    .meta({ description: 'The sender: E.164, a short code, up to 11 letters and digits, or the id of a pool.' }),
  body: text(1, BODY_CHARACTERS_MAX).nullish().meta({
    description: 'The text. Required without `template_id`; {{name}} is filled in when there are `variables`.',
  }),
  template_id: templateId.nullish(),
  variables: variables.nullish(),
  message_type: messageType.nullish().meta({ default: 'transactional' }),
  validity_period: z.int().min(60).max(259_200).nullish().meta({
    default: 86_400,
    description: 'Seconds until it expires, counted from acceptance. One-time codes live 300 when left out.',
  }),
  status_callback: callbackUrl.nullish(),
  client_ref: text(1, 128).nullish().meta({ description: 'Your own reference.' }),
  metadata: metadata.nullish(),
  on_ambiguous: z.enum(['default', 'resend', 'hold']).nullish().meta({
    default: 'default',
    description: 'What to do when the connection broke before the carrier answered.',
  }),
  encoding: z.enum(['auto', 'gsm7', 'ucs2']).nullish().meta({
    default: 'auto',
    description: '`gsm7` refuses a text that needs UCS-2; `ucs2` sends any text so.',
  }),
  smart_encoding: z.boolean().nullish().meta({
    default: false,
    description: 'Replaces typographic quotes, dashes, spaces and the like where that keeps a text out of UCS-2.',
  }),
  max_segments: z
    .int()
    .min(1)
    .max(SEGMENTS_MAX)
    .nullish()
    .meta({ default: SEGMENTS_MAX, description: 'A longer text is refused.' }),
  flash: z
    .boolean()
    .nullish()
    .meta({ default: false, description: 'Shown at once and not kept by the phone (class 0).' }),
  topic: text(1, 64).nullish().meta({ description: 'What the recipient may have agreed to, and may have ended.' }),
  schedule_for: timestamp.nullish().meta({ description: 'When it is to go: RFC 3339, up to 366 days ahead.' }),
  quiet_hours: z.enum(['hold', 'reject', 'ignore']).nullish().meta({
    description: 'At the recipient: wait for the morning, refuse, or send all the same (scope consents:write).',
  }),
  expect_reply: expectReply.nullish().meta({ description: 'Wait for the reply; the answer has the id of the wait.' }),
  dry_run: z.boolean().nullish().meta({
    default: false,
    description: 'Nothing is stored or sent: the answer, with status 200, is that of POST /v1/messages/preview.',
  }),
  tags: tags.nullish(),
  campaign_id: campaignId.nullish(),
  send_window: sendWindowSchema.nullish(),
  priority: z.enum(['low', 'normal', 'high']).nullish().meta({
    default: 'normal',
    description: '`high` goes with the one-time codes and is refused for promotional texts; `low` goes last.',
  }),
  on_failure: metadata.nullish().meta({
    description: 'Handed back in the events of a text that did not arrive: for whoever tries another way.',
  }),
  default_country: country.nullish().meta({ description: 'Of a recipient without a country code.' }),
  channel: z.literal('sms').nullish(),
});

/** The body of PATCH /v1/messages/{message_id}. */
export const changeBody = z.strictObject({
  schedule_for: timestamp.nullish().meta({ description: 'When it is to go; null = as soon as it may.' }),
  body: text(1, BODY_CHARACTERS_MAX).optional(),
});

/** What other APIs call the fields of a send: two that mean the same and differ are CONFLICTING_FIELDS. */
export const aliasBody = z.object({
  ...sendBody.partial().shape,
  recipient: address.nullish().meta({ description: 'The same as `to`.' }),
  sender_id: address.nullish().meta({ description: 'The same as `from`.' }),
  message: sendBody.shape.body.meta({ description: 'The same as `body`.' }),
  text: sendBody.shape.body.meta({ description: 'The same as `body`.' }),
  content: sendBody.shape.body.meta({ description: 'The same as `body`.' }),
});

export const sendHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .optional()
    .meta({ maxLength: 255, description: 'Visible ASCII. The same key and request get the same answer for 24 hours.' }),
  Prefer: z.string().optional().meta({ description: '`handling=strict` refuses unknown fields.' }),
});

const moment = z.string().meta({ format: 'date-time' });
const duration = z.int().nullable();

const messageFields = {
  status,
  message_id: z.string().meta({ format: 'uuid' }),
  to: z.string(),
  remaining_balance: z.string().nullable().meta({ description: 'Decimal; null while no balance is kept.' }),
  message_price: z.string().nullable().meta({ description: 'Decimal; null while no price is known.' }),
  object: z.literal('message'),
  from: z.string(),
  direction,
  message_type: messageType,
  mode: modeSchema,
  encoding,
  segments: z.int(),
  flash: z.boolean(),
  smart_replacements: z
    .array(z.strictObject({ at: z.int(), from: z.string(), to: z.string() }))
    .readonly()
    .meta({ description: 'What `smart_encoding` replaced; `at` counts UTF-16 code units of the body of the request.' }),
  currency: z.string().nullable(),
  country: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-2.' }),
  schedule_for: moment.nullable(),
  expires_at: moment.nullable(),
  client_ref: z.string().nullable(),
  metadata: z.record(z.string(), z.string()).nullable(),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  created_at: moment,
  links: z.strictObject({ self: z.string(), events: z.string() }),
  status_updated_at: moment,
  sent_at: moment.nullable(),
  delivered_at: moment.nullable(),
  segments_delivered: z.int(),
  smsc_id: z.string().nullable(),
  error: z
    .strictObject({
      code: z.string(),
      class: z.enum(['fix', 'retry', 'suppress', 'review']),
      reason: z.string().exactOptional(),
      message: z.string(),
      upstream: z
        .strictObject({
          command_status: z.string().exactOptional(),
          receipt_state: z.string().exactOptional(),
          receipt_error: z.string().exactOptional(),
          raw: z.string().exactOptional(),
        })
        .exactOptional()
        .meta({ description: "The carrier's own words." }),
    })
    .nullable(),
  attempts: z.int(),
  ambiguous: z.boolean().meta({ description: 'True: the recipient may have got it twice.' }),
  late: z.boolean(),
  receipt: z.literal('missing').nullable(),
  latency_ms: z
    .strictObject({ queue: duration, submit: duration, network: duration })
    .meta({ description: 'Of the last attempt; null is not measured.' }),
  incomplete: z.boolean().meta({ description: 'True: parts of this inbound text never came; […] stands for them.' }),
  missing_parts: z
    .array(z.int())
    .readonly()
    .nullable()
    .meta({ description: 'Their numbers, from 1; null when complete.' }),
  in_reply_to: z.string().nullable(),
  hold_reason: z.string().nullable(),
  held_until: moment.nullable().meta({ description: 'When a held text is looked at again.' }),
  topic: z.string().nullable(),
  conversation_id: z.string().nullable(),
  sent_by: z.string().nullable(),
  batch_id: z.string().nullable(),
  campaign_id: z.string().nullable(),
  variant: z.string().nullable().meta({ description: 'Which one of its campaign, where there are several.' }),
  tags: z.array(z.string()).readonly(),
  template: z
    .strictObject({ id: z.string(), version: z.int() })
    .nullable()
    .meta({ description: 'Where the text is from.' }),
  priority: z.enum(['low', 'normal', 'high']),
};

export const messageSchema = z.strictObject(messageFields);
/** What a send is answered. */
export const acceptedMessageSchema = z.strictObject({
  ...messageFields,
  expect_reply: expectedReplySchema.exactOptional(),
});
/** Compiles only while the schema and the view are the same. */
export const messageViewSchema: z.ZodType<MessageView> = messageSchema;

export const storedMessageSchema = z.strictObject({
  ...messageFields,
  conversation_id: z.string().nullable(),
  sent_by: z.string().nullable().meta({ description: 'The person who wrote it in a conversation.' }),
  body: z.string().nullable().meta({
    description: 'Null for keys without the scope messages:content, and for one-time codes.',
  }),
});

const partSchema = z.strictObject({
  part: z.int(),
  attempt: z.int(),
  smsc_id: z.string(),
  status: z
    .enum(['sent', 'delivered', 'undelivered', 'expired', 'refused', 'unknown'])
    .meta({ description: 'unknown: no answer came, and nothing since has told whether the carrier took it.' }),
  carrier_message_id: z.string().nullable(),
  command_status: z.string().nullable().meta({ description: "The carrier's answer, for instance 0x00000058." }),
  command_status_name: z.string().nullable(),
  submitted_at: moment,
  receipt: z
    .strictObject({
      state: z.string().nullable(),
      raw: z
        .string()
        .meta({ description: 'As the carrier wrote it; what it quotes of the text only for messages:content.' }),
      tlvs: z
        .strictObject({
          receipted_message_id: z.string().exactOptional(),
          message_state: z.int().exactOptional(),
          network_error_code: z.string().exactOptional(),
        })
        .nullable(),
      received_at: moment.nullable(),
    })
    .nullable(),
});
/** Compiles only while the schema and the view are the same. */
export const partViewSchema: z.ZodType<PartView> = partSchema;

/** One text with everything its carriers have said. */
export const messageDetailSchema = z.strictObject({
  ...storedMessageSchema.shape,
  parts: z.array(partSchema).meta({ description: 'Every attempt at every part, with what the carrier said about it.' }),
});

export const messageListSchema = listOf(storedMessageSchema);

export const historyQuery = z.strictObject({
  created_after: timestamp.optional().meta({ description: 'From this moment on.' }),
  created_before: timestamp.optional().meta({ description: 'Before this moment.' }),
  to: address.optional(),
  from: address.optional(),
  // `accepted` is what other APIs call it.
  status: z
    .enum([...status.options, 'accepted'])
    .optional()
    .meta({ description: '`accepted` means queued.' }),
  direction: direction.optional(),
  client_ref: text(1, 128).optional(),
  tag: text(1, 64).optional(),
  campaign_id: text(1, 64).optional(),
  conversation_id: z.uuid().optional(),
  error_code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]).optional(),
  limit: limit.optional(),
  cursor: cursor.optional(),
});

export const messageEventsSchema = listOf(
  z.strictObject({
    id: z.string(),
    object: z.literal('event'),
    type: z.string(),
    sequence: z.int().meta({ description: 'Counts the changes of one text.' }),
    mode: modeSchema,
    message_id: z.string().meta({ format: 'uuid' }),
    created_at: moment,
    data: z.record(z.string(), z.unknown()).meta({ description: 'What this change set.' }),
  }),
);
