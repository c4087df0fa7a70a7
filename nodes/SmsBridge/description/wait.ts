import type { INodeProperties } from 'n8n-workflow';
import { defaultCountry, sendAt, shownFor } from './fields.ts';

/** Parameters of Send and Wait for Response. n8n makes its human-in-the-loop tool out of their names. */

const WAIT = shownFor('message', 'sendAndWait');
const forType = (...types: string[]) => ({ show: { ...WAIT.show, responseType: types } });

const reminder: INodeProperties = {
  displayName: 'Reminder If Unclear',
  name: 'reminder',
  type: 'string',
  default: '',
  placeholder: 'e.g. Please answer YES or NO.',
  description: 'Sent back when an answer is not understood. The node keeps waiting.',
};

const approvalOptions: INodeProperties = {
  displayName: 'Approval Options',
  name: 'approvalOptions',
  type: 'fixedCollection',
  placeholder: 'Add option',
  default: {},
  description: 'Yes and no are understood in many languages; add words of your own here',
  displayOptions: forType('approval'),
  options: [
    {
      displayName: 'Values',
      name: 'values',
      values: [
        {
          displayName: 'Approve Words',
          name: 'approve',
          type: 'string',
          default: '',
          placeholder: 'e.g. coming, C',
          description: 'Also mean yes, with commas between them',
        },
        {
          displayName: 'Decline Words',
          name: 'decline',
          type: 'string',
          default: '',
          placeholder: 'e.g. later, L',
          description: 'Also mean no. STOP and words like it always opt the recipient out.',
        },
        reminder,
      ],
    },
  ],
};

const choices: INodeProperties[] = [
  {
    displayName: 'Choices',
    name: 'choices',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add choice',
    default: {},
    description: 'Listed with numbers below the message; the recipient answers with a number or the words',
    displayOptions: forType('choice'),
    options: [
      {
        displayName: 'Choice',
        name: 'values',
        values: [{ displayName: 'Label', name: 'label', type: 'string', default: '', placeholder: 'e.g. Tomorrow' }],
      },
    ],
  },
  { ...reminder, placeholder: 'e.g. Please answer with 1, 2 or 3.', displayOptions: forType('choice') },
];

const limitWaitTime: INodeProperties = {
  displayName: 'Limit Wait Time',
  name: 'limitWaitTime',
  type: 'fixedCollection',
  default: { values: { limitType: 'afterTimeInterval', resumeAmount: 45, resumeUnit: 'minutes' } },
  description: 'When to go on without an answer. Without a limit that is after 30 days.',
  options: [
    {
      displayName: 'Values',
      name: 'values',
      values: [
        {
          displayName: 'Limit Type',
          name: 'limitType',
          type: 'options',
          default: 'afterTimeInterval',
          options: [
            { name: 'After Time Interval', value: 'afterTimeInterval', description: 'Wait for a certain time' },
            { name: 'At Specified Time', value: 'atSpecifiedTime', description: 'Wait until a date and time' },
          ],
        },
        {
          displayName: 'Amount',
          name: 'resumeAmount',
          type: 'number',
          typeOptions: { minValue: 0, numberPrecision: 2 },
          default: 1,
          description: 'How long to wait',
          displayOptions: { show: { limitType: ['afterTimeInterval'] } },
        },
        {
          displayName: 'Unit',
          name: 'resumeUnit',
          type: 'options',
          default: 'hours',
          displayOptions: { show: { limitType: ['afterTimeInterval'] } },
          options: [
            { name: 'Days', value: 'days' },
            { name: 'Hours', value: 'hours' },
            { name: 'Minutes', value: 'minutes' },
          ],
        },
        {
          displayName: 'Max Date and Time',
          name: 'maxDateAndTime',
          type: 'dateTime',
          default: '',
          description: 'In the time zone of the workflow, at most 30 days ahead',
          displayOptions: { show: { limitType: ['atSpecifiedTime'] } },
        },
      ],
    },
  ],
};

export const waitFields: INodeProperties[] = [
  {
    displayName: 'Response Type',
    name: 'responseType',
    type: 'options',
    default: 'approval',
    displayOptions: WAIT,
    options: [
      { name: 'Approval', value: 'approval', description: 'Yes or no' },
      { name: 'Choice', value: 'choice', description: 'One of a numbered list' },
      { name: 'Free Text', value: 'freeText', description: 'Whatever the recipient writes' },
    ],
  },
  approvalOptions,
  ...choices,
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    displayOptions: WAIT,
    options: [
      defaultCountry,
      limitWaitTime,
      sendAt,
      {
        displayName: 'Thank-You Text',
        name: 'thankYou',
        type: 'string',
        default: '',
        placeholder: 'e.g. Thank you, see you tomorrow!',
        description: 'Sent back when the answer has been taken',
      },
    ],
  },
];
