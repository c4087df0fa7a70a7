import { type Answer, fieldsOf, invalid, listOf, notFound, Refusal, textOf } from './answer.ts';
import {
  account,
  createGroup,
  createProperty,
  listOwners,
  listPipelines,
  listProperties,
  readProperty,
} from './account.ts';
import type { Input, Portal } from './portal.ts';
import type { Stored } from './records.ts';
import { type ObjectType, scopeOf, singularOf, TIMES, typeOf } from './schema.ts';
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

/** developers.hubspot.com, "CRM objects" and "Associations". */
const BATCH_MAX = 100;
const LINKS_MAX = 1_000;
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
  ['GET', at('/crm/properties/V/([\\w-]+)/(\\w+)'), readProperty],
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
  refuseTwice(inputs.map((input) => textOf(input['id'])).filter(() => action !== 'create'));
  const results: object[] = [];
  const errors: object[] = [];
  for (const input of inputs) {
    try {
      results.push(
        one(call.portal, type, action, input, listOf(body['properties']).map(textOf), textOf(body['idProperty'])),
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const id = textOf(input['id']);
      if (error.answer.status !== 404 && call.portal.faulty.get(id)?.breaksBatch !== false) throw error;
      errors.push({
        status: 'error',
        category: textOf(fieldsOf(error.answer.json)['category']),
        message: error.message,
        context: { ids: [id] },
        errors: [],
        links: {},
      });
    }
  }
  return batchAnswer(call, action === 'create' ? 201 : 200, results, errors);
}

/** The whole batch is refused for it. */
function refuseTwice(ids: readonly string[]): void {
  const twice = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
  if (twice.length === 0) return;
  const message = `Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`;
  throw new Refusal(400, 'VALIDATION_ERROR', message, { context: { ids: twice } });
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
  refuseFaulty(portal, id, action === 'read' ? 'read' : 'write');
  if (action === 'create') return shown(portal.create(type, inputOf(fields), SOURCE), []);
  if (action === 'update') return shown(portal.update(type, id, inputOf(fields).properties, SOURCE), []);
  return shown(idProperty === '' ? portal.get(type, id) : portal.byUnique(type, idProperty, id), wanted);
}

function refuseFaulty({ faulty }: Portal, id: string, action: 'read' | 'write'): void {
  const fault = faulty.get(id);
  if (fault?.action === action) throw fault.refusal;
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
  refuseFaulty(call.portal, id, 'read');
  const record = idProperty === null ? call.portal.get(type, id) : call.portal.byUnique(type, idProperty, id);
  return { status: 200, json: shown(record, wanted) };
}

function update(call: CrmCall, match: RegExpExecArray): Answer {
  const type = objectOf(call, match[1], 'write');
  refuseFaulty(call.portal, match[2] ?? '', 'write');
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
  const { created, changed } = TIMES[record.type];
  const names = ['hs_object_id', created, changed, ...wanted];
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
  return batchAnswer(call, 200, [], []);
}

/** Who is associated with nobody is an error of the batch, which is a success all the same: 207. */
function readLinks(call: CrmCall, match: RegExpExecArray): Answer {
  const [from, to] = [objectOf(call, match[1], 'read'), objectOf(call, match[2], 'read')];
  const ids = listOf(fieldsOf(call.body)['inputs']).map((input) => textOf(fieldsOf(input)['id']));
  if (ids.length === 0 || ids.length > LINKS_MAX) throw invalid(`inputs must have 1 to ${LINKS_MAX} entries`);
  const linked = ids.map((id) => ({ id, to: call.portal.linked(from, id, to) }));
  const results = linked
    .filter((one) => one.to.length > 0)
    .map((one) => ({ from: { id: one.id }, to: one.to.map(shownLink) }));
  const errors = linked
    .filter((one) => one.to.length === 0)
    .map(({ id }) => ({
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
      message: `No ${singularOf(to)} is associated with ${singularOf(from)} ${id}.`,
      context: { fromObjectId: [id], fromObjectType: [singularOf(from)], toObjectType: [singularOf(to)] },
      errors: [],
      links: {},
    }));
  return batchAnswer(call, 200, results, errors);
}

const shownLink = ([toObjectId, typeIds]: readonly [string, readonly number[]]) => ({
  toObjectId,
  associationTypes: (typeIds.length > 0 ? typeIds : [1]).map((typeId) => ({
    category: 'HUBSPOT_DEFINED',
    typeId,
    label: null,
  })),
});

function batchAnswer(call: CrmCall, status: number, results: readonly object[], errors: readonly object[]): Answer {
  const now = new Date(call.nowMs).toISOString();
  const done = { status: 'COMPLETE', results, startedAt: now, completedAt: now };
  return errors.length === 0
    ? { status, json: done }
    : { status: 207, json: { ...done, numErrors: errors.length, errors } };
}
