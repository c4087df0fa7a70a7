import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** Parameters that several operations have. */

export const shownFor = (resource: string, ...operations: string[]): IDisplayOptions => ({
  show: { resource: [resource], operation: operations },
});

export const to = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'To',
  name: 'to',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. +14155552671',
  description: 'The recipient, with + and the country code. Spaces, brackets, dashes and a leading 00 do no harm.',
  displayOptions,
});

export const number = (displayOptions: IDisplayOptions): INodeProperties => ({
  ...to(displayOptions),
  displayName: 'Number',
  name: 'number',
  description: 'With + and the country code',
});

export const from = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'From',
  name: 'from',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  description: 'The number or name that the text comes from. Left empty, the server picks the one that fits.',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Choose a sender…',
      typeOptions: { searchListMethod: 'getSenders', searchable: true },
    },
    {
      displayName: 'By Number or Name',
      name: 'value',
      type: 'string',
      placeholder: 'e.g. +15005550006 or MyShop',
    },
  ],
  displayOptions,
});

export const template = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'Template',
  name: 'template',
  type: 'resourceLocator',
  required: true,
  default: { mode: 'list', value: '' },
  description: 'The wording, in its newest version',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Choose a template…',
      typeOptions: { searchListMethod: 'getTemplates', searchable: true },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. tpl_0123456789abcdef',
      validation: [
        { type: 'regex', properties: { regex: 'tpl_[0-9a-f]{16}', errorMessage: 'Not the ID of a template' } },
      ],
    },
  ],
  displayOptions,
});

export const variables = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'Variables',
  name: 'variables',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  placeholder: 'Add variable',
  default: {},
  description: 'What stands in the template for {{name}}',
  options: [{ displayName: 'Variable', name: 'values', values: nameAndValue }],
  displayOptions,
});

export const nameAndValue: INodeProperties[] = [
  { displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. order_id' },
  { displayName: 'Value', name: 'value', type: 'string', default: '' },
];

export const messageText = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'Message',
  name: 'message',
  type: 'string',
  typeOptions: { rows: 4 },
  required: true,
  default: '',
  placeholder: 'e.g. Your order has been shipped.',
  hint: 'A part holds 160 characters, or 70 with emoji and other special ones',
  displayOptions,
});

export const returnAll = (displayOptions: IDisplayOptions): INodeProperties[] => [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
    displayOptions,
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 50,
    description: 'Max number of results to return',
    displayOptions: { show: { ...displayOptions.show, returnAll: [false] } },
  },
];

export const simplify = (displayOptions: IDisplayOptions): INodeProperties => ({
  displayName: 'Simplify',
  name: 'simplify',
  type: 'boolean',
  default: true,
  description: 'Whether to return a simplified version of the response instead of the raw data',
  displayOptions,
});

export const defaultCountry: INodeProperties = {
  displayName: 'Default Country',
  name: 'defaultCountry',
  type: 'string',
  default: '',
  placeholder: 'e.g. US',
  description: 'Country of numbers written without a country code, as two letters (ISO 3166-1)',
};

export const sendAt: INodeProperties = {
  displayName: 'Send At',
  name: 'sendAt',
  type: 'dateTime',
  default: '',
  description: 'When the text goes, in the time zone of the workflow. Up to 366 days ahead.',
};

export const messageType: INodeProperties = {
  displayName: 'Message Type',
  name: 'messageType',
  type: 'options',
  default: 'transactional',
  description: 'What the text is for; it decides about consent, hours and priority',
  options: [
    { name: 'Conversational', value: 'conversational', description: 'A person answers somebody who has written' },
    { name: 'One-Time Code', value: 'otp', description: 'Goes first and expires after five minutes' },
    { name: 'Promotional', value: 'promotional', description: 'Needs recorded consent and waits for the day' },
    { name: 'Transactional', value: 'transactional', description: 'About something the recipient asked for' },
  ],
};

const STATUS_WORDS: Readonly<Record<string, string>> = {
  canceled: 'Canceled',
  delivered: 'Delivered',
  expired: 'Expired',
  failed: 'Failed',
  held: 'Held',
  queued: 'Queued',
  received: 'Received',
  rejected: 'Rejected',
  scheduled: 'Scheduled',
  sending: 'Sending',
  sent: 'Sent',
  undelivered: 'Undelivered',
};

export const statuses = (...values: string[]): INodePropertyOptions[] =>
  values.toSorted().map((value) => ({ name: STATUS_WORDS[value] ?? value, value }));

export const ALL_STATUSES = Object.keys(STATUS_WORDS);
