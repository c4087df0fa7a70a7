import { z } from 'zod';
import { LINT_CODES, type LintCode } from '../rules/lint-codes.ts';
import { BODY_CHARACTERS_MAX, messageSchema, sendBody } from './contract-messages.ts';
import type { Route } from './contract-route.ts';
import { address, country, messageType, modeSchema, text, warnings } from './contract-shared.ts';

/** What would become of a text, a template or a number, without anything being stored or sent. */

const moment = z.string().meta({ format: 'date-time' });
const consent = z.enum(['opted_in', 'opted_out', 'review', 'unknown']);
const numberKind = z.string().nullable().meta({
  description: 'MOBILE, FIXED_LINE, FIXED_LINE_OR_MOBILE, TOLL_FREE …; null where the range is not in use.',
});
const timeZones = z
  .array(z.string())
  .readonly()
  .meta({ description: 'IANA names; several where the number does not tell which one.' });

const lintSchema = z.strictObject({
  rule: z.enum((Object.keys(LINT_CODES) as LintCode[]).map((code) => code.toLowerCase() as Lowercase<LintCode>)),
  severity: z.enum(['warn', 'error']),
  message: z.string(),
  at: z
    .array(z.int())
    .readonly()
    .exactOptional()
    .meta({ description: 'In `body`, in UTF-16 code units: start, and end behind it.' }),
  suggestion: z.string().exactOptional(),
});

const verdictSchema = z.strictObject({
  allowed: z.boolean().meta({ description: 'False: the recipient would not get it.' }),
  status: z
    .enum(['queued', 'scheduled', 'held', 'rejected'])
    .meta({ description: 'What sending it now would make of it.' }),
  code: z.string().nullable().meta({ description: 'Why it is not allowed, as an error code.' }),
  detail: z.string().nullable(),
  send_at: moment
    .nullable()
    .meta({ description: 'The first moment at which it may leave; null = nobody knows, or never.' }),
  send_before: moment.nullable().meta({ description: 'The end of the hours in which it may leave.' }),
  held_by: z.enum(['opt_out_review', 'conversation', 'frequency_cap', 'quiet_hours', 'send_window']).nullable(),
  rule: z.string().nullable(),
  consent,
});

export const previewSchema = z.strictObject({
  object: z.literal('preview'),
  mode: modeSchema,
  to: z.string(),
  normalized: z.boolean().meta({ description: 'Whether `to` was written in another way.' }),
  number: z.strictObject({ country: z.string().nullable(), type: numberKind, time_zones: timeZones }),
  from: z.strictObject({ resolved: z.string(), reason: z.string() }),
  message_type: messageType,
  body: z.string(),
  final_body: z.string().meta({ description: 'As the recipient would read it.' }),
  encoding: messageSchema.shape.encoding,
  segments: z.int(),
  characters: z.int().meta({ description: 'Size in units of the encoding: septets, octets or UTF-16 code units.' }),
  remaining: z.int().meta({ description: 'Units that still fit into the last segment.' }),
  smart_replacements: messageSchema.shape.smart_replacements,
  message_price: z.string().nullable(),
  currency: z.string().nullable(),
  schedule_for: moment.nullable(),
  verdict: verdictSchema,
  lint: z.array(lintSchema).readonly(),
  warnings,
  route: z.strictObject({ smsc: z.string(), fallback: z.array(z.string()) }),
});

export const lintBody = z.strictObject({
  body: text(1, BODY_CHARACTERS_MAX),
  message_type: messageType.optional().meta({ default: 'transactional' }),
  from: address.optional().meta({ description: 'The sender, where it is known.' }),
  country: country.optional().meta({ description: 'Where it is sent to. No rule depends on it yet.' }),
});

const lintAnswer = z.strictObject({ object: z.literal('lint'), lint: z.array(lintSchema).readonly() });

export const validateBody = z.strictObject({
  number: text(1, 64),
  default_country: country.optional().meta({ description: 'Of numbers without a country code.' }),
});

const validateAnswer = z.strictObject({
  object: z.literal('number'),
  mode: modeSchema,
  valid: z.boolean().meta({ description: 'Whether its range is in use.' }),
  possible: z.boolean().meta({ description: 'Whether a phone could have it: numbers that were given out lately too.' }),
  number: z.string().nullable().meta({ description: 'E.164; null when it is none.' }),
  reason: z.string().nullable().meta({ description: 'What is wrong with it.' }),
  country: z.string().nullable(),
  type: numberKind,
  time_zones: timeZones,
  consent: consent.nullable(),
});

export const previewRoutes = [
  {
    operation: 'previewMessage',
    method: 'post',
    path: '/v1/messages/preview',
    summary:
      'What would become of a text: sender, encoding, segments, consent, hours, route. Nothing is stored or sent.',
    access: 'messages:send',
    body: sendBody,
    forms: true,
    status: 200,
    answer: previewSchema,
    errors: [
      'INVALID_NUMBER',
      'BODY_TOO_LONG',
      'TEMPLATE_VARIABLE_MISSING',
      'CONFLICTING_FIELDS',
      'SCHEDULE_OUT_OF_RANGE',
      'INSUFFICIENT_BALANCE',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_CHANNEL',
      'NO_CARRIER',
      'SENDER_NOT_ALLOWED',
    ],
  },
  {
    operation: 'lintTemplate',
    method: 'post',
    path: '/v1/templates/lint',
    summary: 'What is wrong about the wording of a text, or likely to be filtered.',
    access: 'any',
    body: lintBody,
    status: 200,
    answer: lintAnswer,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'validateNumber',
    method: 'post',
    path: '/v1/numbers/validate',
    summary: 'What is known of a number: whether it can be texted, its country, its clock, its consent.',
    access: 'messages:read',
    body: validateBody,
    status: 200,
    answer: validateAnswer,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
] as const satisfies readonly Route[];
