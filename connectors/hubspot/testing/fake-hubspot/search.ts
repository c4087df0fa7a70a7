import { type Fields, fieldsOf, invalid, isFields, listOf, Refusal, textOf } from './answer.ts';
import type { Portal } from './portal.ts';
import type { Stored } from './records.ts';
import { type ObjectType, typeOf } from './schema.ts';

/** All of developers.hubspot.com, "Search the CRM", "Limits". */
const PAGE_MAX = 200;
const RESULTS_MAX = 10_000;
const REQUEST_CHARACTERS_MAX = 3_000;
const GROUPS_MAX = 5;
const FILTERS_MAX = 6;
const ALL_FILTERS_MAX = 18;

/** POST …/search: groups are alternatives, filters of a group hold together. It sees records as they were a while ago. */
export function search(portal: Portal, type: ObjectType, body: unknown, nowMs: number) {
  const request = fieldsOf(body);
  const groups = listOf(request['filterGroups']).map((group) => listOf(fieldsOf(group)['filters']).map(fieldsOf));
  const { limit, after } = checkLimits(request, groups);
  for (const filter of groups.flat()) checkFilter(portal, type, filter);
  const found = portal
    .list(type)
    .filter((record) => isSeen(record, nowMs))
    .filter(
      (record) =>
        groups.length === 0 || groups.some((filters) => filters.every((one) => holds(portal, record, one, nowMs))),
    )
    .sort(orderOf(portal, type, listOf(request['sorts']), nowMs));
  const page = found.slice(after, after + limit);
  const more = after + limit < found.length;
  return { total: found.length, page, next: more ? String(after + limit) : null };
}

function checkLimits(request: Fields, groups: readonly (readonly Fields[])[]) {
  if (JSON.stringify(request).length > REQUEST_CHARACTERS_MAX)
    throw invalid(`The request has more than ${REQUEST_CHARACTERS_MAX} characters`);
  const isOver = groups.length > GROUPS_MAX || groups.flat().length > ALL_FILTERS_MAX;
  if (isOver || groups.some((filters) => filters.length > FILTERS_MAX)) throw invalid('Too many filters');
  const limit = Number(request['limit'] ?? 10);
  if (!(limit >= 1 && limit <= PAGE_MAX)) throw invalid(`limit must be between 1 and ${PAGE_MAX}`);
  const after = Number(textOf(request['after']) || 0);
  if (!Number.isInteger(after) || after < 0) throw invalid('after is no cursor of a page');
  if (after + limit > RESULTS_MAX) throw invalid('Paging goes up to 10000 results');
  return { limit, after };
}

/** One rule at most: a name, "-name" for descending, or both as an object. Without one, the oldest first. */
function orderOf(portal: Portal, type: ObjectType, sorts: readonly unknown[], nowMs: number) {
  if (sorts.length > 1) throw invalid('A search has one sort rule at most');
  const [sort] = sorts;
  const given = isFields(sort) ? textOf(sort['propertyName']) : textOf(sort);
  const name = given.replace(/^-/, '') || 'hs_object_id';
  if (!portal.properties.get(type)?.has(name)) throw invalid(`There is no property ${name} to sort by`);
  const sign = given.startsWith('-') || fieldsOf(sort)['direction'] === 'DESCENDING' ? -1 : 1;
  const valueOf = (record: Stored) => seenOf(record, nowMs)[name] ?? '';
  return (one: Stored, other: Stored) =>
    sign * valueOf(one).localeCompare(valueOf(other), 'en', { numeric: true }) || Number(one.id) - Number(other.id);
}

const isSeen = (record: Stored, nowMs: number) => record.searchableAtMs <= nowMs || record.seenBySearch !== null;

/** Of a record that was changed a moment ago, what it was before. */
const seenOf = (record: Stored, nowMs: number) =>
  record.searchableAtMs <= nowMs ? record.properties : (record.seenBySearch ?? {});

function checkFilter(portal: Portal, type: ObjectType, filter: Fields): void {
  const name = textOf(filter['propertyName']);
  compare(filter, '');
  if (name.startsWith('associations.')) return;
  if (!portal.properties.get(type)?.has(name))
    throw invalid(`There was a problem with the request: property ${name} does not exist`);
}

function holds(portal: Portal, record: Stored, filter: Fields, nowMs: number): boolean {
  const name = textOf(filter['propertyName']);
  const value = textOf(filter['value']);
  const association = /^associations\.(\w+)$/.exec(name)?.[1];
  if (association !== undefined) {
    const to = typeOf(association);
    return to !== null && portal.linked(record.type, record.id, to).some(([id]) => id === value);
  }
  return compare(filter, seenOf(record, nowMs)[name] ?? '');
}

/** The operators are those of the specs (`Filter`). A value that a record does not have fits none that compares. */
function compare(filter: Fields, has: string): boolean {
  const [value, high] = [textOf(filter['value']), textOf(filter['highValue'])];
  // Texts are kept in small letters for these two, and what is looked for is not made small: "Search the CRM", "IN".
  const among = () => listOf(filter['values']).map(textOf).includes(has.toLowerCase());
  switch (textOf(filter['operator'])) {
    case 'EQ':
      return has === value;
    case 'NEQ':
      return has !== value;
    case 'IN':
      return among();
    case 'NOT_IN':
      return has !== '' && !among();
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
    case 'BETWEEN':
      return order(has) >= order(value) && order(has) <= order(high);
    case 'CONTAINS_TOKEN':
      return hasToken(has, value);
    case 'NOT_CONTAINS_TOKEN':
      return !hasToken(has, value);
    default:
      throw new Refusal(400, 'VALIDATION_ERROR', `Unknown operator ${textOf(filter['operator'])}`);
  }
}

const order = (text: string) => (/^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Date.parse(text));

/** Whole words; `*` stands for the rest of one. */
function hasToken(has: string, value: string): boolean {
  const words = has.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const [start = '', ...rest] = value.toLowerCase().split('*');
  const end = rest.join('');
  return words.some((word) =>
    rest.length === 0 ? word === start : word.startsWith(start) && word.endsWith(end) && word.length >= start.length,
  );
}
