import { fieldsOf, invalid, listOf, Refusal, textOf } from './answer.ts';
import type { Portal, Stored } from './portal.ts';
import { type ObjectType, typeOf } from './schema.ts';

const PAGE_MAX = 200;
const RESULTS_MAX = 10_000;

/** POST …/search: groups are alternatives, filters of a group hold together. It sees records as they were a while ago. */
export function search(portal: Portal, type: ObjectType, body: unknown, nowMs: number) {
  const request = fieldsOf(body);
  const groups = listOf(request['filterGroups']).map((group) => listOf(fieldsOf(group)['filters']).map(fieldsOf));
  if (groups.length > 5 || groups.some((filters) => filters.length > 6) || groups.flat().length > 18)
    throw invalid('Too many filters');
  const limit = Number(request['limit'] ?? 10);
  if (!(limit >= 1 && limit <= PAGE_MAX)) throw invalid(`limit must be between 1 and ${PAGE_MAX}`);
  const after = Number(textOf(request['after']) || 0);
  if (after + limit > RESULTS_MAX) throw invalid('Paging goes up to 10000 results');
  for (const filter of groups.flat()) checkFilter(portal, type, filter);
  const found = portal
    .list(type)
    .filter((record) => isSeen(record, nowMs))
    .filter(
      (record) =>
        groups.length === 0 || groups.some((filters) => filters.every((one) => holds(portal, record, one, nowMs))),
    )
    .sort((one, other) => Number(one.id) - Number(other.id));
  const page = found.slice(after, after + limit);
  const more = after + limit < found.length;
  return { total: found.length, page, next: more ? String(after + limit) : null };
}

const isSeen = (record: Stored, nowMs: number) => record.searchableAtMs <= nowMs || record.seenBySearch !== null;

function checkFilter(portal: Portal, type: ObjectType, filter: Readonly<Record<string, unknown>>): void {
  const name = textOf(filter['propertyName']);
  if (name.startsWith('associations.')) return;
  if (!portal.properties.get(type)?.has(name))
    throw invalid(`There was a problem with the request: property ${name} does not exist`);
}

function holds(portal: Portal, record: Stored, filter: Readonly<Record<string, unknown>>, nowMs: number): boolean {
  const name = textOf(filter['propertyName']);
  const value = textOf(filter['value']);
  const association = /^associations\.(\w+)$/.exec(name)?.[1];
  if (association !== undefined) {
    const to = typeOf(association);
    return to !== null && portal.linked(record.type, record.id, to).some(([id]) => id === value);
  }
  const seen = record.searchableAtMs <= nowMs ? record.properties : (record.seenBySearch ?? {});
  return compare(textOf(filter['operator']), seen[name] ?? '', value, listOf(filter['values']).map(textOf));
}

function compare(operator: string, has: string, value: string, values: readonly string[]): boolean {
  const order = (text: string) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text));
  switch (operator) {
    case 'EQ':
      return has === value;
    case 'NEQ':
      return has !== value;
    case 'IN':
      return values.includes(has);
    case 'HAS_PROPERTY':
      return has !== '';
    case 'NOT_HAS_PROPERTY':
      return has === '';
    case 'GT':
      return order(has) > order(value);
    case 'GTE':
      return order(has) >= order(value);
    case 'LT':
      return order(has) < order(value);
    case 'LTE':
      return order(has) <= order(value);
    case 'CONTAINS_TOKEN':
      return has.toLowerCase().split(/\W+/).includes(value.replaceAll('*', '').toLowerCase());
    default:
      throw new Refusal(400, 'VALIDATION_ERROR', `Unknown operator ${operator}`);
  }
}
