import {
  acceptedMessageSchema,
  historyQuery,
  messageDetailSchema,
  messageEventsSchema,
  messageListSchema,
  sendBody,
  sendHeaders,
} from './contract-messages.ts';
import type { Route } from './contract-route.ts';

export const SEND_PATH = '/v1/messages/send';

export const messageRoutes = [
  {
    operation: 'sendMessage',
    method: 'post',
    path: SEND_PATH,
    summary: 'Accept one text for sending. 202 says that it is stored and will be sent, not that it has arrived.',
    access: 'messages:send',
    headers: sendHeaders,
    body: sendBody,
    status: 202,
    answer: acceptedMessageSchema,
    errors: [
      'INVALID_NUMBER',
      'BODY_TOO_LONG',
      'INSUFFICIENT_BALANCE',
      'OPTED_OUT',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_CHANNEL',
      'NO_CARRIER',
      'SENDER_NOT_ALLOWED',
      'IDEMPOTENCY_KEY_REUSED',
      'IDEMPOTENCY_IN_PROGRESS',
    ],
  },
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
