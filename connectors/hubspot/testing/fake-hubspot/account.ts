import { type Answer, fieldsOf, invalid, listOf, notFound, Refusal, textOf } from './answer.ts';
import type { CrmCall } from './crm.ts';
import { type ObjectType, type Property, scopeOf, typeOf } from './schema.ts';

/** What an account is made of, besides its records: properties, pipelines, owners. Shapes as in HubSpot's specs. */

/** By type of property, the fields that show it (developers.hubspot.com, "Properties", "Property type and fieldType values"). */
const FIELD_TYPES: Readonly<Record<string, readonly string[]>> = {
  bool: ['booleancheckbox', 'calculation_equation'],
  date: ['date'],
  datetime: ['date'],
  enumeration: ['booleancheckbox', 'checkbox', 'radio', 'select', 'calculation_equation'],
  number: ['number', 'calculation_equation'],
  phone_number: ['phonenumber'],
  string: ['file', 'html', 'phonenumber', 'text', 'textarea', 'calculation_equation'],
};

function schemaScope(call: CrmCall, name: string | undefined, action: 'read' | 'write'): ObjectType {
  const type = typeOf(name ?? '');
  if (!type) throw notFound();
  call.needs(type === 'tickets' ? 'tickets' : `crm.schemas.${type}.${action}`);
  return type;
}

export function listProperties(call: CrmCall, match: RegExpExecArray): Answer {
  const type = schemaScope(call, match[1], 'read');
  const known = [...(call.portal.properties.get(type)?.values() ?? [])];
  return { status: 200, json: { results: known.filter((one) => one.type !== 'group').map(shownProperty) } };
}

export function readProperty(call: CrmCall, match: RegExpExecArray): Answer {
  const type = schemaScope(call, match[1], 'read');
  const found = call.portal.properties.get(type)?.get(match[2] ?? '');
  if (!found) throw notFound();
  return { status: 200, json: shownProperty(found) };
}

const shownProperty = ({ name, type, options = [], isUnique = false }: Property) => ({
  name,
  label: name,
  type,
  fieldType: FIELD_TYPES[type]?.[0] ?? 'text',
  groupName: 'any',
  description: '',
  hasUniqueValue: isUnique,
  options: options.map((value, displayOrder) => ({ value, label: value, displayOrder, hidden: false })),
});

export function createGroup(call: CrmCall, match: RegExpExecArray): Answer {
  const type = schemaScope(call, match[1], 'write');
  const name = textOf(fieldsOf(call.body)['name']);
  const key = `group:${name}`;
  const known = call.portal.properties.get(type);
  if (known?.has(key))
    throw new Refusal(409, 'OBJECT_ALREADY_EXISTS', `A property group named '${name}' already exists.`);
  known?.set(key, { name: key, type: 'group' });
  return { status: 201, json: { name, label: name, displayOrder: -1, archived: false } };
}

export function createProperty(call: CrmCall, match: RegExpExecArray): Answer {
  const type = schemaScope(call, match[1], 'write');
  const body = fieldsOf(call.body);
  const name = textOf(body['name']);
  const known = call.portal.properties.get(type);
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw invalid(`${name} is not a valid property name`);
  if (!known?.has(`group:${textOf(body['groupName'])}`))
    throw invalid(`property group ${textOf(body['groupName'])} does not exist`);
  if (known.has(name)) throw new Refusal(409, 'OBJECT_ALREADY_EXISTS', `A property named '${name}' already exists.`);
  const [kind, fieldType] = [textOf(body['type']), textOf(body['fieldType'])];
  if (FIELD_TYPES[kind]?.includes(fieldType) !== true) throw invalid(`${fieldType} is no field for ${kind}`);
  if (kind === 'enumeration' && listOf(body['options']).length === 0) throw invalid('An enumeration needs options');
  const options = listOf(body['options']).map((option) => textOf(fieldsOf(option)['value']));
  const isUnique = body['hasUniqueValue'] === true;
  known.set(name, { name, type: kind, isUnique, ...(options.length > 0 ? { options } : {}) });
  return { status: 201, json: { options: [], description: '', archived: false, ...body } };
}

export function listPipelines(call: CrmCall, match: RegExpExecArray): Answer {
  const type = match[1] === 'tickets' ? 'tickets' : 'deals';
  call.needs(scopeOf(type, 'read'));
  const now = new Date(0).toISOString();
  const results = call.portal.pipelines[type].map((pipeline) => ({
    ...pipeline,
    displayOrder: 0,
    createdAt: now,
    updatedAt: now,
    archived: false,
    stages: pipeline.stages.map((stage, displayOrder) => ({
      ...stage,
      displayOrder,
      createdAt: now,
      updatedAt: now,
      archived: false,
      writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
    })),
  }));
  return { status: 200, json: { results } };
}

export function listOwners(call: CrmCall): Answer {
  call.needs('crm.objects.owners.read');
  const now = new Date(0).toISOString();
  const results = call.portal.owners.map((owner) => ({
    ...owner,
    type: 'PERSON',
    firstName: '',
    lastName: '',
    archived: false,
    createdAt: now,
    updatedAt: now,
  }));
  return { status: 200, json: { results } };
}

export function account({ portal }: CrmCall): Answer {
  return {
    status: 200,
    json: {
      portalId: portal.id,
      accountType: 'DEVELOPER_TEST',
      timeZone: 'America/New_York',
      uiDomain: 'app.hubspot.com',
      companyCurrency: 'USD',
      additionalCurrencies: [],
      utcOffset: '-05:00',
      utcOffsetMilliseconds: -18_000_000,
      dataHostingLocation: 'na1',
    },
  };
}
