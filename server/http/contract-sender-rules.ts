import { z } from 'zod';
import type { Route } from './contract-route.ts';
import { country, listOf, listOfAtMost, modeSchema, text } from './contract-shared.ts';

const alphanumeric = z.enum(['yes', 'no', 'registration', 'recommended', 'unknown']);
const numeric = z.enum(['yes', 'no', 'overwritten', 'unknown']);
const prefix = z.string().regex(/^\+\d{1,15}$/, 'must be the beginning of a number in E.164, with +');
/** Compared as text: a source is shown, never fetched. */
const sourceUrl = text(1, 500).refine((value) => /^https?:\/\/\S+$/.test(value), { error: 'must be a URL' });

/** Null and left out say the same: not known. */
const ruleBody = z.strictObject({
  country,
  alphanumeric: alphanumeric.meta({
    description: 'Names. no: blocked or replaced; registration: only registered ones; recommended: a warning.',
  }),
  numeric: numeric.exactOptional().meta({ description: 'Numbers. overwritten: the recipient sees another one.' }),
  dynamic: z.boolean().nullish().meta({ description: 'False: names have to be registered before they are used.' }),
  two_way: z.boolean().nullish().meta({ description: 'False: answers do not come back.' }),
  required_fields: listOfAtMost(20, text(1, 40))
    .exactOptional()
    .meta({ description: 'Ids that `registration.ids` of a sender has to have.' }),
  refused_numbers: listOfAtMost(50, prefix)
    .nullish()
    .meta({ description: 'Numbers that begin so may not be used. Left out: as shipped.' }),
  source_url: sourceUrl.nullish().meta({ description: 'Where this is written.' }),
  verified_on: z.iso.date().nullish().meta({ description: 'The day on which somebody looked.' }),
});

export const senderRulesBody = z.strictObject({
  rules: z
    .array(ruleBody)
    .min(1)
    .max(300)
    .refine((rules) => new Set(rules.map((rule) => rule.country)).size === rules.length, {
      error: 'must not have two rules for one country',
    }),
});

export const ruleSchema = z.strictObject({
  object: z.literal('sender_rule'),
  mode: modeSchema,
  country: z.string(),
  origin: z.enum(['own', 'shipped']),
  in_force: z.boolean().meta({ description: 'False: a rule of your own takes its place.' }),
  alphanumeric,
  numeric,
  dynamic: z.boolean().nullable(),
  two_way: z.boolean().nullable(),
  required_fields: z.array(z.string()),
  refused_numbers: z.array(z.string()),
  registration: z
    .string()
    .nullable()
    .meta({ description: 'Every sender has to have an approved registration of this scheme.' }),
  fact: z.string().nullable(),
  source_url: z.string().nullable(),
  verified_on: z.string().nullable().meta({ format: 'date' }),
});

export const senderRuleRoutes = [
  {
    operation: 'listSenderRules',
    method: 'get',
    path: '/v1/sender-rules',
    summary: 'What is known of senders in each country: your own rules and those that are shipped, by country.',
    access: 'rules:read',
    status: 200,
    answer: listOf(ruleSchema),
  },
  {
    operation: 'storeSenderRules',
    method: 'post',
    path: '/v1/sender-rules',
    summary: 'Store rules of your own, for instance those of your carrier. Each takes the place of what there was.',
    access: 'rules:write',
    body: senderRulesBody,
    status: 200,
    answer: listOf(ruleSchema),
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteSenderRule',
    method: 'delete',
    path: '/v1/sender-rules/{country}',
    summary: 'Remove a rule of your own; the shipped one is in force again.',
    access: 'rules:write',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
