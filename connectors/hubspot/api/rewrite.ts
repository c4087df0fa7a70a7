import { HUBSPOT_API_VERSION } from '../scopes.ts';

/**
 * HubSpot's client library 14.0.1 calls the numbered versions, which end in 2027. What it calls here is rewritten to the
 * dated version; anything else that carries a number is a mistake of ours and goes nowhere.
 */
const REWRITES: readonly (readonly [RegExp, string])[] = [
  [/^\/crm\/v[34]\/objects\//, '/crm/objects/V/'],
  [/^\/crm\/v4\/associations\//, '/crm/associations/V/'],
  [/^\/crm\/v3\/properties\//, '/crm/properties/V/'],
  [/^\/crm\/v3\/pipelines\//, '/crm/pipelines/V/'],
  [/^\/crm\/v3\/owners\/?$/, '/crm/owners/V'],
];

/** The path of the dated version. Throws for one that has none. */
export function datedPath(path: string): string {
  for (const [pattern, dated] of REWRITES) {
    if (pattern.test(path)) return path.replace(pattern, dated.replace('V', HUBSPOT_API_VERSION));
  }
  if (/\/v\d+(\/|$)/.test(path)) throw new Error(`No dated path is known for ${path}.`);
  return path;
}
