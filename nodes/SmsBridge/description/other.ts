import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { defaultCountry, from, number, returnAll, shownFor, simplify, template, to, variables } from './fields.ts';

/** The resources beside messages. */

const operations = (resource: string, first: string, options: INodePropertyOptions[]): INodeProperties => ({
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  default: first,
  displayOptions: { show: { resource: [resource] } },
  options,
});

const options = (resource: string, operation: string, fields: INodeProperties[]): INodeProperties => ({
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  displayOptions: shownFor(resource, operation),
  options: fields,
});

const topic: INodeProperties = {
  displayName: 'Topic',
  name: 'topic',
  type: 'string',
  default: '',
  placeholder: 'e.g. offers',
  description: 'Left empty, it is about all texts',
};

const numberFields: INodeProperties[] = [
  operations('number', 'lookUp', [
    {
      name: 'Look Up',
      value: 'lookUp',
      action: 'Look up a number',
      description: 'See whether a number can be texted, its country, kind, time zones and consent',
    },
  ]),
  number(shownFor('number', 'lookUp')),
  options('number', 'lookUp', [defaultCountry]),
];

const optOutFields: INodeProperties[] = [
  operations('optOut', 'create', [
    {
      name: 'Create',
      value: 'create',
      action: 'Create an opt-out',
      description: 'Opt a number out; texts to it that have not left are canceled',
    },
    {
      name: 'Delete',
      value: 'delete',
      action: 'Delete an opt-out',
      description: 'Opt a number in again, with what proves that it was asked for',
    },
    { name: 'Get', value: 'get', action: 'Get an opt-out', description: 'See whether a number has opted out' },
    { name: 'Get Many', value: 'getAll', action: 'Get many opt-outs', description: 'List those who have opted out' },
  ]),
  number(shownFor('optOut', 'create', 'delete', 'get')),
  {
    displayName: 'Evidence',
    name: 'evidence',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. Ticked the box on the order form on 3 May',
    description: 'How the person agreed to be texted again. It is kept in the record of consent.',
    displayOptions: shownFor('optOut', 'delete'),
  },
  ...returnAll(shownFor('optOut', 'getAll')),
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add filter',
    default: {},
    displayOptions: shownFor('optOut', 'getAll'),
    options: [
      { displayName: 'Opted Out After', name: 'createdAfter', type: 'dateTime', default: '' },
      { displayName: 'Source', name: 'source', type: 'string', default: '', placeholder: 'e.g. keyword' },
      { displayName: 'Topic', name: 'topic', type: 'string', default: '' },
    ],
  },
  simplify(shownFor('optOut', 'getAll')),
  options('optOut', 'create', [
    defaultCountry,
    {
      displayName: 'Reason',
      name: 'reason',
      type: 'string',
      default: '',
      placeholder: 'e.g. Asked on the phone',
      description: 'Kept in the record of consent',
    },
    topic,
  ]),
  options('optOut', 'delete', [
    defaultCountry,
    {
      displayName: 'Recipient Asked for It',
      name: 'recipientAsked',
      type: 'boolean',
      default: true,
      description: 'Whether the person who texted STOP has asked for texts again',
    },
    topic,
  ]),
  options('optOut', 'get', [defaultCountry]),
];

const templateFields: INodeProperties[] = [
  operations('template', 'getAll', [
    {
      name: 'Get Many',
      value: 'getAll',
      action: 'Get many templates',
      description: 'List templates, the newest first',
    },
    {
      name: 'Preview',
      value: 'preview',
      action: 'Preview a template',
      description: 'See the text that a template makes of variables, without sending it',
    },
  ]),
  ...returnAll(shownFor('template', 'getAll')),
  template(shownFor('template', 'preview')),
  variables(shownFor('template', 'preview')),
  to(shownFor('template', 'preview')),
  from(shownFor('template', 'preview')),
  simplify(shownFor('template', 'preview')),
  options('template', 'preview', [defaultCountry]),
];

export const otherFields: INodeProperties[] = [...numberFields, ...optOutFields, ...templateFields];
