import type { INodeProperties } from 'n8n-workflow';
import { defaultCountry, messageType, nameAndValue, sendAt, shownFor } from './fields.ts';

const topic: INodeProperties = {
  displayName: 'Topic',
  name: 'topic',
  type: 'string',
  default: '',
  placeholder: 'e.g. offers',
  description: 'What the recipient may have agreed to, and may have ended',
};

const wording: INodeProperties[] = [
  {
    displayName: 'Encoding',
    name: 'encoding',
    type: 'options',
    default: 'auto',
    description: 'How characters are encoded; it decides how many fit into a part',
    options: [
      { name: 'Automatic', value: 'auto', description: 'The shortest that fits the text' },
      { name: 'GSM-7', value: 'gsm7', description: 'Refuse a text that does not fit' },
      { name: 'UCS-2', value: 'ucs2', description: 'Any character, 70 per part' },
    ],
  },
  {
    displayName: 'Flash',
    name: 'flash',
    type: 'boolean',
    default: false,
    description: 'Whether the phone shows the text at once and does not keep it',
  },
  {
    displayName: 'Max Parts',
    name: 'maxSegments',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 255 },
    default: 3,
    description: 'Refuse a text that is longer',
  },
  {
    displayName: 'Replace Typographic Characters',
    name: 'smartEncoding',
    type: 'boolean',
    default: true,
    description: 'Whether curly quotes, long dashes and the like become plain ones where that makes the text shorter',
  },
];

const sending: INodeProperties[] = [
  {
    displayName: 'Batch Size',
    name: 'batchSize',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 100 },
    default: 100,
    description: 'How many items go in one request. Each has a result of its own.',
  },
  {
    displayName: 'Campaign ID',
    name: 'campaignId',
    type: 'string',
    default: '',
    description: 'What the text is a part of; reports group by it',
  },
  {
    displayName: 'Deduplication Key',
    name: 'deduplicationKey',
    type: 'string',
    default: '',
    placeholder: 'e.g. order-1234-shipped',
    description:
      'A text with the same key is sent once within 24 hours, by other executions too. Left empty, repeated tries of this execution send nothing twice.',
  },
  {
    displayName: 'Dry Run',
    name: 'dryRun',
    type: 'boolean',
    default: true,
    description: 'Whether to return what would become of the text without sending it',
  },
  {
    displayName: 'If Sending Is in Doubt',
    name: 'onAmbiguous',
    type: 'options',
    default: 'default',
    description: 'What to do when the connection to the carrier broke before it answered',
    options: [
      { name: 'Default', value: 'default', description: 'Promotional texts are held, others are sent again' },
      { name: 'Hold', value: 'hold', description: 'Wait for a person to decide' },
      { name: 'Send Again', value: 'resend', description: 'The recipient may get it twice; it is flagged' },
    ],
  },
  {
    displayName: 'Metadata',
    name: 'metadata',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add field',
    default: {},
    description: 'Kept with the text and handed back in events',
    options: [{ displayName: 'Field', name: 'values', values: nameAndValue }],
  },
  {
    displayName: 'Priority',
    name: 'priority',
    type: 'options',
    default: 'normal',
    options: [
      { name: 'High', value: 'high' },
      { name: 'Low', value: 'low' },
      { name: 'Normal', value: 'normal' },
    ],
  },
  {
    displayName: 'Quiet Hours',
    name: 'quietHours',
    type: 'options',
    default: 'hold',
    description: 'What to do when it is night at the recipient',
    options: [
      { name: 'Hold', value: 'hold', description: 'Wait for the morning' },
      { name: 'Ignore', value: 'ignore', description: 'Send all the same; the key needs the scope consents:write' },
      { name: 'Reject', value: 'reject', description: 'Send nothing and return an error' },
    ],
  },
  {
    displayName: 'Reference',
    name: 'reference',
    type: 'string',
    default: '',
    placeholder: 'e.g. order-1234',
    description: 'Your own reference, to find the text by',
  },
  {
    displayName: 'Tags',
    name: 'tags',
    type: 'string',
    default: '',
    placeholder: 'e.g. welcome, shop',
    description: 'Up to 10, with commas between them',
  },
  {
    displayName: 'Valid For (Minutes)',
    name: 'validFor',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 4320 },
    default: 1440,
    description: 'A text that could not be delivered until then expires',
  },
  {
    displayName: 'Wait for Delivery (Seconds)',
    name: 'waitForDelivery',
    type: 'number',
    typeOptions: { minValue: 0, maxValue: 300 },
    default: 30,
    description: 'Return when the texts are delivered or failed, but not later than this. SMS Trigger tells it too.',
  },
];

const byName = (options: INodeProperties[]) =>
  options.toSorted((a, b) => a.displayName.localeCompare(b.displayName, 'en'));

const options: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
};

export const sendOptions: INodeProperties[] = [
  {
    ...options,
    displayOptions: shownFor('message', 'send'),
    options: byName([defaultCountry, messageType, sendAt, topic, ...wording, ...sending]),
  },
  {
    ...options,
    displayOptions: shownFor('message', 'checkLength'),
    options: byName([defaultCountry, messageType, topic, ...wording]),
  },
];
