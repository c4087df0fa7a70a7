import { z } from 'zod';
import { ATTRIBUTES_MAX } from '../contacts/contact-book.ts';
import { isKnownZone } from '../rules/zones/local-clock.ts';
import type { Route } from './contract-route.ts';
import { country, cursor, limit, listOf, modeSchema, text } from './contract-shared.ts';

/** Contacts: what is known of the people who are texted. */

const timeZone = text(1, 64)
  .refine(isKnownZone, { error: 'must be the IANA name of a time zone, for instance Europe/London' })
  .meta({ description: 'IANA name, for instance America/Denver.' });
const state = z
  .string()
  .regex(/^([A-Z]{2}-)?[A-Z0-9]{1,3}$/, 'must be a state or province as in ISO 3166-2, for instance CA or US-CA');
const language = z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag, for instance en');
const attributeName = text(1, 40);
const attributeText = text(0, 500);
const tooMany = { error: `must not have more than ${ATTRIBUTES_MAX} keys` };

const known = {
  name: text(1, 200).nullable().exactOptional(),
  time_zone: timeZone.nullable().exactOptional(),
  state: state.nullable().exactOptional(),
  country: country.nullable().exactOptional(),
  language: language.nullable().exactOptional(),
  owner: text(1, 128)
    .nullable()
    .exactOptional()
    .meta({ description: 'Who looks after the contact; comes with every text from them.' }),
};

export const contactBody = z.strictObject({
  ...known,
  attributes: z
    .record(attributeName, attributeText)
    .refine((value) => Object.keys(value).length <= ATTRIBUTES_MAX, tooMany)
    .exactOptional()
    .meta({ maxProperties: ATTRIBUTES_MAX }),
});

export const contactChangeBody = z.strictObject({
  ...known,
  attributes: z
    .record(attributeName, attributeText.nullable())
    .refine((value) => Object.keys(value).length <= ATTRIBUTES_MAX, tooMany)
    .exactOptional()
    .meta({ maxProperties: ATTRIBUTES_MAX, description: 'Those that are named change; null takes one away.' }),
});

export const contactSchema = z.strictObject({
  object: z.literal('contact'),
  id: z.string().meta({ description: 'The number.' }),
  mode: modeSchema,
  number: z.string(),
  name: z.string().nullable(),
  time_zone: z.string().nullable(),
  state: z.string().nullable(),
  country: z.string().nullable(),
  language: z.string().nullable(),
  owner: z.string().nullable(),
  attributes: z.record(z.string(), z.string()),
  created_at: z.string().meta({ format: 'date-time' }),
  updated_at: z.string().meta({ format: 'date-time' }),
});

export const contactQuery = z
  .strictObject({
    owner: text(1, 128),
    q: text(1, 100).meta({ description: 'The beginning of the number or of a word of the name.' }),
    limit,
    cursor,
  })
  .partial();

export const contactRoutes = [
  {
    operation: 'listContacts',
    method: 'get',
    path: '/v1/contacts',
    summary: 'Contacts, the newest first.',
    access: 'contacts:read',
    query: contactQuery,
    status: 200,
    answer: listOf(contactSchema),
  },
  {
    operation: 'getContact',
    method: 'get',
    path: '/v1/contacts/{number}',
    summary: 'What is known of a contact.',
    access: 'contacts:read',
    status: 200,
    answer: contactSchema,
    errors: ['INVALID_NUMBER', 'NOT_FOUND'],
  },
  {
    operation: 'putContact',
    method: 'put',
    path: '/v1/contacts/{number}',
    summary: 'Store a contact, in place of whatever was known. Zone, state and country decide what counts as night.',
    access: 'contacts:write',
    body: contactBody,
    status: 200,
    answer: contactSchema,
    errors: ['INVALID_NUMBER', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'changeContact',
    method: 'patch',
    path: '/v1/contacts/{number}',
    summary: 'Change what is known of a contact. What is left out stays, null takes it away.',
    access: 'contacts:write',
    body: contactChangeBody,
    status: 200,
    answer: contactSchema,
    errors: ['INVALID_NUMBER', 'NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
] as const satisfies readonly Route[];
