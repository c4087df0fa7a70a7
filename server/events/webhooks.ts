import type { SecretBox } from '../access/secrets.ts';
import type { EventRow } from '../store/schema.ts';
import { type Deliveries, openDeliveries } from './deliveries.ts';
import { type DeliverOptions, startDelivering } from './deliver.ts';
import { dispatch } from './dispatch.ts';
import { type Endpoints, openEndpoints } from './endpoints.ts';
import { gather } from './gather.ts';
import { startLoop } from './loop.ts';
import type { SafeFetch } from './safe-fetch.ts';

export type { Endpoints, NewEndpoint, WebhookEndpoint } from './endpoints.ts';
export type { Deliveries } from './deliveries.ts';

export interface Webhooks {
  /** Something happened: look for events now. Without it they are found within a second. */
  poke(): void;
  /** Finishes what is under way, for at most 5 seconds; the rest is delivered after the next start. */
  stop(): Promise<void>;
  readonly endpoints: Endpoints;
  readonly deliveries: Deliveries;
}

export interface WebhookOptions extends DeliverOptions {
  readonly safeFetch: Pick<SafeFetch, 'check' | 'post'>;
  readonly secrets: Pick<SecretBox, 'seal' | 'open'>;
  /** Told of every event once it is dispatched, for counting. */
  readonly observe?: (event: EventRow) => void;
}

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
  const look = gather(() => dispatcher.poke(), GATHER_MS);

  return {
    poke: () => database.afterCommit(look),
    async stop() {
      await dispatcher.stop();
      await deliverer.stop();
    },
    endpoints: openEndpoints(options, () => deliverer.poke()),
    deliveries: openDeliveries(options, () => deliverer.poke()),
  };
}

/** Under load every commit pokes, and one round for many costs a fraction of one round for each. */
const GATHER_MS = 20;

/** Nobody tells us when the transaction ends that blocks the events after it, so look again soon. */
const WAIT_MS = { full: 0, blocked: 20, end: 1_000 } as const;
