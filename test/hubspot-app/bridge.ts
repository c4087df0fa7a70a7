import type { HubSpotWorld } from '../support/hubspot-world.ts';
import { ANA, PORTAL } from '../support/hubspot-acts.ts';

/** The profile of the deployment: what HubSpot's servers are told to call. */
export const VARIABLES = { PUBLIC_ORIGIN: 'https://sms.example.com' };

interface FetchOptions {
  readonly method?: string;
  readonly timeout?: number;
  readonly body?: object;
}

/** What goes wrong with the next requests of cards. */
export interface Bridge {
  /** The answers to so many requests are lost on their way, after the connector has done what was asked. */
  loseAnswers(count: number): void;
  readonly asked: string[];
}

/**
 * `hubspot.fetch` as cards have it: through HubSpot's servers, which sign the request and say in it who asks. It takes
 * what `permittedUrls` allows, https only, for 15 s at most, and repeats a lost connection or a 5xx once.
 */
export function bridgeCards(world: HubSpotWorld): Bridge {
  let lost = 0;
  const asked: string[] = [];
  const hsFetch = async (address: string, { method = 'GET', timeout = 15_000, body }: FetchOptions = {}) => {
    const { origin, pathname, search } = new URL(address);
    if (origin !== VARIABLES.PUBLIC_ORIGIN) throw new Error(`${origin} is not among the permitted addresses.`);
    if (timeout > 15_000) throw new Error('HubSpot ends a request after 15 s.');
    asked.push(`${method} ${pathname}`);
    const once = () => world.hubspot.cardFetch(PORTAL, ANA, method, pathname + search, body);
    const first = await once();
    const isLost = lost > 0;
    if (isLost) lost -= 1;
    const { status, text } = isLost || first.status >= 500 ? await once() : first;
    return new Response(text === '' ? null : text, { status, headers: { 'Content-Type': 'application/json' } });
  };
  // A card runs in a worker, where the global object is called self.
  Object.assign(globalThis, { self: Object.assign(globalThis, { hsFetch }) });
  return { asked, loseAnswers: (count) => void (lost = count) };
}
