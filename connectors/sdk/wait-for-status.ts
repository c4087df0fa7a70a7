import type { GetMessageAnswer } from './contract.ts';
import { SmsApiError } from './errors.ts';
import type { CallOptions, SmsClientOptions } from './transport.ts';

export type Status = GetMessageAnswer['status'];

export interface WaitOptions extends CallOptions {
  /** 60,000 when left out. */
  readonly timeoutMs?: number;
}

interface Asking extends Pick<Required<SmsClientOptions>, 'sleep' | 'now'> {
  readonly ask: (signal: AbortSignal) => Promise<GetMessageAnswer>;
}

/** Asks until the text has one of the statuses, has come to another end, or the time is over. */
export async function waitForStatus(
  { ask, sleep, now }: Asking,
  statuses: readonly Status[] = FINAL_STATUSES,
  { timeoutMs = 60_000, signal }: WaitOptions = {},
): Promise<GetMessageAnswer> {
  const untilMs = now() + timeoutMs;
  // A server that does not answer would take longer than the caller wants to wait.
  const late = AbortSignal.timeout(Math.min(Math.max(timeoutMs, 0), TIMER_MAX_MS));
  const ended = signal ? AbortSignal.any([signal, late]) : late;
  let status: Status | null = null;
  for (let pauseMs: number = PAUSE_MS.first; ; pauseMs = Math.min(pauseMs * PAUSE_MS.factor, PAUSE_MS.max)) {
    signal?.throwIfAborted();
    const text = await ask(ended).catch((error: unknown) => {
      if (late.aborted && !signal?.aborted) throw tooLate(timeoutMs, status);
      throw error;
    });
    status = text.status;
    if (statuses.includes(status)) return text;
    if (FINAL_STATUSES.includes(status)) throw otherEnd(text);
    const leftMs = untilMs - now();
    if (leftMs <= 0) throw tooLate(timeoutMs, status);
    await sleep(Math.min(pauseMs, leftMs), ended);
  }
}

/** What ends the life of a text; one that has expired may still turn out to be delivered. */
export const FINAL_STATUSES: readonly Status[] = [
  'delivered',
  'undelivered',
  'failed',
  'rejected',
  'expired',
  'canceled',
  'received',
];

/** Half a second, and longer the longer it takes. */
const PAUSE_MS = { first: 500, factor: 1.5, max: 5_000 } as const;

/** The longest wait that a timer can count. */
const TIMER_MAX_MS = 2 ** 31 - 1;

const tooLate = (timeoutMs: number, status: Status | null) =>
  new SmsApiError({
    code: 'TIMEOUT',
    status: 0,
    retryable: true,
    detail: `After ${timeoutMs} ms the text was ${status ?? 'not found out about'}.`,
    action: 'Ask again later, or listen to the events.',
    param: null,
    requestId: null,
  });

const otherEnd = ({ status, error }: GetMessageAnswer) =>
  new SmsApiError({
    code: 'STATUS_NOT_REACHED',
    status: 0,
    retryable: false,
    detail: `The text is ${status}${error ? ` (${error.code})` : ''}, and that is its end.`,
    action: 'getStatus says why.',
    param: null,
    requestId: null,
  });
