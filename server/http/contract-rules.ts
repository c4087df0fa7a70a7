import { z } from 'zod';
import { RULE_LIMITS } from '../rules/keyword-rule-faults.ts';
import { BODY_CHARACTERS_MAX } from './contract-messages.ts';
import type { Route } from './contract-route.ts';
import { address, listOf, listOfAtMost, modeSchema, text } from './contract-shared.ts';

/** Keyword rules: what a text from a contact sets off. The finer faults are those of the rules. */

const { nameLength, keywords, keywordLength, numbers, actions, replyLength, tagLength, agentLength, urlLength } =
  RULE_LIMITS;

const matchSchema = z.strictObject({
  type: z
    .enum(['exact', 'starts_with', 'contains', 'any'])
    .meta({ description: 'Whole words, whatever their case, accents and punctuation. `any`: every text.' }),
  keywords: listOfAtMost(keywords, text(1, keywordLength)),
  language: text(1, 35).nullable().meta({ description: 'BCP 47; only contacts who are known to use it.' }),
  to: listOfAtMost(numbers, address).meta({ description: 'Our numbers or names; empty = all.' }),
});

const whenSchema = z.strictObject({
  has_open_wait: z.boolean().nullable().meta({ description: 'Whether a reply of the contact is waited for.' }),
  within_hours_of_outbound: z.number().nullable().meta({ description: 'So many hours after our last text.' }),
});

const actionSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('reply'),
    text: text(1, replyLength).meta({
      description:
        'Not to machines, and at most five times in ten minutes: then the conversation gets the tag auto-replies-stopped.',
    }),
  }),
  z.strictObject({ type: z.literal('tag'), tag: text(1, tagLength) }),
  z.strictObject({ type: z.literal('assign'), agent: text(1, agentLength) }),
  z.strictObject({
    type: z.literal('webhook'),
    url: text(1, urlLength).meta({ description: 'Gets message.received, signed as a status_callback is.' }),
  }),
]);

const fields = {
  name: text(1, nameLength),
  enabled: z.boolean(),
  priority: z.int().meta({ description: 'The highest is asked first.' }),
  match: matchSchema,
  when: whenSchema,
  actions: listOfAtMost(actions, actionSchema),
  stop: z.boolean().meta({ description: 'No rule after this one is asked once it has matched.' }),
};

const { type, keywords: words, language, to } = matchSchema.shape;
const matchBody = z.strictObject({
  type,
  keywords: words.optional(),
  language: language.optional(),
  to: to.optional(),
});

export const ruleBody = z.strictObject({
  name: fields.name,
  enabled: fields.enabled.optional().meta({ default: true }),
  priority: fields.priority.optional().meta({ default: 0, description: 'The highest is asked first.' }),
  match: matchBody,
  when: whenSchema.partial().optional(),
  actions: fields.actions,
  stop: fields.stop
    .optional()
    .meta({ default: false, description: 'No rule after this one is asked once it matched.' }),
});

export const ruleUpdateBody = ruleBody.partial();

export const ruleSchema = z.strictObject({
  id: z.string(),
  object: z.literal('rule'),
  mode: modeSchema,
  ...fields,
  created_at: z.string(),
  updated_at: z.string(),
});

export const ruleTestBody = z.strictObject({
  from: address.meta({ description: "The contact's number." }),
  to: address.meta({ description: 'Our number or name.' }),
  body: text(1, BODY_CHARACTERS_MAX),
});

const ruleActionSchema = z.strictObject({ rule_id: z.string(), action: actionSchema });
const ruleTestSchema = z.strictObject({
  object: z.literal('rule_test'),
  intent: z
    .strictObject({ type: z.string(), tier: z.string().nullable(), matched: z.string().nullable() })
    .meta({ description: 'What the text says about consent. Opt-outs, opt-ins and HELP never reach a rule.' }),
  reply_wait: z
    .strictObject({ wait_id: z.string(), value: z.string() })
    .nullable()
    .meta({ description: 'The wait that would take the reply; then no rule is asked.' }),
  matched: z.array(z.string()).meta({ description: 'The ids of the rules that fire, in their order.' }),
  actions: z.array(ruleActionSchema),
  withheld: z.array(ruleActionSchema).meta({
    description: 'Replies that are not sent: a second one to one text, and every one while an opt-out is in doubt.',
  }),
  explanation: z.array(
    z.strictObject({
      rule_id: z.string(),
      name: z.string(),
      outcome: z.string(),
      keyword: z.string().nullable(),
      message: z.string(),
    }),
  ),
});

const path = '/v1/rules/{rule_id}';

export const ruleRoutes = [
  {
    operation: 'listRules',
    method: 'get',
    path: '/v1/rules',
    summary: 'The keyword rules, in the order in which they are asked.',
    access: 'rules:read',
    status: 200,
    answer: listOf(ruleSchema),
  },
  {
    operation: 'createRule',
    method: 'post',
    path: '/v1/rules',
    summary: 'Add a rule: what a text with certain words sets off. Words about consent and HELP are reserved.',
    access: 'rules:write',
    body: ruleBody,
    once: true,
    status: 201,
    answer: ruleSchema,
    errors: ['PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'testRules',
    method: 'post',
    path: '/v1/rules/test',
    summary: 'Which rules a text would set off, and why the others would not. Nothing happens.',
    access: 'rules:read',
    body: ruleTestBody,
    status: 200,
    answer: ruleTestSchema,
    errors: ['INVALID_NUMBER', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'getRule',
    method: 'get',
    path,
    summary: 'One rule.',
    access: 'rules:read',
    status: 200,
    answer: ruleSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'updateRule',
    method: 'patch',
    path,
    summary: 'Change a rule. What is left out stays; `match`, `when` and `actions` are replaced as a whole.',
    access: 'rules:write',
    body: ruleUpdateBody,
    status: 200,
    answer: ruleSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'deleteRule',
    method: 'delete',
    path,
    summary: 'Delete a rule.',
    access: 'rules:write',
    status: 204,
    answer: null,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
