const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export interface WebhookFailures {
  readonly target: 'endpoint' | 'status_callback';
  /** Attempts made so far; 0 asks when the first one is due. */
  readonly attempts: number;
  /** Since the first attempt was due. */
  readonly elapsedMs: number;
  /** What the receiver asked for with Retry-After, null if nothing. */
  readonly retryAfterMs: number | null;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Milliseconds until the next attempt, or null to give up: at once, then after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20
 * and 24 h with a jitter of 10 %. A status_callback is given up once an attempt would be later than 24 h.
 */
export function nextWebhookDelayMs(failures: WebhookFailures): number | null {
  const planned = WEBHOOK_DELAYS_MS[failures.attempts];
  if (planned === undefined) return null;
  // A receiver may ask for more patience than planned, never for less, and not for ever.
  const asked = Math.min(failures.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
  const delay = Math.max(jittered(planned, failures.random), asked);
  const tooLate = failures.target === 'status_callback' && failures.elapsedMs + delay > CALLBACK_TOTAL_MS;
  return tooLate ? null : delay;
}

const WEBHOOK_DELAYS_MS: readonly number[] = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
const LONGEST_RETRY_AFTER_MS = 24 * HOUR;
const CALLBACK_TOTAL_MS = 24 * HOUR;

export interface Refusal {
  /** The carrier's answer by class; see RefusalClass of the carrier seam. */
  readonly class: 'throttle' | 'retry' | 'permanent' | 'failover' | 'link';
  /** Attempts that count, with this one. */
  readonly attempts: number;
  /** How often in a row the carrier has throttled this text, with this time. */
  readonly throttles: number;
  /** In [0, 1). */
  readonly random: number;
}

export type SubmitVerdict =
  | {
      readonly action: 'retry';
      readonly delayMs: number;
      /** False: the text was not tried, so this refusal must not use up its attempts. */
      readonly countsAsAttempt: boolean;
    }
  | { readonly action: 'fail' };

/** What becomes of a text whose submit_sm was refused. There is one route, so failing over means failing. */
export function afterRefusal(refusal: Refusal): SubmitVerdict {
  switch (refusal.class) {
    case 'throttle':
      return untried(throttleDelayMs(refusal.throttles), refusal.random);
    case 'link':
      return untried(SECOND, refusal.random);
    case 'retry': {
      const planned = SUBMIT_DELAYS_MS[refusal.attempts - 1];
      if (planned === undefined) return { action: 'fail' };
      return { action: 'retry', delayMs: jittered(planned, refusal.random), countsAsAttempt: true };
    }
    case 'permanent':
    case 'failover':
      return { action: 'fail' };
  }
}

const SUBMIT_DELAYS_MS: readonly number[] = [5 * SECOND, 30 * SECOND, 120 * SECOND];
const LONGEST_THROTTLE_MS = 30 * SECOND;

const throttleDelayMs = (throttles: number) => Math.min(SECOND * 2 ** Math.max(0, throttles - 1), LONGEST_THROTTLE_MS);

const untried = (ms: number, random: number): SubmitVerdict => ({
  action: 'retry',
  delayMs: jittered(ms, random),
  countsAsAttempt: false,
});

/** `ms` with 10 % more or less, so that what failed together does not come back together. */
function jittered(ms: number, random: number): number {
  return Math.round(ms * (0.9 + 0.2 * random));
}
