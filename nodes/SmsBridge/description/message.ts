import type { INodeProperties } from 'n8n-workflow';
import {
  ALL_STATUSES,
  from,
  messageText,
  returnAll,
  shownFor,
  simplify,
  statuses,
  template,
  to,
  variables,
} from './fields.ts';
import { sendOptions } from './send-options.ts';
import { waitFields } from './wait.ts';

const SEND = shownFor('message', 'send', 'checkLength');
const withContent = (content: string) => ({ show: { ...SEND.show, content: [content] } });

export const messageFields: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'send',
    displayOptions: { show: { resource: ['message'] } },
    options: [
      {
        name: 'Cancel',
        value: 'cancel',
        action: 'Cancel a message',
        description: 'Call a text back that has not left: scheduled, held or queued',
      },
      {
        name: 'Check Length',
        value: 'checkLength',
        action: 'Check the length of a message',
        description: 'See parts, encoding, price and whether it may be sent, without sending it',
      },
      { name: 'Get', value: 'get', action: 'Get a message', description: 'See what has become of a text' },
      { name: 'Get Many', value: 'getAll', action: 'Get many messages', description: 'List texts, the newest first' },
      {
        name: 'Send',
        value: 'send',
        action: 'Send a message',
        description: 'Hand a text over for sending; items go in batches',
      },
      {
        name: 'Send and Wait for Response',
        value: 'sendAndWait',
        action: 'Send a message and wait for response',
        description: 'Ask by text and go on with the answer',
      },
    ],
  },
  from(shownFor('message', 'send', 'sendAndWait', 'checkLength')),
  to(shownFor('message', 'send', 'sendAndWait', 'checkLength')),
  {
    displayName: 'Content',
    name: 'content',
    type: 'options',
    default: 'text',
    description: 'Where the words come from',
    options: [
      { name: 'Template', value: 'template', description: 'A template of the server, with variables' },
      { name: 'Text', value: 'text', description: 'Written here' },
    ],
    displayOptions: SEND,
  },
  messageText(withContent('text')),
  template(withContent('template')),
  variables(withContent('template')),
  messageText(shownFor('message', 'sendAndWait')),
  ...waitFields,
  {
    displayName: 'Message ID',
    name: 'messageId',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. 01912d68-783e-7a03-8467-5661c1243ad4',
    description: 'The message_id that Send returned',
    displayOptions: shownFor('message', 'get', 'cancel'),
  },
  ...returnAll(shownFor('message', 'getAll')),
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add filter',
    default: {},
    displayOptions: shownFor('message', 'getAll'),
    options: [
      {
        displayName: 'Direction',
        name: 'direction',
        type: 'options',
        default: 'inbound',
        options: [
          { name: 'Inbound', value: 'inbound', description: 'From phones' },
          { name: 'Outbound', value: 'outbound', description: 'To phones' },
        ],
      },
      { displayName: 'From', name: 'from', type: 'string', default: '', placeholder: 'e.g. +14155552671' },
      { displayName: 'Reference', name: 'reference', type: 'string', default: '' },
      { displayName: 'Sent After', name: 'sentAfter', type: 'dateTime', default: '' },
      { displayName: 'Sent Before', name: 'sentBefore', type: 'dateTime', default: '' },
      {
        displayName: 'Status',
        name: 'status',
        type: 'options',
        default: 'delivered',
        options: statuses(...ALL_STATUSES),
      },
      { displayName: 'Tag', name: 'tag', type: 'string', default: '' },
      { displayName: 'To', name: 'to', type: 'string', default: '', placeholder: 'e.g. +14155552671' },
    ],
  },
  simplify(shownFor('message', 'get', 'getAll', 'cancel', 'checkLength')),
  {
    ...simplify(shownFor('message', 'send')),
    hint: 'Turned off, texts go one by one: a batch says less about each of them',
  },
  ...sendOptions,
];
