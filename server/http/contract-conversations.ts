import { z } from 'zod';
import { messageSchema, sendBody, sendHeaders, storedMessageSchema } from './contract-messages.ts';
import type { Route } from './contract-route.ts';
import { SEND_ERRORS } from './contract-send-fields.ts';
import { cursor, limit, listOf, modeSchema, text, timestamp } from './contract-shared.ts';

/** Conversations: what goes back and forth between one of our numbers and a contact, and who looks after it. */

const status = z.enum(['open', 'snoozed', 'closed']);
/** As the front end names people. */
const person = text(1, 128);
const tag = text(1, 40);
const TAGS_MAX = 20;
const moment = z.string().meta({ format: 'date-time' });

export const conversationSchema = z.strictObject({
  id: z.string().meta({ format: 'uuid' }),
  object: z.literal('conversation'),
  mode: modeSchema,
  our_number: z.string(),
  contact: z.strictObject({
    number: z.string(),
    name: z.string().nullable(),
    language: z.string().nullable().meta({ description: 'BCP 47.' }),
    owner: z.string().nullable(),
  }),
  status,
  assignee: z.string().nullable(),
  tags: z.array(z.string()),
  snoozed_until: moment.nullable(),
  last_inbound_at: moment.nullable(),
  last_outbound_at: moment.nullable(),
  last_message_at: moment,
  closed_at: moment.nullable(),
  created_at: moment,
  updated_at: moment,
});

export const conversationQuery = z
  .strictObject({
    status,
    assignee: text(0, 128).meta({ description: 'Empty: nobody.' }),
    contact: text(1, 64).meta({ description: "The contact's number." }),
    tag,
    our_number: text(1, 64),
    q: text(1, 100).meta({ description: "The beginning of the contact's number or of a word of their name." }),
    limit,
    cursor,
  })
  .partial();

export const pageQuery = z.strictObject({ limit, cursor }).partial();

export const conversationChangeBody = z.strictObject({
  status: status.exactOptional(),
  snoozed_until: timestamp.exactOptional().meta({ description: 'Required for, and only of, the status snoozed.' }),
  assignee: person.nullable().exactOptional().meta({ description: 'Whoever answers it; null = nobody.' }),
  tags: z.array(tag).max(TAGS_MAX).exactOptional().meta({ description: 'In place of those that it has.' }),
});

/** A reply is a text like any other, to the contact of the conversation and from our number of it. */
export const replyBody = z.strictObject({
  ...sendBody.omit({ to: true, from: true, message_type: true, dry_run: true, channel: true }).shape,
  sent_by: person.nullish().meta({ description: 'The person who wrote it; kept with the text.' }),
});

export const noteBody = z.strictObject({ body: text(1, 4_000), author: person.nullish() });

export const noteSchema = z.strictObject({
  id: z.string().meta({ format: 'uuid' }),
  object: z.literal('note'),
  conversation_id: z.string(),
  author: z.string().nullable(),
  body: z.string(),
  created_at: moment,
});

const PATH = '/v1/conversations/{conversation_id}';

export const conversationRoutes = [
  {
    operation: 'listConversations',
    method: 'get',
    path: '/v1/conversations',
    summary: 'Conversations, that with the newest text first.',
    access: 'conversations:read',
    query: conversationQuery,
    status: 200,
    answer: listOf(conversationSchema),
    errors: ['INVALID_NUMBER'],
  },
  {
    operation: 'getConversation',
    method: 'get',
    path: PATH,
    summary: 'One conversation: there is one for each pair of a number of ours and a contact.',
    access: 'conversations:read',
    status: 200,
    answer: conversationSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'changeConversation',
    method: 'patch',
    path: PATH,
    summary: 'Assign, tag, snooze, close or open a conversation. A text of the contact opens it again.',
    access: 'conversations:write',
    body: conversationChangeBody,
    status: 200,
    answer: conversationSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
  {
    operation: 'listConversationMessages',
    method: 'get',
    path: `${PATH}/messages`,
    summary: 'Every text between the two, the newest first, whoever or whatever sent it.',
    access: 'conversations:read',
    query: pageQuery,
    status: 200,
    answer: listOf(storedMessageSchema),
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'replyInConversation',
    method: 'post',
    path: `${PATH}/messages`,
    summary: 'Answer the contact, from the number that they wrote to. What holds for every text holds for a reply.',
    access: 'conversations:write',
    headers: sendHeaders,
    body: replyBody,
    status: 202,
    answer: messageSchema,
    errors: [...SEND_ERRORS, 'NOT_FOUND'],
  },
  {
    operation: 'listConversationNotes',
    method: 'get',
    path: `${PATH}/notes`,
    summary: 'What was noted for colleagues, the newest first. The contact never sees it.',
    access: 'conversations:read',
    query: pageQuery,
    status: 200,
    answer: listOf(noteSchema),
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'addConversationNote',
    method: 'post',
    path: `${PATH}/notes`,
    summary: 'Note something for colleagues. It is never sent.',
    access: 'conversations:write',
    body: noteBody,
    once: true,
    status: 201,
    answer: noteSchema,
    errors: ['NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
] as const satisfies readonly Route[];
