import { z } from 'zod';
import { BODY_CHARACTERS_MAX, sendBody } from './contract-messages.ts';
import { previewSchema } from './contract-preview.ts';
import type { Route } from './contract-route.ts';
import { variables } from './contract-send-fields.ts';
import { cursor, limit, listOf, modeSchema, text } from './contract-shared.ts';

/** Wordings with places for variables, in versions that never change. */

const moment = z.string().meta({ format: 'date-time' });

export const templateBody = z.strictObject({
  name: text(1, 100).meta({ description: 'Yours; no two templates have the same.' }),
  body: text(1, BODY_CHARACTERS_MAX).meta({
    description: 'With {{name}}, {{contact.firstname}} or, for when there is no value, {{name|there}}.',
  }),
});

const versionFields = { version: z.int(), body: z.string(), created_at: moment };

const templateFields = {
  id: z.string(),
  object: z.literal('template'),
  mode: modeSchema,
  name: z.string(),
  version: z.int().meta({ description: 'The newest one; texts are made of it.' }),
  body: z.string(),
  variables: z
    .array(z.strictObject({ name: z.string(), required: z.boolean() }))
    .meta({ description: 'Without a value, one that is required is TEMPLATE_VARIABLE_MISSING.' }),
  created_at: moment,
  updated_at: moment,
};

export const templateSchema = z.strictObject(templateFields);

export const templateQuery = z.strictObject({ limit: limit.optional(), cursor: cursor.optional() });

export const templatePreviewBody = z.strictObject({
  variables: variables.optional(),
  to: sendBody.shape.to,
  from: sendBody.shape.from,
  message_type: sendBody.shape.message_type,
});

export const templateRoutes = [
  {
    operation: 'listTemplates',
    method: 'get',
    path: '/v1/templates',
    summary: 'The templates, newest first.',
    access: 'templates:read',
    query: templateQuery,
    status: 200,
    answer: listOf(templateSchema),
  },
  {
    operation: 'createTemplate',
    method: 'post',
    path: '/v1/templates',
    summary: 'Add a template; its text is version 1.',
    access: 'templates:write',
    body: templateBody,
    once: true,
    status: 201,
    answer: templateSchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'getTemplate',
    method: 'get',
    path: '/v1/templates/{template_id}',
    summary: 'One template with its versions, newest first.',
    access: 'templates:read',
    status: 200,
    answer: z.strictObject({ ...templateFields, versions: z.array(z.strictObject(versionFields)) }),
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'updateTemplate',
    method: 'put',
    path: '/v1/templates/{template_id}',
    summary: 'Rename a template, or give it a new version. Texts that are accepted already stay as they are.',
    access: 'templates:write',
    body: templateBody,
    status: 200,
    answer: templateSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteTemplate',
    method: 'delete',
    path: '/v1/templates/{template_id}',
    summary: 'Make no more texts of a template.',
    access: 'templates:write',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'previewTemplate',
    method: 'post',
    path: '/v1/templates/{template_id}/preview',
    summary: 'What would become of the text that the template makes of these variables. Nothing is stored or sent.',
    access: 'messages:send',
    body: templatePreviewBody,
    status: 200,
    answer: previewSchema,
    errors: [
      'NOT_FOUND',
      'TEMPLATE_VARIABLE_MISSING',
      'BODY_TOO_LONG',
      'INVALID_NUMBER',
      'INSUFFICIENT_BALANCE',
      'NO_CARRIER',
      'SENDER_NOT_ALLOWED',
      'PAYLOAD_TOO_LARGE',
    ],
  },
] as const satisfies readonly Route[];
