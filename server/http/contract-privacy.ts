import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { cursor, limit, listOf, modeSchema, text, timestamp } from './contract-shared.ts';

/** What people may ask for about themselves, and the record of who did what. */

export const privacyBody = z.strictObject({ number: text(1, 64) });

export const privacyJobSchema = z.strictObject({
  object: z.literal('privacy_job'),
  id: z.string(),
  mode: modeSchema,
  kind: z.enum(['export', 'erase']),
  state: z.enum(['pending', 'done']).meta({
    description: 'An erasure is done about ten minutes after it was asked for; the texts are gone within seconds.',
  }),
  created_at: z.string(),
  finished_at: z.string().nullable(),
  expires_at: z.string().nullable().meta({ description: 'Until when the result of an export can be fetched.' }),
  result: z.record(z.string(), z.unknown()).nullable().meta({
    description: 'Of an export: everything stored about the number, by kind. At most the newest 20,000 texts.',
  }),
});

export const auditEntrySchema = z.strictObject({
  object: z.literal('audit_entry'),
  id: z.string().meta({ description: 'The place in the log, from 1; it counts the entries of both modes.' }),
  mode: modeSchema,
  actor: z.strictObject({ type: z.string(), id: z.string(), ip: z.string().optional() }),
  action: z.string(),
  target: z.string().nullable().meta({ description: 'An id; a number only masked, with the beginning of its HMAC.' }),
  details: z.record(z.string(), z.unknown()),
  created_at: z.string(),
  hash: z.string().meta({ description: 'SHA-256 over the entry and the hash of the one before, hex.' }),
});

const chainSchema = z.strictObject({
  ok: z.boolean(),
  entries: z.int().nullable(),
  broken_at: z.int().nullable().meta({
    description: 'The first entry that was changed, dropped or put in; 0 = the end of the chain is missing.',
  }),
});

export const auditQuery = z
  .strictObject({
    action: text(1, 80).meta({ description: 'One action, or all of a kind: `smsc.*`.' }),
    created_after: timestamp,
    limit,
    cursor,
  })
  .partial();

export const privacyRoutes = [
  {
    operation: 'exportPersonalData',
    method: 'post',
    path: '/v1/privacy/export',
    summary: 'Gather everything that is stored about a number. The answer is a job; its result is kept for a day.',
    access: 'privacy:manage',
    body: privacyBody,
    once: true,
    status: 202,
    answer: privacyJobSchema,
    errors: ['INVALID_NUMBER', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'erasePersonalData',
    method: 'post',
    path: '/v1/privacy/erase',
    summary:
      'Take away everything that is stored about a number. Opt-outs go on being honoured, by a keyed hash of it.',
    access: 'privacy:manage',
    body: privacyBody,
    once: true,
    status: 202,
    answer: privacyJobSchema,
    errors: ['INVALID_NUMBER', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'getPrivacyJob',
    method: 'get',
    path: '/v1/privacy/jobs/{job_id}',
    summary: 'What became of an export or an erasure.',
    access: 'privacy:manage',
    status: 200,
    answer: privacyJobSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'getExportedTexts',
    method: 'get',
    path: '/v1/privacy/jobs/{job_id}/messages.csv',
    summary: 'The texts of an export as a table.',
    access: 'privacy:manage',
    status: 200,
    answer: 'text/csv',
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'redactMessage',
    method: 'delete',
    path: '/v1/messages/{message_id}/content',
    summary: 'Take the body of a text away, from what is still to be told to webhooks too. Everything else stays.',
    access: 'privacy:manage',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND', 'NOT_FINAL'],
  },
  {
    operation: 'listAuditLog',
    method: 'get',
    path: '/v1/audit-log',
    summary: 'Who did what, the newest first. Sends are not in it: their texts say by which key they came.',
    access: 'audit:read',
    query: auditQuery,
    status: 200,
    answer: listOf(auditEntrySchema),
  },
  {
    operation: 'verifyAuditLog',
    method: 'get',
    path: '/v1/audit-log/verify',
    summary: 'Read the audit log and the consent ledger of both modes whole, and check every link of their chains.',
    access: 'audit:read',
    status: 200,
    answer: z.strictObject({
      object: z.literal('audit_check'),
      ok: z.boolean(),
      audit: chainSchema,
      consent_live: chainSchema,
      consent_test: chainSchema,
    }),
  },
] as const satisfies readonly Route[];
