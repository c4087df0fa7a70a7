import {
  acceptedMessageSchema,
  aliasBody,
  changeBody,
  historyQuery,
  messageDetailSchema,
  messageEventsSchema,
  messageListSchema,
  sendBody,
  sendHeaders,
  storedMessageSchema,
} from './contract-messages.ts';
import { previewSchema } from './contract-preview.ts';
import type { Route } from './contract-route.ts';
import { SEND_ERRORS } from './contract-send-fields.ts';

export const SEND_PATH = '/v1/messages/send';

/** With `dry_run`. */
export const ONLY_TRIED = { 200: previewSchema } as const;

/** The same send under the addresses and with the names of other APIs. */
const alias = {
  method: 'post',
  summary: 'POST /v1/messages/send for those who come from another API: it also takes the names of that.',
  access: 'messages:send',
  deprecated: true,
  headers: sendHeaders,
  body: aliasBody,
  forms: true,
  status: 202,
  answer: acceptedMessageSchema,
  otherAnswers: ONLY_TRIED,
  errors: SEND_ERRORS,
} as const;

export const messageRoutes = [
  {
    operation: 'sendMessage',
    method: 'post',
    path: SEND_PATH,
    summary: 'Accept one text for sending. 202 says that it is stored and will be sent, not that it has arrived.',
    access: 'messages:send',
    headers: sendHeaders,
    body: sendBody,
    forms: true,
    status: 202,
    answer: acceptedMessageSchema,
    otherAnswers: ONLY_TRIED,
    errors: SEND_ERRORS,
  },
  { ...alias, operation: 'sendSms', path: '/v1/sms' },
  { ...alias, operation: 'sendSmsCompatible', path: '/v3/sms/send' },
  {
    operation: 'listMessages',
    method: 'get',
    path: '/v1/messages',
    summary: 'The history, newest first.',
    access: 'messages:read',
    query: historyQuery,
    status: 200,
    answer: messageListSchema,
  },
  {
    operation: 'getMessage',
    method: 'get',
    path: '/v1/messages/{message_id}',
    summary: 'One text, its status, and what the carriers said about each of its parts.',
    access: 'messages:read',
    status: 200,
    answer: messageDetailSchema,
    errors: ['NOT_FOUND'],
  },
  {
    operation: 'changeMessage',
    method: 'patch',
    path: '/v1/messages/{message_id}',
    summary: 'Change the time or the text of a text that is scheduled or held.',
    access: 'messages:cancel',
    body: changeBody,
    status: 200,
    answer: storedMessageSchema,
    errors: [
      'NOT_FOUND',
      'NOT_CANCELABLE',
      'SCHEDULE_OUT_OF_RANGE',
      'BODY_TOO_LONG',
      'PAYLOAD_TOO_LARGE',
      'INSUFFICIENT_BALANCE',
    ],
  },
  {
    operation: 'cancelMessage',
    method: 'post',
    path: '/v1/messages/{message_id}/cancel',
    summary: 'Cancel a text that has not left: scheduled, held or queued. It is never sent then.',
    access: 'messages:cancel',
    status: 200,
    answer: storedMessageSchema,
    errors: ['NOT_FOUND', 'NOT_CANCELABLE'],
  },
  {
    operation: 'listMessageEvents',
    method: 'get',
    path: '/v1/messages/{message_id}/events',
    summary: 'What happened to one text, oldest first.',
    access: 'messages:read',
    status: 200,
    answer: messageEventsSchema,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
