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

/** How often and how long apart one kind of failure is tried again. */
export interface RetryPlan {
  /** The waits after the first, second … failure; the last one repeats. */
  readonly intervalsMs: readonly number[];
  /** Attempts in all, the first included; null = until the text expires. */
  readonly maxAttempts: number | null;
}

/**
 * What a text does after each kind of end of an attempt. `retry`: a temporary refusal; `queue_full`: the queue of the
 * carrier, often that of one recipient; `unlisted`: a status that no table explains; `throttle`, `link`: the text was
 * not tried at all; `ambiguous`: no answer came.
 */
export type RetryPolicy = Readonly<Record<keyof typeof DEFAULT_RETRY_POLICY, RetryPlan>>;

export const DEFAULT_RETRY_POLICY = {
  retry: { intervalsMs: [5 * SECOND, 30 * SECOND, 2 * MINUTE], maxAttempts: 4 },
  queue_full: { intervalsMs: [10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE], maxAttempts: 6 },
  unlisted: { intervalsMs: [5 * SECOND, 30 * SECOND], maxAttempts: 3 },
  throttle: { intervalsMs: [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND, 30 * SECOND], maxAttempts: null },
  link: { intervalsMs: [SECOND], maxAttempts: null },
  ambiguous: { intervalsMs: [10 * SECOND], maxAttempts: 4 },
} as const satisfies Record<string, RetryPlan>;

/** The plans of a policy as settings write them, in seconds; what is left out keeps its default. */
export type RetryPolicyInput = {
  readonly [Name in keyof RetryPolicy]?:
    | { readonly intervals_seconds?: readonly number[] | undefined; readonly max_attempts?: number | null | undefined }
    | undefined;
};

export function retryPolicy(input: RetryPolicyInput = {}): RetryPolicy {
  const planOf = (name: keyof RetryPolicy): RetryPlan => {
    const fallback: RetryPlan = DEFAULT_RETRY_POLICY[name];
    const { intervals_seconds, max_attempts } = input[name] ?? {};
    return {
      intervalsMs: intervals_seconds?.map((seconds) => seconds * SECOND) ?? fallback.intervalsMs,
      maxAttempts: max_attempts === undefined ? fallback.maxAttempts : max_attempts,
    };
  };
  return {
    retry: planOf('retry'),
    queue_full: planOf('queue_full'),
    unlisted: planOf('unlisted'),
    throttle: planOf('throttle'),
    link: planOf('link'),
    ambiguous: planOf('ambiguous'),
  };
}

export interface Refusal {
  /** The carrier's answer by class; see RefusalClass of the carrier seam. */
  readonly class: 'throttle' | 'retry' | 'permanent' | 'failover' | 'link';
  /** Which plan the class `retry` follows; `retry` when left out. */
  readonly plan?: 'retry' | 'queue_full' | 'unlisted';
  /** Attempts that count, with this one. */
  readonly attempts: number;
  /** How often the text came back untried (throttled, or a fault of the link), with this time. */
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
  /** Another carrier may take it; without one it fails. */
  | { readonly action: 'failover' }
  | { readonly action: 'fail' };

/** What becomes of a text whose submit_sm was refused. */
export function afterRefusal(refusal: Refusal, policy: RetryPolicy = DEFAULT_RETRY_POLICY): SubmitVerdict {
  switch (refusal.class) {
    case 'throttle':
    case 'link':
      return next(policy[refusal.class], refusal.throttles, refusal.random, false);
    case 'retry':
      return next(policy[refusal.plan ?? 'retry'], refusal.attempts, refusal.random, true);
    case 'permanent':
      return { action: 'fail' };
    case 'failover':
      return { action: 'failover' };
  }
}

/**
 * `due_at` of a text that waits until `atMs`: never the very moment of its expiry, which marks a text that may go at
 * once; after it the text expires.
 */
export function dueAt(expiresAt: Date | null, atMs: number): Date {
  const expiresMs = expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return new Date(atMs < expiresMs ? atMs : expiresMs + 1);
}

function next(plan: RetryPlan, failures: number, random: number, countsAsAttempt: boolean): SubmitVerdict {
  const planned = intervalMs(plan, failures);
  if (planned === null) return { action: 'failover' };
  return { action: 'retry', delayMs: jittered(planned, random), countsAsAttempt };
}

/** The wait after the failure number `failures`, without jitter; null when the plan is used up. */
export function intervalMs({ intervalsMs, maxAttempts }: RetryPlan, failures: number): number | null {
  if (maxAttempts !== null && failures >= maxAttempts) return null;
  const index = Math.min(Math.max(1, failures), intervalsMs.length) - 1;
  return intervalsMs[index] ?? null;
}

/** `ms` with 10 % more or less, so that what failed together does not come back together. */
function jittered(ms: number, random: number): number {
  return Math.round(ms * (0.9 + 0.2 * random));
}
