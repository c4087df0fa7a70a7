import { randomBytes } from 'node:crypto';
import type { SecretBox } from '../access/secrets.ts';
import type { Mode } from '../rules/message.ts';
import type { WebhookFilter } from '../rules/webhook-filter.ts';
import type { EventRow, WebhookEndpointRow } from '../store/schema.ts';
import { countEndpoints, deleteEndpoint, insertEndpoint, selectEndpoints } from '../store/webhooks.ts';
import { type DeliverOptions, SECRETS_LABEL, startDelivering } from './deliver.ts';
import { dispatch } from './dispatch.ts';
import { gather } from './gather.ts';
import { startLoop } from './loop.ts';
import type { SafeFetch } from './safe-fetch.ts';
import { newSecret } from './sign.ts';
import type { TargetFault } from './target.ts';

export interface Webhooks {
  /** Something happened: look for events now. Without it they are found within a second. */
  poke(): void;
  /** Finishes what is under way, for at most 5 seconds; the rest is delivered after the next start. */
  stop(): Promise<void>;
  readonly endpoints: Endpoints;
}

export interface Endpoints {
  create(mode: Mode, endpoint: NewEndpoint): Promise<CreatedEndpoint>;
  /** Newest first, at most {@link ENDPOINTS_MAX}. */
  list(mode: Mode): Promise<WebhookEndpoint[]>;
  /** False when this mode has no such endpoint. What it still had to get is given up. */
  remove(mode: Mode, id: string): Promise<boolean>;
}

export type WebhookEndpoint = Omit<WebhookEndpointRow, 'secret'>;

export interface NewEndpoint {
  readonly url: string;
  /** Whole types, `message.*` or `*`. */
  readonly event_types: readonly string[];
  readonly description?: string | null;
  /** Null = every text. */
  readonly filter?: WebhookFilter | null;
}

export type CreatedEndpoint =
  /** `secret` is shown here and never again. */
  | { readonly ok: true; readonly endpoint: WebhookEndpoint; readonly secret: string }
  | { readonly ok: false; readonly reason: TargetFault | 'too_many_endpoints' };

export interface WebhookOptions extends DeliverOptions {
  readonly safeFetch: Pick<SafeFetch, 'check' | 'post'>;
  readonly secrets: Pick<SecretBox, 'seal' | 'open'>;
  /** Told of every event once it is dispatched, for counting. */
  readonly observe?: (event: EventRow) => void;
}

/** Per mode: every event costs one row for each endpoint that wants it. */
export const ENDPOINTS_MAX = 100;

/** Two loops: events become deliveries (dispatch), deliveries become signed POSTs (deliver). */
export function startWebhooks(options: WebhookOptions): Webhooks {
  const { database, clock, log, observe } = options;
  const deliverer = startDelivering(options);
  const round = async () => {
    const { events, more, deliveries, claimed } = await deliverer.startAtOnce((atOnce) =>
      dispatch(database, new Date(clock.now()), atOnce),
    );
    if (deliveries > claimed.length) deliverer.poke();
    if (observe) events.forEach((event) => observe(event));
    return WAIT_MS[more];
  };
  const dispatcher = startLoop({ name: 'webhook dispatcher', round, clock, log });

  return {
    poke: gather(() => dispatcher.poke(), GATHER_MS),
    async stop() {
      await dispatcher.stop();
      await deliverer.stop();
    },
    endpoints: endpoints(options),
  };
}

/** Under load every commit pokes, and one round for many costs a fraction of one round for each. */
const GATHER_MS = 20;

/** Nobody tells us when the transaction ends that blocks the events after it, so look again soon. */
const WAIT_MS = { full: 0, blocked: 20, end: 1_000 } as const;

function endpoints({ database, safeFetch, secrets, clock }: WebhookOptions): Endpoints {
  return {
    async create(mode, { url, event_types, description, filter }) {
      const target = safeFetch.check(url, mode);
      if (!target.ok) return target;
      if ((await countEndpoints(database, mode)) >= ENDPOINTS_MAX) return { ok: false, reason: 'too_many_endpoints' };
      const secret = newSecret();
      const endpoint: WebhookEndpoint = {
        id: `we_${randomBytes(8).toString('hex')}`,
        mode,
        url,
        event_types: [...event_types],
        description: description ?? null,
        filter: filter ?? null,
        enabled: true,
        created_at: new Date(clock.now()),
      };
      await insertEndpoint(database, { ...endpoint, secret: secrets.seal(SECRETS_LABEL, secret) });
      return { ok: true, endpoint, secret };
    },
    async list(mode) {
      const rows = await selectEndpoints(database, mode);
      return rows.map(({ secret: _secret, ...endpoint }) => endpoint);
    },
    remove: (mode, id) => deleteEndpoint(database, id, mode),
  };
}
