import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type Loop, startLoop } from '../events/loop.ts';
import { thinPayload } from '../events/payload.ts';
import type { PostResult, SafeFetch } from '../events/safe-fetch.ts';
import { sign } from '../events/sign.ts';
import { afterCallback, type CallbackVerdict } from '../rules/reply-callback.ts';
import { uuidv7 } from '../rules/uuid.ts';
import type { Database } from '../store/database.ts';
import {
  type CallbackChange,
  claimCallbacks,
  type DueCallback,
  finishCallback,
  nextCallbackAt,
} from '../store/reply-wait-callbacks.ts';
import { lockReplies } from '../store/reply-waits.ts';
import { noteInbound } from './conversation.ts';
import { endsOf, lookBack } from './reply-matching.ts';

export interface CallbackOptions {
  readonly database: Database;
  readonly safeFetch: Pick<SafeFetch, 'post'>;
  /** `whsec_…`; signs what goes to a callback. */
  readonly callbackSecret: () => string;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly onEvents: () => void;
  /** Tells ids alone (HIPAA mode). */
  readonly isThin?: boolean;
  /** Ends the waits whose time is over; called every round. */
  readonly expire: () => Promise<unknown>;
}

/**
 * Tells callbacks the reply that they wait for, or that there will be none: at least once, under the same `webhook-id`
 * for the same news. What is due is a row, so a process that dies after the reply was stored, or in the middle of a
 * POST, leaves it to the next one; two servers never have the same one at once.
 */
export function startCallbacks(options: CallbackOptions): Loop {
  const { database, clock, log, expire } = options;
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  const start = (due: DueCallback) => {
    const work = tell(options, due, stopping.signal)
      .catch((error: unknown) => log.error({ err: error, wait_id: due.id }, 'a reply callback could not be recorded'))
      .finally(() => {
        underWay.delete(work);
        loop.poke();
      });
    underWay.add(work);
  };
  const round = async () => {
    await expire();
    const now = clock.now();
    const free = PARALLEL_MAX - underWay.size;
    if (free > 0) {
      for (const due of await claimCallbacks(database, free, new Date(now), new Date(now + LEASE_MS))) start(due);
    }
    return underWay.size < PARALLEL_MAX ? untilNext(await nextCallbackAt(database), clock.now()) : POLL_MS;
  };
  const loop = startLoop({ name: 'reply callbacks', round, clock, log });

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

/** A workflow that is not parked yet is asked again after 50 ms; without anything due a look every second is enough. */
function untilNext(at: Date | null, nowMs: number): number {
  return at === null ? POLL_MS : Math.min(POLL_MS, Math.max(1, at.getTime() - nowMs));
}

async function tell(options: CallbackOptions, due: DueCallback, signal: AbortSignal): Promise<void> {
  const { safeFetch, callbackSecret, clock, log } = options;
  const request = requestOf(due, callbackSecret(), clock.now(), options.isThin);
  const result = await safeFetch.post({ ...request, signal, wantsContent: true });
  const now = new Date(clock.now());
  const status = result.kind === 'answered' ? result.status : null;
  // We gave up waiting, not the receiver: due at once for whoever runs next.
  if (signal.aborted && status === null) {
    const again = { ...changeOf(due, { action: 'retry', delayMs: 0 }, null, now), attempts: due.attempts - 1 };
    await finishCallback(options.database, due, again);
    return;
  }
  const verdict = afterCallback(answerOf(result, due.attempts));
  const change = changeOf(due, verdict, status, now);
  if (verdict.action !== 'taken') log.info(described(due, verdict, result), 'a reply callback did not take the news');
  await settle(options, due, verdict, change, now);
}

async function settle(
  options: CallbackOptions,
  due: DueCallback,
  verdict: CallbackVerdict,
  change: CallbackChange,
  now: Date,
): Promise<void> {
  const { database, newId, onEvents } = options;
  await database.transaction(async () => {
    const isAskedAgain = due.state === 'matched' && verdict.action === 'keep_waiting';
    if (isAskedAgain) await lockReplies(database, endsOf(due), 'looks');
    if (!(await finishCallback(database, due, change))) return;
    if (due.state !== 'matched' || verdict.action === 'taken' || verdict.action === 'retry') return;
    // Nobody has taken the reply, so it is an ordinary text, and a person has to read it. A workflow that took an attempt
    // whose answer was lost says `finished` to the next one: then a person reads one text too many, not one too few.
    const at = due.reply_at ?? now;
    await noteInbound(database, newId, { ...endsOf(due), needsPerson: true, at });
    // While the reply was on its way a better one may have come.
    if (isAskedAgain) await lookBack({ database }, { ...due, state: 'waiting' }, at, now, due.reply_id);
  });
  if (verdict.action !== 'taken' && verdict.action !== 'retry') onEvents();
}

/** Told of its end, a wait stays ended, whatever is answered. */
function changeOf(due: DueCallback, verdict: CallbackVerdict, status: number | null, now: Date): CallbackChange {
  const { state, attempts, finished_at: finishedAt, reason } = due;
  const same = { state, status, reason, attempts, finishedAt, nextAttemptAt: null };
  if (verdict.action === 'retry') return { ...same, nextAttemptAt: new Date(now.getTime() + verdict.delayMs) };
  if (state !== 'matched') return same;
  switch (verdict.action) {
    case 'taken':
      return { ...same, state: 'delivered', finishedAt: now };
    case 'keep_waiting':
      return { ...same, state: 'waiting', attempts: 0 };
    case 'gone':
      return { ...same, state: 'gone', reason: verdict.reason, finishedAt: now };
  }
}

function answerOf(result: PostResult, attempts: number): Parameters<typeof afterCallback>[0] {
  if (result.kind === 'failed') return { status: null, contentType: null, body: '', attempts, retryAfterMs: null };
  const { status, content, retryAfterSeconds } = result;
  const retryAfterMs = retryAfterSeconds === null ? null : retryAfterSeconds * 1_000;
  return { status, contentType: content?.type ?? null, body: content?.body ?? '', attempts, retryAfterMs };
}

function requestOf(due: DueCallback, secret: string, nowMs: number, isThin = false) {
  const news = JSON.stringify(newsOf(due));
  const body = isThin ? thinPayload(news) : news;
  const signature = sign({ id: newsId(due), timestampSeconds: Math.floor(nowMs / 1_000), body, secrets: [secret] });
  const headers = { 'content-type': 'application/json', 'user-agent': 'SMS-Bridge/1', ...signature };
  return { url: due.callback_url, mode: due.mode, headers, body };
}

/** The same for every attempt to tell one thing of one wait: a second reply after a 422 is something else. */
function newsId({ id, state, reply_id, created_at }: DueCallback): string {
  const name = `${id}:${state}:${reply_id ?? ''}`;
  return uuidv7(created_at.getTime(), createHash('sha256').update(name).digest());
}

/** The same octets in every attempt. */
function newsOf(due: DueCallback) {
  const reply = {
    wait_id: due.id,
    message_id: due.reply_id,
    in_reply_to: due.message_id ?? due.reply_in_reply_to,
    from: due.contact,
    body: due.reply_body,
    value: due.value,
    received_at: due.reply_at?.toISOString() ?? null,
  };
  switch (due.state) {
    case 'timed_out':
      return { type: 'reply.timed_out', timestamp: due.finished_at?.toISOString(), data: reply };
    case 'canceled':
      return {
        type: 'reply.canceled',
        timestamp: due.finished_at?.toISOString(),
        data: { ...reply, reason: due.reason },
      };
    default:
      return { type: 'reply.matched', timestamp: reply.received_at, data: reply };
  }
}

/** The host alone: the paths and queries of callbacks carry tokens. */
function described(due: DueCallback, verdict: CallbackVerdict, result: PostResult) {
  return {
    wait_id: due.id,
    host: URL.canParse(due.callback_url) ? new URL(due.callback_url).host : 'invalid',
    attempt: due.attempts,
    ...(result.kind === 'answered' ? { status: result.status } : { error: result.reason }),
    action: verdict.action,
    ...(verdict.action === 'gone' ? { reason: verdict.reason } : {}),
  };
}
