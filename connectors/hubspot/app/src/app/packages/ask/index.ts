import { hubspot } from '@hubspot/ui-extensions';
import type { Refusal } from './shapes.ts';

export type * from './shapes.ts';
export { newId, newRef } from './new-ref.ts';
export { sayStatus, toneOf } from './words.ts';

/** Where every extension is: HubSpot gives it what stands in the profile of the deployment. */
export interface Deployment {
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Where the server is; empty = the profile does not say. As a text, it is the same at each rendering. */
export function originOf({ variables }: Deployment): string {
  const origin = variables?.['PUBLIC_ORIGIN'];
  return typeof origin === 'string' ? origin : '';
}

export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly detail: string };

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/**
 * Asks the connector. HubSpot signs the request and says in it who asks; a lost connection or a 5xx is repeated once by
 * HubSpot itself, so everything that sends carries a reference of its own.
 */
export async function ask<Value>(origin: string, path: string, asking: Asking = {}): Promise<Outcome<Value>> {
  if (origin === '') return { ok: false, detail: 'PUBLIC_ORIGIN is missing in the profile of the app.' };
  const { method = 'GET', query = {}, body } = asking;
  const search = new URLSearchParams(query).toString();
  const url = `${origin}/connectors/hubspot/${path}${search === '' ? '' : `?${search}`}`;
  try {
    const response = await hubspot.fetch(url, { method, timeout: TIMEOUT_MS, ...(body ? { body: { ...body } } : {}) });
    const answer: unknown = await response.json().catch(() => null);
    // The shape of the route, or of a refusal.
    if (response.ok) return { ok: true, value: answer as Value };
    return { ok: false, detail: (answer as Refusal | null)?.error?.detail ?? sentenceOf(response.status) };
  } catch {
    return { ok: false, detail: 'SMS Bridge cannot be reached. Nothing is known to be lost; try again.' };
  }
}

/** HubSpot ends a request after 15 s. */
const TIMEOUT_MS = 14_000;

function sentenceOf(status: number): string {
  if (status === 401) return 'SMS Bridge did not accept the signature: are PUBLIC_URL and the client secret right?';
  if (status === 404) return 'SMS Bridge does not know this address: is the connector configured?';
  return `SMS Bridge answered ${status}. Try again.`;
}
