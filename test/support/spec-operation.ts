import type { Exchange } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import type { Declared, Operation } from './spec-document.ts';
import { isFields } from './spec-document.ts';

/**
 * The operation that is meant: what is written out counts for more than a parameter. Several documents may have one address
 * with the type of record as its parameter; the one that is called as the type counts, else the one about all objects.
 */
export function matchOf(
  operations: readonly Operation[],
  { method, path }: Exchange,
): { readonly operation: Operation; readonly of: string | null } | null {
  const given = path.split('/').map(decodeURIComponent);
  const typeOf = ({ segments }: Operation) =>
    given[segments.findIndex((one) => /^\{(?:from)?objectType\}$/i.test(one))];
  const literals = ({ segments }: Operation) => segments.filter((one) => !isParameter(one)).length;
  const nearness = (one: Operation) =>
    one.document.title.toLowerCase() === typeOf(one) ? 2 : one.document.title === 'CRM Objects' ? 1 : 0;
  const [operation] = operations
    .filter((one) => one.method === method && fits(one.segments, given))
    .toSorted((one, other) => literals(other) - literals(one) || nearness(other) - nearness(one));
  return operation ? { operation, of: typeOf(operation) ?? null } : null;
}

const isParameter = (segment: string) => segment.startsWith('{');

const fits = (segments: readonly string[], given: readonly string[]) =>
  segments.length === given.length &&
  segments.every((one, at) => (isParameter(one) ? given[at] !== '' : one === given[at]));

/** `also`: names that nobody declared, and that are right all the same. */
export function faultsOfQuery({ parameters }: Declared, query: URLSearchParams, also: readonly string[]): string[] {
  const declared = parameters.filter((one) => one.in === 'query');
  const missing = declared.filter(({ name, required }) => required && !query.has(name));
  const faults = [...query].flatMap(([name, value]) => {
    if (also.includes(name)) return [];
    const schema = declared.find((one) => one.name === name)?.schema;
    if (!schema) return [`query: has no "${name}"`];
    if (schema.enum && !schema.enum.includes(value)) return [`query: "${name}" is none of ${schema.enum.join(', ')}`];
    const pattern = { integer: /^-?\d+$/, boolean: /^(?:true|false)$/ }[schema.type ?? ''];
    return pattern === undefined || pattern.test(value) ? [] : [`query: "${name}" is no ${schema.type}`];
  });
  return [...missing.map(({ name }) => `query: lacks "${name}"`), ...faults];
}

/** What was done needs one of the sets of scopes that the operation names. What it has is not refused for its scopes. */
export function scopesOf({ security = [] }: Declared, { scopes, answer }: Exchange): string[] {
  const sets = security.flatMap(({ oauth2 }) => (oauth2 ? [oauth2] : []));
  if (answer === null || sets.length === 0) return [];
  const isAllowed = sets.some((set) => set.every((scope) => scopes.includes(scope)));
  if (answer.status < 300 && !isAllowed) return [`scopes: was done without ${named(sets)}`];
  const category = isFields(answer.json) ? answer.json['category'] : null;
  // With more sets than one, they belong to different types of records.
  const isOverStrict = category === 'MISSING_SCOPES' && isAllowed && sets.length === 1;
  return isOverStrict ? [`scopes: was refused with ${named(sets)}`] : [];
}

const named = (sets: readonly (readonly string[])[]) =>
  sets
    .slice(0, 3)
    .map((set) => set.join(' + '))
    .join(' or ');
