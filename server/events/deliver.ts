import type { Logger } from 'pino';
import type { SecretBox } from '../access/secrets.ts';
import type { Clock } from '../clock.ts';
import { nextWebhookDelayMs } from '../rules/retry.ts';
import type { Database } from '../store/database.ts';
import { groupCommit } from '../store/group-commit.ts';
import { confirmByDelivery } from '../store/propagation.ts';
import {
  type AttemptRecord,
  type AttemptResult,
  type DueDelivery,
  claimDeliveries,
  finishDeliveries,
} from '../store/webhooks.ts';
import type { AtOnce } from './dispatch.ts';
import { disable, noteFailure, noteRecovery } from './endpoint-health.ts';
import { gather } from './gather.ts';
import { type Loop, startLoop } from './loop.ts';
import { thinPayload } from './payload.ts';
import { hostOf, openPlaces, SLOW_MS } from './places.ts';
import { CONNECTIONS_MAX, type PostResult, type SafeFetch } from './safe-fetch.ts';
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
  /** Tells ids alone (HIPAA mode). */
  readonly isThin?: boolean;
}

export const SECRETS_LABEL = 'webhook-secrets';

export interface Deliverer extends Loop {
  /**
   * For who makes deliveries: those that it claims with the free places start at once, without being looked for. There
   * are no places while older deliveries wait.
   */
  startAtOnce<Made extends { readonly claimed: readonly DueDelivery[] }>(
    make: (atOnce: AtOnce) => Promise<Made>,
  ): Promise<Made>;
}

/**
 * Sends what is due, at least once: a delivery whose process dies between the POST and its record is sent again,
 * under the same webhook-id, when its lease ends.
 */
export function startDelivering(options: DeliverOptions): Deliverer {
  const { database, clock, log } = options;
  const secretsOf = rememberedSecrets(options);
  const places = openPlaces(PARALLEL_MAX);
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  /** All places were taken, and hosts for which there may be more than they could have. */
  let isFull = false;
  let crowded: ReadonlySet<string> = new Set();
  let promised = 0;
  const freePlaces = () => places.free() - promised;
  const leaseUntil = (nowMs: number) => new Date(nowMs + LEASE_MS);
  const record = groupCommit(async (results: readonly AttemptRecord[]) => {
    await finishDeliveries(database, results);
    return results.map(() => undefined);
  });

  const deliver = async (delivery: DueDelivery) => {
    try {
      const result = await attempt(delivery, secretsOf(delivery), options, stopping.signal);
      await confirmOptOut(delivery, result);
      await record(result);
      await noteHealth(options, delivery, result, stopping.signal.aborted);
      return result;
    } catch (error) {
      log.error({ err: error, delivery_id: delivery.id }, 'a webhook attempt could not be recorded');
      return null;
    }
  };
  /** Before the record: what is sent again confirms again. */
  const confirmOptOut = async ({ event_type, endpoint_id, payload }: DueDelivery, { state }: AttemptResult) => {
    if (event_type !== 'contact.opted_out' || endpoint_id === null || state !== 'delivered') return;
    await confirmByDelivery(database, { endpointId: endpoint_id, payload, at: new Date(clock.now()) });
  };
  const start = (delivery: DueDelivery) => {
    const host = hostOf(delivery.url);
    places.take(host);
    const work = deliver(delivery).then((result) => {
      places.giveBack(host, isSlow(result));
      underWay.delete(work);
      if (isFull || crowded.size > 0) lookAgain();
    });
    underWay.add(work);
  };
  const round = async () => {
    const free = freePlaces();
    if (free <= 0) return POLL_MS;
    const now = clock.now();
    const rooms = { rooms: places.rooms(), roomOfOthers: places.roomOfOthers() };
    const due = await claimDeliveries(database, free, new Date(now), leaseUntil(now), rooms);
    isFull = due.length === free;
    const claimed = Map.groupBy(due, ({ url }) => hostOf(url));
    const isCrowded = (host: string) =>
      (claimed.get(host)?.length ?? 0) >= (rooms.rooms.get(host) ?? rooms.roomOfOthers);
    crowded = new Set([...claimed.keys(), ...rooms.rooms.keys()].filter(isCrowded));
    for (const delivery of due) start(delivery);
    return POLL_MS;
  };
  const loop = startLoop({ name: 'webhook deliverer', round, clock, log });
  const lookAgain = gather(() => loop.poke(), GATHER_MS);

  return {
    poke: () => loop.poke(),
    async startAtOnce(make) {
      const count = isFull ? 0 : Math.max(0, freePlaces());
      const roomFor = (host: string) => (crowded.has(host) ? 0 : places.room(host));
      promised += count;
      try {
        const made = await make({ count, leaseUntil: leaseUntil(clock.now()), roomFor });
        for (const delivery of made.claimed) start(delivery);
        return made;
      } finally {
        promised -= count;
      }
    },
    async stop() {
      await loop.stop();
      const cancel = clock.after(STOP_MS, () => stopping.abort());
      await Promise.all(underWay);
      cancel();
    },
  };
}

const PARALLEL_MAX = CONNECTIONS_MAX;
/** Places become free one by one; looking for each by itself would cost a statement for each. */
const GATHER_MS = 5;
const POLL_MS = 1_000;
const STOP_MS = 5_000;
/** Longer than an attempt can take. */
const LEASE_MS = 60_000;

async function attempt(
  delivery: DueDelivery,
  secrets: readonly string[],
  options: DeliverOptions,
  signal: AbortSignal,
): Promise<AttemptRecord> {
  const { safeFetch, clock, log, random, isThin = false } = options;
  if (delivery.endpoint_id !== null && delivery.enabled !== true) {
    return over(delivery, delivery.enabled === null ? 'endpoint_deleted' : 'endpoint_disabled');
  }
  const at = new Date(clock.now());
  const begin = clock.monotonic();
  const result: PostResult =
    secrets.length === 0
      ? { kind: 'failed', reason: 'secret_not_readable' }
      : await safeFetch.post({ ...request(delivery, secrets, at.getTime(), isThin), signal, wantsContent: !isThin });
  const durationMs = Math.round(clock.monotonic() - begin);
  const verdict = judge(delivery, result, { nowMs: clock.now(), random: random(), stopping: signal.aborted });
  if (verdict.disablesEndpoint && delivery.endpoint_id !== null) await disable(options, delivery.endpoint_id, 'gone');
  if (verdict.result.state !== 'delivered') log.warn(described(delivery, verdict.result), 'a webhook attempt failed');
  return { ...verdict.result, at, durationMs, response: beginOf(result) };
}

/** Enough to see what a receiver complains about. */
const RESPONSE_CHARACTERS = 500;

function beginOf(result: PostResult): string | null {
  const body = result.kind === 'answered' ? (result.content?.body ?? '') : '';
  return body === '' ? null : body.slice(0, RESPONSE_CHARACTERS).replaceAll('\0', '').toWellFormed();
}

/** One attempt that was made, and got no answer or waited long for it. */
const isSlow = (result: AttemptRecord | null) =>
  result?.at !== undefined && (result.status === null || (result.durationMs ?? 0) >= SLOW_MS);

/** What we gave up ourselves says nothing about the receiver. */
async function noteHealth(
  options: DeliverOptions,
  { endpoint_id: id, failed }: DueDelivery,
  { state, at }: AttemptRecord,
  isStopping: boolean,
): Promise<void> {
  if (id === null || at === undefined) return;
  if (state !== 'delivered') return isStopping ? undefined : noteFailure(options, id);
  if (failed) await noteRecovery(options, id);
}

/** The secrets that sign a delivery, the new one first; none when it cannot be read. Those that were opened are kept. */
function rememberedSecrets({ secrets, organisationSecret, log }: DeliverOptions) {
  const opened = new Map<string, string>();
  const open = (secret: Buffer, endpoint_id: string | null): readonly string[] => {
    const sealed = secret.toString('latin1');
    try {
      const plain = opened.get(sealed) ?? secrets.open(SECRETS_LABEL, secret).toString();
      if (opened.size >= SECRETS_MAX) opened.clear();
      opened.set(sealed, plain);
      return [plain];
    } catch (error) {
      log.error({ err: error, endpoint_id }, 'the secret of a webhook endpoint cannot be opened');
      return [];
    }
  };
  return ({ secret, previous_secret, endpoint_id }: DueDelivery): readonly string[] => {
    if (secret === null) return [organisationSecret()];
    return [secret, ...(previous_secret ? [previous_secret] : [])].flatMap((each) => open(each, endpoint_id));
  };
}

const SECRETS_MAX = 1_000;

function request({ id, url, mode, payload }: DueDelivery, secrets: readonly string[], nowMs: number, isThin: boolean) {
  const body = isThin ? thinPayload(payload) : payload;
  const signature = sign({ id, timestampSeconds: Math.floor(nowMs / 1000), body, secrets });
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
