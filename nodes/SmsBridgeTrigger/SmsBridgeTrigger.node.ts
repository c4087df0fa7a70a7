import type {
  IHookFunctions,
  INodeProperties,
  INodeType,
  INodeTypeDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { statuses } from '../SmsBridge/description/fields.ts';
import { getSenders } from '../SmsBridge/list-search.ts';
import { createEndpoint, deleteEndpoint, endpointExists } from './endpoint.ts';
import { hearEvent } from './hear-event.ts';
import { STATUSES } from './subscription.ts';

export class SmsBridgeTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'SMS Trigger',
    name: 'smsBridgeTrigger',
    icon: { light: 'file:smsbridge.svg', dark: 'file:smsbridge.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["events"].join(", ").replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) }}',
    description: 'Starts when a text comes, is delivered or fails, or when somebody opts out, by SMS Bridge',
    defaults: { name: 'SMS Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'smsBridgeApi', required: true }],
    webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
    properties: triggerFields(),
  };

  methods = { listSearch: { getSenders } };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return endpointExists(this);
      },
      async create(this: IHookFunctions): Promise<boolean> {
        return createEndpoint(this);
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return deleteEndpoint(this);
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return hearEvent(this);
  }
}

function triggerFields(): INodeProperties[] {
  return [
    {
      displayName: 'Trigger On',
      name: 'events',
      type: 'multiOptions',
      required: true,
      default: ['messageReceived'],
      options: [
        {
          name: 'Delivery Status Changed',
          value: 'deliveryStatusChanged',
          description: 'A text was delivered, or was not',
        },
        { name: 'Message Received', value: 'messageReceived', description: 'A text came from a phone' },
        { name: 'Opt-Out Changed', value: 'optOutChanged', description: 'Somebody opted out, or in again' },
        { name: 'Reply Timed Out', value: 'replyTimedOut', description: 'An awaited reply did not come in time' },
      ],
    },
    {
      displayName: 'Statuses',
      name: 'statuses',
      type: 'multiOptions',
      default: ['delivered', 'expired', 'failed', 'rejected', 'undelivered'],
      description: 'Which changes start the workflow',
      options: statuses(...STATUSES),
      displayOptions: { show: { events: ['deliveryStatusChanged'] } },
    },
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add option',
      default: {},
      options,
    },
  ];
}

const options: INodeProperties[] = [
  {
    displayName: 'Combine Messages (Seconds)',
    name: 'combineMessages',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 60 },
    default: 5,
    description: 'Texts that somebody writes within so many seconds of each other come as one',
  },
  {
    displayName: 'From Number',
    name: 'fromNumber',
    type: 'string',
    default: '',
    placeholder: 'e.g. +14155552671',
    description: 'Only texts from these numbers, with commas between them',
  },
  {
    displayName: 'Ignore Opt-Out Keywords',
    name: 'ignoreOptOutKeywords',
    type: 'boolean',
    default: false,
    description:
      'Whether to leave out STOP, START and HELP, which the server answers itself. It does unless turned off.',
  },
  {
    displayName: 'Keyword',
    name: 'keyword',
    type: 'fixedCollection',
    placeholder: 'Add keyword',
    default: {},
    description: 'Only texts with these words; case, accents and punctuation do not matter',
    options: [
      {
        displayName: 'Keyword',
        name: 'values',
        values: [
          {
            displayName: 'Match',
            name: 'match',
            type: 'options',
            default: 'equals',
            options: [
              { name: 'Equals', value: 'equals' },
              { name: 'Starts With', value: 'startsWith' },
            ],
          },
          { displayName: 'Words', name: 'words', type: 'string', default: '', placeholder: 'e.g. info' },
        ],
      },
    ],
  },
  {
    displayName: 'Skip Duplicates',
    name: 'skipDuplicates',
    type: 'boolean',
    default: false,
    description:
      'Whether to leave out events that were told before, which happens after lost connections. It does unless turned off.',
  },
  {
    displayName: 'To Number',
    name: 'toNumber',
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    description: 'Only texts to this number of yours',
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        placeholder: 'Choose a number…',
        typeOptions: { searchListMethod: 'getSenders', searchable: true },
      },
      { displayName: 'By Number', name: 'value', type: 'string', placeholder: 'e.g. +15005550006' },
    ],
  },
];
