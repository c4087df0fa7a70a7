import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { country, cursor, limit, listOf, modeSchema, text, timestamp } from './contract-shared.ts';

/** Consent, opt-outs and suppressions: who may be texted, who may not, and how that is proved. */

export const topic = text(1, 64).meta({ description: '`*` = everything.' });
const topicStatus = z.enum(['opted_in', 'opted_out', 'review', 'unknown']);
const format = z.enum(['json', 'csv']).meta({
  description:
    'csv: a table, as with `Accept: text/csv`; without a limit at most 50,000 rows, and `Link` names the rest.',
});
export const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag, for instance en');
const source = z.enum(['web_form', 'keyword', 'import', 'agent', 'crm', 'api', 'paper', 'verbal']);
const method = z.enum(['written', 'electronic', 'verbal', 'keyword']);

/** Whatever proves what was said. */
export const evidenceSchema = z
  .strictObject({
    text: text(1, 2_000),
    url: text(1, 2_000),
    ip: text(1, 64),
    user_agent: text(1, 500),
    form_version: text(1, 100),
    page_snapshot_hash: text(1, 128),
    checkbox_state: text(1, 100),
    screenshot_ref: text(1, 500),
    call_ref: text(1, 200),
    file_ref: text(1, 200),
    actor: text(1, 200),
  })
  .partial();

export const consentBody = z.strictObject({
  number: text(1, 64),
  action: z.enum(['opt_in', 'opt_out']),
  topic: topic.optional(),
  source,
  method: method.optional(),
  evidence: evidenceSchema.optional().meta({ description: 'Required for an opt-in.' }),
  disclosure: text(1, 2_000).optional().meta({ description: 'What the recipient was told they agree to.' }),
  occurred_at: timestamp.optional(),
  expires_at: timestamp.optional(),
  jurisdiction: country.optional(),
  language: language.optional(),
  message_id: z.uuid().optional(),
  override: z.literal('recipient_request').optional().meta({
    description: 'Takes back an opt-out that the recipient texted; only at their own request.',
  }),
});

export const consentEventSchema = z.strictObject({
  id: z.string(),
  object: z.literal('consent_event'),
  mode: modeSchema,
  number: z.string().nullable(),
  action: z.enum(['opt_in', 'opt_out', 'review', 'confirm']),
  topic: z.string(),
  source: z.string(),
  channel: z.string().nullable(),
  method: method.nullable(),
  actor: z.strictObject({ type: z.string(), id: z.string() }).nullable(),
  jurisdiction: z.string().nullable(),
  language: z.string().nullable(),
  message_id: z.string().nullable(),
  evidence: z.record(z.string(), z.unknown()).nullable(),
  occurred_at: z.string(),
  recorded_at: z.string(),
  expires_at: z.string().nullable(),
  sequence: z.int().nullable(),
  hash: z.string().nullable().meta({ description: 'SHA-256 over the entry and the hash of the one before, hex.' }),
});

export const consentSchema = z.strictObject({
  object: z.literal('consent'),
  mode: modeSchema,
  number: z.string(),
  status: topicStatus,
  topics: z.record(z.string(), topicStatus),
  updated_at: z.string().nullable(),
  events_url: z.string(),
});

export const optOutBody = z.strictObject({
  number: text(1, 64),
  topic: topic.optional(),
  reason: text(1, 500).optional(),
  source: source.optional(),
});

export const optOutSchema = z.strictObject({
  object: z.literal('opt_out'),
  mode: modeSchema,
  number: z.string(),
  topic: z.string(),
  opted_out_at: z.string(),
  source: z.string(),
  keyword: z.string().nullable(),
  message_id: z.string().nullable(),
  event_id: z.string().nullable(),
});

export const recordedSchema = z.strictObject({
  object: z.literal('consent_event'),
  id: z.string(),
  number: z.string(),
  action: z.enum(['opt_in', 'opt_out']),
  topic: z.string(),
  changed: z.boolean().meta({ description: 'False when it said nothing new; it is recorded all the same.' }),
});

export const IMPORT_MAX = 10_000;
export const optOutImportBody = z.strictObject({
  numbers: z.array(text(1, 64)).min(1).max(IMPORT_MAX),
  topic: topic.optional(),
  source: source.optional(),
  reason: text(1, 500).optional(),
  occurred_at: timestamp.optional(),
});
export const importSchema = z.strictObject({
  object: z.literal('import'),
  received: z.int(),
  added: z.int(),
  known: z.int(),
  invalid: z.array(
    z.strictObject({
      index: z.int(),
      line: z.int().exactOptional().meta({ description: 'Of the file, when a table was sent.' }),
      message: z.string(),
    }),
  ),
});

export const optInOfOptOutBody = z.strictObject({
  topic: topic.optional(),
  evidence: evidenceSchema,
  override: z.literal('recipient_request').optional(),
});

export const optOutQuery = z
  .strictObject({ source: text(1, 40), topic, created_after: timestamp, format, limit, cursor })
  .partial();
export const eventQuery = z.strictObject({ format, limit, cursor }).partial();

const list = z.enum(['invalid', 'landline', 'dnc_import', 'reassigned', 'manual']);
export const suppressionBody = z.strictObject({
  numbers: z.array(text(1, 64)).min(1).max(IMPORT_MAX),
  list,
  reason: text(1, 500).optional(),
  expires_at: timestamp.optional(),
});
export const suppressionSchema = z.strictObject({
  object: z.literal('suppression'),
  mode: modeSchema,
  number: z.string(),
  list,
  reason: z.string().nullable(),
  source: z.string(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
});
export const suppressionQuery = z.strictObject({ list, number: text(1, 64), limit, cursor }).partial();
export const suppressionDeleteQuery = z.strictObject({ list }).partial();

export const consentRoutes = [
  {
    operation: 'getConsent',
    method: 'get',
    path: '/v1/consents/{number}',
    summary: 'What a number has agreed to, as things stand.',
    access: 'consents:read',
    status: 200,
    answer: consentSchema,
    errors: ['INVALID_NUMBER'],
  },
  {
    operation: 'recordConsent',
    method: 'post',
    path: '/v1/consents',
    summary: 'Record an opt-in or an opt-out with what proves it. Nothing that was recorded is ever changed.',
    access: 'consents:write',
    body: consentBody,
    once: true,
    status: 201,
    answer: recordedSchema,
    errors: ['INVALID_NUMBER', 'OPTED_OUT', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'listConsentEvents',
    method: 'get',
    path: '/v1/consents/{number}/events',
    summary: 'Everything that was recorded about the consent of a number, the oldest first.',
    access: 'consents:read',
    query: eventQuery,
    status: 200,
    answer: listOf(consentEventSchema),
    givesTable: true,
    errors: ['INVALID_NUMBER'],
  },
  {
    operation: 'listOptOuts',
    method: 'get',
    path: '/v1/opt-outs',
    summary: 'Who has opted out, the newest first.',
    access: 'consents:read',
    query: optOutQuery,
    status: 200,
    answer: listOf(optOutSchema),
    givesTable: true,
  },
  {
    operation: 'createOptOut',
    method: 'post',
    path: '/v1/opt-outs',
    summary: 'Opt a number out. Texts to it that have not left are canceled in the same moment.',
    access: 'optouts:write',
    body: optOutBody,
    once: true,
    status: 201,
    answer: recordedSchema,
    errors: ['INVALID_NUMBER', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'importOptOuts',
    method: 'post',
    path: '/v1/opt-outs/import',
    summary:
      `Opt many numbers out, at most ${IMPORT_MAX} a request. A second import of the same numbers changes nothing. ` +
      'A table has the column number, and may have topic, reason and opted_out_at; others are left alone.',
    access: 'optouts:write',
    body: optOutImportBody,
    takesTable: true,
    status: 200,
    answer: importSchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteOptOut',
    method: 'delete',
    path: '/v1/opt-outs/{number}',
    summary:
      'Opt a number in again, with evidence. Refused for somebody who texted STOP, unless they have asked for it since.',
    access: 'consents:write',
    body: optInOfOptOutBody,
    status: 200,
    answer: recordedSchema,
    errors: ['INVALID_NUMBER', 'OPTED_OUT', 'NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'listSuppressions',
    method: 'get',
    path: '/v1/suppressions',
    summary: 'Numbers that are not texted for reasons other than consent, the newest first.',
    access: 'suppressions:read',
    query: suppressionQuery,
    status: 200,
    answer: listOf(suppressionSchema),
    errors: ['INVALID_NUMBER'],
  },
  {
    operation: 'createSuppressions',
    method: 'post',
    path: '/v1/suppressions',
    summary: 'Put numbers on a list: dead numbers, do-not-call registries, or any that you do not want to text.',
    access: 'suppressions:write',
    body: suppressionBody,
    status: 200,
    answer: importSchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteSuppression',
    method: 'delete',
    path: '/v1/suppressions/{number}',
    summary: 'Take a number off one list, or off all of them.',
    access: 'suppressions:write',
    query: suppressionDeleteQuery,
    status: 204,
    answer: null,
    errors: ['INVALID_NUMBER', 'NOT_FOUND'],
  },
] as const satisfies readonly Route[];
