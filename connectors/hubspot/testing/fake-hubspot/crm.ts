import { type Answer, fieldsOf, invalid, listOf, notFound, Refusal, textOf } from './answer.ts';
import type { Input, Portal, Stored } from './portal.ts';
import { type ObjectType, scopeOf, typeOf } from './schema.ts';
import { search } from './search.ts';

export interface CrmCall {
  readonly portal: Portal;
  readonly method: string;
  /** Without the host; date-based. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Throws 403 when the token has no such scope. */
  readonly needs: (scope: string) => void;
  readonly nowMs: number;
}

const BATCH_MAX = 100;
const SOURCE = 'INTEGRATION';

type Handler = (call: CrmCall, match: RegExpExecArray) => Answer;

const VERSION = '2026-09';
const ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ['POST', at('/crm/objects/V/([\\w-]+)/search'), searchObjects],
  ['POST', at('/crm/objects/V/([\\w-]+)/batch/(read|update|create)'), batch],
  ['PUT', at('/crm/objects/V/([\\w-]+)/(\\d+)/associations/default/([\\w-]+)/(\\d+)'), linkByDefault],
  ['POST', at('/crm/objects/V/([\\w-]+)'), create],
  ['GET', at('/crm/objects/V/([\\w-]+)/([^/]+)'), read],
  ['PATCH', at('/crm/objects/V/([\\w-]+)/([^/]+)'), update],
  ['DELETE', at('/crm/objects/V/([\\w-]+)/([^/]+)'), archive],
  ['POST', at('/crm/associations/V/([\\w-]+)/([\\w-]+)/batch/read'), readLinks],
  ['GET', at('/crm/properties/V/([\\w-]+)'), listProperties],
  ['POST', at('/crm/properties/V/([\\w-]+)/groups'), createGroup],
  ['POST', at('/crm/properties/V/([\\w-]+)'), createProperty],
  ['GET', at('/crm/pipelines/V/(deals|tickets)'), listPipelines],
  ['GET', at('/crm/owners/V'), listOwners],
  ['GET', at('/account-info/V/details'), account],
];

function at(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace('V', VERSION)}$`);
}

/** Null: there is no such address. Anything that is not of this version is one that HubSpot will switch off. */
export function answerCrm(call: CrmCall): Answer | null {
  for (const [method, pattern, handler] of ROUTES) {
    const match = pattern.exec(call.path);
    if (match && method === call.method) return handler(call, match);
  }
  return null;
}

function objectOf({ needs }: CrmCall, name: string | undefined, action: 'read' | 'write'): ObjectType {
  const type = typeOf(name ?? '');
  if (!type) throw notFound(`Unable to infer object type from: ${name ?? ''}`);
  needs(scopeOf(type, action));
  return type;
}

function searchObjects(call: CrmCall, match: RegExpExecArray): Answer {
  const type = objectOf(call, match[1], 'read');
  const { total, page, next } = search(call.portal, type, call.body, call.nowMs);
  const wanted = listOf(fieldsOf(call.body)['properties']).map(textOf);
  const results = page.map((record) => shown(record, wanted));
  return { status: 200, json: { total, results, ...(next === null ? {} : { paging: { next: { after: next } } }) } };
}

function batch(call: CrmCall, match: RegExpExecArray): Answer {
  const action = match[2] ?? '';
  const type = objectOf(call, match[1], action === 'read' ? 'read' : 'write');
  const body = fieldsOf(call.body);
  const inputs = listOf(body['inputs']).map(fieldsOf);
  if (inputs.length === 0 || inputs.length > BATCH_MAX) throw invalid(`inputs must have 1 to ${BATCH_MAX} entries`);
  const results: object[] = [];
  const errors: object[] = [];
  for (const input of inputs) {
    try {
      results.push(
        one(call.portal, type, action, input, listOf(body['properties']).map(textOf), textOf(body['idProperty'])),
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.answer.status !== 404) throw error;
      errors.push({
        status: 'error',
        category: 'OBJECT_NOT_FOUND',
        message: error.message,
        context: { ids: [textOf(input['id'])] },
        errors: [],
        links: {},
      });
    }
  }
  const now = new Date(call.nowMs).toISOString();
  const json = {
    status: 'COMPLETE',
    results,
    startedAt: now,
    completedAt: now,
    ...(errors.length > 0 ? { numErrors: errors.length, errors } : {}),
  };
  return { status: errors.length > 0 ? 207 : action === 'create' ? 201 : 200, json };
}

function one(
  portal: Portal,
  type: ObjectType,
  action: string,
  input: object,
  wanted: string[],
  idProperty: string,
): object {
  const fields = fieldsOf(input);
  const id = textOf(fields['id']);
  if (action === 'create') return shown(portal.create(type, inputOf(fields), SOURCE), []);
  if (action === 'update') return shown(portal.update(type, id, inputOf(fields).properties, SOURCE), []);
  return shown(idProperty === '' ? portal.get(type, id) : portal.byUnique(type, idProperty, id), wanted);
}

function create(call: CrmCall, match: RegExpExecArray): Answer {
  const type = objectOf(call, match[1], 'write');
  return { status: 201, json: shown(call.portal.create(type, inputOf(fieldsOf(call.body)), SOURCE), []) };
}

function inputOf(body: Readonly<Record<string, unknown>>): Input {
  const properties = Object.fromEntries(
    Object.entries(fieldsOf(body['properties'])).map(([name, value]) => [name, value === null ? null : textOf(value)]),
  );
  const associations = listOf(body['associations']).map((association) => {
    const { to, types } = fieldsOf(association);
    return {
      toId: textOf(fieldsOf(to)['id']),
      typeIds: listOf(types).map((one) => Number(fieldsOf(one)['associationTypeId'])),
    };
  });
  return { properties, associations };
}

function read(call: CrmCall, match: RegExpExecArray): Answer {
  const type = objectOf(call, match[1], 'read');
  const id = decodeURIComponent(match[2] ?? '');
  const idProperty = call.query.get('idProperty');
  const wanted = call.query.getAll('properties').flatMap((names) => names.split(','));
  const record = idProperty === null ? call.portal.get(type, id) : call.portal.byUnique(type, idProperty, id);
  return { status: 200, json: shown(record, wanted) };
}

function update(call: CrmCall, match: RegExpExecArray): Answer {
  const type = objectOf(call, match[1], 'write');
  return {
    status: 200,
    json: shown(call.portal.update(type, match[2] ?? '', inputOf(fieldsOf(call.body)).properties, SOURCE), []),
  };
}

function archive(call: CrmCall, match: RegExpExecArray): Answer {
  call.portal.archive(objectOf(call, match[1], 'write'), match[2] ?? '', 'object.deletion', SOURCE);
  return { status: 204 };
}

function shown(record: Stored, wanted: readonly string[]): object {
  const names = ['hs_object_id', 'createdate', 'lastmodifieddate', ...wanted];
  const properties =
    wanted.length === 0
      ? record.properties
      : Object.fromEntries(names.map((name) => [name, record.properties[name] ?? null]));
  return {
    id: record.id,
    properties,
    createdAt: new Date(record.createdAtMs).toISOString(),
    updatedAt: new Date(record.updatedAtMs).toISOString(),
    archived: record.isArchived,
  };
}

function linkByDefault(call: CrmCall, match: RegExpExecArray): Answer {
  const [from, to] = [objectOf(call, match[1], 'write'), objectOf(call, match[3], 'read')];
  const [fromId, toId] = [call.portal.get(from, match[2] ?? '').id, call.portal.get(to, match[4] ?? '').id];
  call.portal.link(from, fromId, to, toId, []);
  return {
    status: 200,
    json: { status: 'COMPLETE', results: [], startedAt: new Date(call.nowMs), completedAt: new Date(call.nowMs) },
  };
}

function readLinks(call: CrmCall, match: RegExpExecArray): Answer {
  const [from, to] = [objectOf(call, match[1], 'read'), objectOf(call, match[2], 'read')];
  const ids = listOf(fieldsOf(call.body)['inputs']).map((input) => textOf(fieldsOf(input)['id']));
  if (ids.length === 0 || ids.length > BATCH_MAX) throw invalid(`inputs must have 1 to ${BATCH_MAX} entries`);
  const results = ids.flatMap((id) => {
    const linked = call.portal.linked(from, id, to);
    if (linked.length === 0) return [];
    const list = linked.map(([toId, typeIds]) => ({
      toObjectId: toId,
      associationTypes: (typeIds.length > 0 ? typeIds : [1]).map((typeId) => ({
        category: 'HUBSPOT_DEFINED',
        typeId,
        label: null,
      })),
    }));
    return [{ from: { id }, to: list }];
  });
  const now = new Date(call.nowMs).toISOString();
  return { status: 200, json: { status: 'COMPLETE', results, startedAt: now, completedAt: now } };
}

function schemaScope(call: CrmCall, name: string | undefined, action: 'read' | 'write'): ObjectType {
  const type = typeOf(name ?? '');
  if (!type) throw notFound();
  call.needs(type === 'tickets' ? 'tickets' : `crm.schemas.${type}.${action}`);
  return type;
}

function listProperties(call: CrmCall, match: RegExpExecArray): Answer {
  const type = schemaScope(call, match[1], 'read');
  const results = [...(call.portal.properties.get(type)?.values() ?? [])].map(({ name, type: kind }) => ({
    name,
    label: name,
    type: kind,
    fieldType: 'text',
    groupName: 'any',
    description: '',
    options: [],
  }));
  return { status: 200, json: { results } };
}

function createGroup(call: CrmCall, match: RegExpExecArray): Answer {
  const type = schemaScope(call, match[1], 'write');
  const name = textOf(fieldsOf(call.body)['name']);
  const key = `group:${name}`;
  const known = call.portal.properties.get(type);
  if (known?.has(key))
    throw new Refusal(409, 'OBJECT_ALREADY_EXISTS', `A property group named '${name}' already exists.`);
  known?.set(key, { name: key, type: 'group' });
  return { status: 201, json: { name, label: name, displayOrder: -1, archived: false } };
}

function createProperty(call: CrmCall, match: RegExpExecArray): Answer {
  const type = schemaScope(call, match[1], 'write');
  const body = fieldsOf(call.body);
  const name = textOf(body['name']);
  const known = call.portal.properties.get(type);
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw invalid(`${name} is not a valid property name`);
  if (!known?.has(`group:${textOf(body['groupName'])}`))
    throw invalid(`property group ${textOf(body['groupName'])} does not exist`);
  if (known.has(name)) throw new Refusal(409, 'OBJECT_ALREADY_EXISTS', `A property named '${name}' already exists.`);
  const options = listOf(body['options']).map((option) => textOf(fieldsOf(option)['value']));
  const isUnique = body['hasUniqueValue'] === true;
  known.set(name, { name, type: textOf(body['type']), isUnique, ...(options.length > 0 ? { options } : {}) });
  return { status: 201, json: { ...body, description: '', archived: false } };
}

function listPipelines(call: CrmCall, match: RegExpExecArray): Answer {
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

function listOwners(call: CrmCall): Answer {
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

function account({ portal }: CrmCall): Answer {
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
