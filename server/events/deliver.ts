import type { Logger } from 'pino';
import type { SecretBox } from '../access/secrets.ts';
import type { Clock } from '../clock.ts';
import { nextWebhookDelayMs } from '../rules/retry.ts';
import type { Database } from '../store/database.ts';
import { groupCommit } from '../store/group-commit.ts';
import {
  type AttemptResult,
  type DueDelivery,
  claimDeliveries,
  disableEndpoint,
  finishDeliveries,
} from '../store/webhooks.ts';
import { type Loop, startLoop } from './loop.ts';
import type { PostResult, SafeFetch } from './safe-fetch.ts';
import { sign } from './sign.ts';

export interface DeliverOptions {
  readonly database: Database;
  readonly safeFetch: Pick<SafeFetch, 'post'>;
  readonly secrets: Pick<SecretBox, 'open'>;
  /** `whsec_…`; signs what goes to a status_callback. */
  readonly organisationSecret: () => string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** In [0, 1). */
  readonly random: () => number;
}

export const SECRETS_LABEL = 'webhook-secrets';

/**
 * Sends what is due, at least once: a delivery whose process dies between the POST and its record is sent again,
 * under the same webhook-id, when its lease ends.
 */
export function startDelivering(options: DeliverOptions): Loop {
  const { database, clock, log } = options;
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  let mayHaveMore = false;
  const record = groupCommit(async (results: readonly AttemptResult[]) => {
    await finishDeliveries(database, results);
    return results.map(() => undefined);
  });

  const deliver = async (delivery: DueDelivery) => {
    try {
      await record(await attempt(delivery, options, stopping.signal));
    } catch (error) {
      log.error({ err: error, delivery_id: delivery.id }, 'a webhook attempt could not be recorded');
    }
  };
  const start = (delivery: DueDelivery) => {
    const work = deliver(delivery).finally(() => {
      underWay.delete(work);
      if (mayHaveMore) loop.poke();
    });
    underWay.add(work);
  };
  const round = async () => {
    const free = PARALLEL_MAX - underWay.size;
    if (free === 0) return POLL_MS;
    const now = clock.now();
    const due = await claimDeliveries(database, free, new Date(now), new Date(now + LEASE_MS));
    mayHaveMore = due.length === free;
    for (const delivery of due) start(delivery);
    return POLL_MS;
  };
  const loop = startLoop({ name: 'webhook deliverer', round, clock, log });

  return {
    poke: () => loop.poke(),
    async stop() {
      await loop.stop();
      const cancel = clock.after(STOP_MS, () => stopping.abort());
      await Promise.all(underWay);
      cancel();
    },
  };
}

const PARALLEL_MAX = 20;
const POLL_MS = 1_000;
const STOP_MS = 5_000;
/** Longer than an attempt can take. */
const LEASE_MS = 60_000;

async function attempt(delivery: DueDelivery, options: DeliverOptions, signal: AbortSignal): Promise<AttemptResult> {
  const { database, safeFetch, clock, log, random } = options;
  if (delivery.endpoint_id !== null && delivery.enabled !== true) {
    return over(delivery, delivery.enabled === null ? 'endpoint_deleted' : 'endpoint_disabled');
  }
  const secret = secretOf(delivery, options);
  const result: PostResult =
    secret === null
      ? { kind: 'failed', reason: 'secret_not_readable' }
      : await safeFetch.post({ ...request(delivery, secret, clock.now()), signal });
  const verdict = judge(delivery, result, { nowMs: clock.now(), random: random(), stopping: signal.aborted });
  if (verdict.disablesEndpoint && delivery.endpoint_id !== null) await disableEndpoint(database, delivery.endpoint_id);
  if (verdict.result.state !== 'delivered') log.warn(described(delivery, verdict.result), 'a webhook attempt failed');
  return verdict.result;
}

function secretOf(delivery: DueDelivery, { secrets, organisationSecret, log }: DeliverOptions): string | null {
  if (delivery.secret === null) return organisationSecret();
  try {
    return secrets.open(SECRETS_LABEL, delivery.secret).toString();
  } catch (error) {
    log.error({ err: error, endpoint_id: delivery.endpoint_id }, 'the secret of a webhook endpoint cannot be opened');
    return null;
  }
}

function request({ id, url, mode, payload: body }: DueDelivery, secret: string, nowMs: number) {
  const signature = sign({ id, timestampSeconds: Math.floor(nowMs / 1000), body, secrets: [secret] });
  const headers = { 'content-type': 'application/json', 'user-agent': 'SMS-Bridge/1', ...signature };
  return { url, mode, headers, body };
}

export interface Verdict {
  readonly result: AttemptResult;
  readonly disablesEndpoint: boolean;
}

/** What an answer means: 2xx is delivered, 410 Gone ends it, everything else, redirects too, is tried again. */
export function judge(
  delivery: Pick<DueDelivery, 'id' | 'endpoint_id' | 'attempts' | 'created_at'>,
  answer: PostResult,
  { nowMs, random, stopping }: { nowMs: number; random: number; stopping: boolean },
): Verdict {
  const status = answer.kind === 'answered' ? answer.status : null;
  const error = answer.kind === 'failed' ? answer.reason : null;
  const ended = (state: AttemptResult['state'], retryAt: Date | null, disablesEndpoint = false): Verdict => ({
    result: { id: delivery.id, state, retryAt, status, error },
    disablesEndpoint,
  });
  if (status !== null && status >= 200 && status < 300) return ended('delivered', null);
  if (status === 410) return ended('failed', null, true);
  // We gave up waiting, not the receiver: due at once for whoever runs next.
  if (stopping && status === null) return ended('pending', new Date(nowMs));
  const delayMs = nextWebhookDelayMs({
    target: delivery.endpoint_id === null ? 'status_callback' : 'endpoint',
    attempts: delivery.attempts,
    elapsedMs: nowMs - delivery.created_at.getTime(),
    retryAfterMs: askedPatienceMs(answer),
    random,
  });
  return delayMs === null ? ended('failed', null) : ended('pending', new Date(nowMs + delayMs));
}

function askedPatienceMs(answer: PostResult): number | null {
  if (answer.kind !== 'answered' || (answer.status !== 429 && answer.status !== 503)) return null;
  return answer.retryAfterSeconds === null ? null : answer.retryAfterSeconds * 1000;
}

function over(delivery: DueDelivery, error: string): AttemptResult {
  return { id: delivery.id, state: 'failed', retryAt: null, status: null, error };
}

/** The host alone: paths and queries of webhooks carry tokens. */
function described(delivery: DueDelivery, { status, error, state }: AttemptResult) {
  return {
    delivery_id: delivery.id,
    endpoint_id: delivery.endpoint_id,
    event_type: delivery.event_type,
    host: URL.canParse(delivery.url) ? new URL(delivery.url).host : 'invalid',
    attempt: delivery.attempts,
    status,
    error,
    final: state === 'failed',
  };
}
