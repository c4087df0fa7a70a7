import { openEventFeed } from '../events/feed.ts';
import { createSafeFetch } from '../events/safe-fetch.ts';
import { startWebhooks } from '../events/webhooks.ts';
import { createMetrics, type MetricsSources } from '../operations/metrics.ts';
import type { Around, Foundation } from './foundation.ts';
import { ageOfOldest, observed } from './observed.ts';
import { isLoopback } from './settings.ts';

export type Telling = ReturnType<typeof openTelling>;

/** Then those who are told what happens: webhooks, the stream of events, metrics. */
export function openTelling(
  { config, log, clock, closers }: Around,
  { database, secrets, webhookSecret }: Foundation,
  sources: Required<Pick<MetricsSources, 'carriers' | 'propagation'>>,
) {
  const safeFetch = createSafeFetch({
    allowlist: config.CALLBACK_ALLOWLIST,
    allowLoopback: (mode) => mode === 'test' && isLoopback(config.HOST),
    clock,
  });
  closers.add('outgoing connections', () => Promise.resolve(safeFetch.close()));
  const metrics = createMetrics({ ...sources, oldestUnfinishedSeconds: () => ageOfOldest(database, clock) });
  const webhooks = startWebhooks({
    database,
    safeFetch,
    secrets,
    organisationSecret: () => webhookSecret,
    clock,
    log,
    random: Math.random,
    observe: (event) => metrics.event(observed(event)),
    isThin: config.HIPAA_MODE,
  });
  closers.add('webhooks', () => webhooks.stop());
  const eventFeed = openEventFeed({ database, clock, log });
  const onEvents = () => {
    webhooks.poke();
    eventFeed.poke();
  };
  return { safeFetch, metrics, webhooks, eventFeed, onEvents };
}
