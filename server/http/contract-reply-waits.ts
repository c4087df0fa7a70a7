import { z } from 'zod';
import { MATCH_LIMITS, matchFaults, REPLY_WAIT_SECONDS } from '../rules/reply-wait-choice.ts';
import type { Route } from './contract-route.ts';
import { address, cursor, limit, listOf, modeSchema, text } from './contract-shared.ts';

/** Waiting for the reply to a text. */

const { words, wordLength, choices, choiceLength } = MATCH_LIMITS;
const wordList = z.array(text(1, wordLength)).max(words);

const REMINDER_CHARACTERS_MAX = 480;
const reminder = text(1, REMINDER_CHARACTERS_MAX).exactOptional().meta({
  description:
    'Texted back when a reply is unclear, to who has not opted out; at most 5 automatic texts in 10 minutes.',
});
const approval = z
  .strictObject({
    type: z.literal('approval'),
    approve: wordList.exactOptional(),
    decline: wordList.exactOptional(),
    reminder,
  })
  .meta({ description: 'Yes or no, in many languages, and with words of your own. The value is `yes` or `no`.' });
const choice = z
  .strictObject({ type: z.literal('choice'), choices: z.array(text(1, choiceLength)).min(2).max(choices), reminder })
  .meta({ description: 'One of a list, by its number or its words. The value is the choice as written here.' });
const freeText = z
  .strictObject({ type: z.literal('free_text') })
  .meta({ description: 'Any text. The value is the text.' });

const matchSchema = z.union([wordList.min(1), approval, choice, freeText], {
  error: 'must be a list of words, or an object of the type approval, choice or free_text',
});

/** What may be answered. A word that always opts out (STOP …) or asks for help cannot be asked for. */
export const replyMatch = matchSchema
  .superRefine((match, context) => {
    for (const { param, message } of matchFaults(match)) {
      context.addIssue({ code: 'custom', path: param.split('/').slice(1), message: message.replace(/\.$/, '') });
    }
  })
  .meta({
    default: { type: 'free_text' },
    description: 'What may be answered; a list of words is answered with one of them. What is unclear is no answer.',
  });

const timeoutSeconds = z
  .int()
  .min(REPLY_WAIT_SECONDS.min)
  .max(REPLY_WAIT_SECONDS.max)
  .meta({ default: REPLY_WAIT_SECONDS.default, description: 'A reply that comes later is an ordinary text.' });

const callbackUrl = text(1, 2_048)
  .refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), { error: 'must be an http or https URL' })
  .meta({
    format: 'uri',
    description:
      'Gets one signed POST (Standard Webhooks): `reply.matched` with the reply, `reply.timed_out`, or `reply.canceled` when the recipient opts out. ' +
      'What it answers decides: 2xx takes the reply; 422 or `{"accepted": false}` does not, and the wait goes on; 409, 429, 5xx and no answer are tried again; ' +
      '401, 403, 404, 410 and a web page (already finished) end the wait. A reply that nobody took is an ordinary text.',
  });

/** The field of a send. */
export const expectReply = z.strictObject({
  match: replyMatch.nullish(),
  timeout_seconds: timeoutSeconds.nullish(),
  callback_url: callbackUrl.nullish(),
});

/** What the answer of a send says about it. */
export const expectedReplySchema = z.strictObject({
  wait_id: z.string().meta({ format: 'uuid' }),
  expires_at: z.string().meta({ format: 'date-time' }),
});

export const replyWaitBody = z.strictObject({
  to: address.nullish().meta({ description: 'Who is to answer. Needed without `message_id`.' }),
  from: address.nullish().meta({ description: 'Our number that is answered to. Needed without `message_id`.' }),
  message_id: z.uuid().nullish().meta({
    description: 'The text that asks. A reply that has come since it was accepted counts too.',
  }),
  match: replyMatch.nullish(),
  timeout_seconds: timeoutSeconds.nullish(),
  callback_url: callbackUrl.nullish(),
});

const moment = z.string().meta({ format: 'date-time' });
const state = z.enum(['waiting', 'matched', 'delivered', 'timed_out', 'canceled', 'gone']).meta({
  description:
    'matched: answered, and the callback, if there is one, is being told; delivered: it took the reply; gone: nobody was there to take it.',
});

export const replyWaitSchema = z.strictObject({
  id: z.string().meta({ format: 'uuid' }),
  object: z.literal('reply_wait'),
  mode: modeSchema,
  state,
  to: z.string(),
  from: z.string(),
  message_id: z.string().nullable(),
  match: matchSchema,
  reply: z
    .strictObject({
      message_id: z.string().meta({ format: 'uuid' }),
      value: z.string().nullable().meta({ description: 'Null for a free text and a key without messages:content.' }),
    })
    .nullable(),
  callback: z
    .strictObject({
      host: z.string().meta({ description: 'The address itself is not shown: it may let others answer.' }),
      attempts: z.int(),
      last_status: z.int().nullable().meta({ description: 'Null: none yet, or no answer came.' }),
      next_attempt_at: moment.nullable(),
    })
    .nullable(),
  reason: z
    .enum(['requested', 'opted_out', 'finished', 'deleted', 'unauthorized', 'refused', 'unreachable'])
    .nullable()
    .meta({ description: 'Why it was canceled, or what became of the callback.' }),
  expires_at: moment,
  created_at: moment,
  finished_at: moment.nullable(),
});

export const replyWaitQuery = z.strictObject({ state, to: address, limit, cursor }).partial();

export const replyWaitRoutes = [
  {
    operation: 'createReplyWait',
    method: 'post',
    path: '/v1/reply-waits',
    summary: 'Wait for the reply to a text. With `expect_reply` a send does it in one step.',
    access: 'messages:send',
    body: replyWaitBody,
    once: true,
    status: 201,
    answer: replyWaitSchema,
    errors: ['INVALID_NUMBER', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'listReplyWaits',
    method: 'get',
    path: '/v1/reply-waits',
    summary: 'What is and was waited for, the newest first.',
    access: 'messages:read',
    query: replyWaitQuery,
    status: 200,
    answer: listOf(replyWaitSchema),
    errors: ['INVALID_NUMBER'],
  },
  {
    operation: 'getReplyWait',
    method: 'get',
    path: '/v1/reply-waits/{wait_id}',
    summary: 'One wait, what was answered, and whether the callback took it.',
    access: 'messages:read',
    status: 200,
    answer: replyWaitSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'cancelReplyWait',
    method: 'delete',
    path: '/v1/reply-waits/{wait_id}',
    summary: 'Wait no longer; the callback hears nothing of it. A wait that has ended stays as it is.',
    access: 'messages:send',
    status: 200,
    answer: replyWaitSchema,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
