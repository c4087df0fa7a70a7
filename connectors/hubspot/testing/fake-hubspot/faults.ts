import type { Answer } from './answer.ts';

/** What goes wrong with the next requests that fit. */
export type Fault =
  /** For instance 429, 423, 477, or 502 with a page in HTML. */
  | ({ readonly type: 'answer' } & Answer)
  /** It is done, and answered after that long. */
  | { readonly type: 'slow'; readonly ms: number }
  /** Never answers. */
  | { readonly type: 'hang' }
  /** The connection breaks before anything was done. */
  | { readonly type: 'reset' }
  /** It is done, and the connection breaks before the answer. */
  | { readonly type: 'reset_after' }
  /** It is done, and no answer ever comes. */
  | { readonly type: 'hang_after' };

const failed = (status: number, message: string, headers: Record<string, string> = {}): Fault => ({
  type: 'answer',
  status,
  json: { status: 'error', message, correlationId: '0199a000-0000-7000-8000-000000000000', category: 'OTHER' },
  headers,
});

/** What HubSpot answers when it is not itself: developers.hubspot.com, "Error handling". */
export const FAULTS = {
  /** Somebody else is at the record: again after two seconds. */
  locked: failed(423, 'The resource is locked.'),
  /** The account is being moved to another place, for up to a day. */
  migrating: (retryAfterS: number) => failed(477, 'Migration in progress', { 'Retry-After': String(retryAfterS) }),
  /** Of those who stand in front of HubSpot: a page, and no JSON. */
  badGateway: { type: 'answer', status: 502, raw: '<html><body>502 Bad Gateway</body></html>' },
} as const satisfies Record<string, Fault | ((retryAfterS: number) => Fault)>;

export interface Faults {
  /** `match` is tried on "METHOD /path". */
  add(match: RegExp, fault: Fault, times?: number): void;
  /** Everything fails until `end` is called. */
  outage(fault?: Fault): () => void;
  /**
   * Of all requests that fit, a share goes wrong in one of these ways, until `end` is called. `random` is in [0, 1).
   * Several may rage at once.
   */
  storm(share: number, match: RegExp, kinds: readonly Fault[], random: () => number): () => void;
  /** What is planned is forgotten. */
  clear(): void;
  take(request: string): Fault | null;
}

export function createFaults(): Faults {
  const planned: { readonly match: RegExp; readonly fault: Fault; left: number }[] = [];
  let outage: Fault | null = null;
  const storms = new Set<(request: string) => Fault | null>();
  return {
    add(match, fault, times = 1) {
      planned.push({ match, fault, left: times });
    },
    outage(fault = { type: 'answer', status: 503, raw: '<html>Service Unavailable</html>' }) {
      outage = fault;
      return () => (outage = null);
    },
    storm(share, match, kinds, random) {
      const storm = (request: string) =>
        match.test(request) && random() < share ? (kinds[Math.floor(random() * kinds.length)] ?? null) : null;
      storms.add(storm);
      return () => void storms.delete(storm);
    },
    clear() {
      planned.length = 0;
    },
    take(request) {
      if (outage) return outage;
      const found = planned.find(({ match, left }) => left > 0 && match.test(request));
      if (found) found.left -= 1;
      if (found) return found.fault;
      for (const storm of storms) {
        const fault = storm(request);
        if (fault) return fault;
      }
      return null;
    },
  };
}
