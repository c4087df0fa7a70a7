/** What the receiver of a `callback_url` answered to a reply; `status` null = no answer (refused, timed out, too large). */
export interface CallbackAnswer {
  readonly status: number | null;
  readonly contentType: string | null;
  /** The first 64 KB. */
  readonly body: string;
  /** Attempts made for this reply so far, with this one. */
  readonly attempts: number;
  /** What the receiver asked for with Retry-After, null if nothing. */
  readonly retryAfterMs: number | null;
}

export type CallbackVerdict =
  /** The reply was taken: the wait is over. */
  | { readonly action: 'taken' }
  /** Read and not understood: the wait stays open for the next text, and this one is an ordinary text. */
  | { readonly action: 'keep_waiting' }
  /** Not ready or not reachable: the same reply again after the delay. */
  | { readonly action: 'retry'; readonly delayMs: number }
  /**
   * Nobody waits there any more: the wait is over, and the text is an ordinary text. `finished` = went on without it,
   * `deleted`, `unauthorized`, `refused`, `unreachable` = given up after all attempts.
   */
  | { readonly action: 'gone'; readonly reason: 'finished' | 'deleted' | 'unauthorized' | 'refused' | 'unreachable' };

/**
 * What becomes of a reply wait when its callback has answered. The answers are those of a waiting n8n execution
 * (2.41): 200 with JSON = taken, 422 = not understood, 409 = not parked yet (seen for 50 ms after the start),
 * 401 = wrong signature, 404 = execution deleted, 200 with a web page = already finished.
 */
export function afterCallback(answer: CallbackAnswer): CallbackVerdict {
  const { status } = answer;
  if (status === null || status >= 500) return again(answer, SLOW_DELAYS_MS);
  if (status >= 200 && status < 300) return afterSuccess(answer);
  switch (status) {
    case 409:
      return again(answer, PARKING_DELAYS_MS);
    case 408:
    case 425:
    case 429:
      return again(answer, SLOW_DELAYS_MS);
    case 422:
      return { action: 'keep_waiting' };
    case 401:
    case 403:
      return { action: 'gone', reason: 'unauthorized' };
    case 404:
    case 410:
      return { action: 'gone', reason: 'deleted' };
    default:
      // Redirects are not followed: their target was never checked.
      return { action: 'gone', reason: 'refused' };
  }
}

/** Fast at first, since a workflow is parked within a tenth of a second; 25 s in all. */
const PARKING_DELAYS_MS: readonly number[] = [50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800];

/** A receiver that is down or busy gets 10 minutes; later, the person who replied waits for a person. */
const SLOW_DELAYS_MS: readonly number[] = [1_000, 5_000, 15_000, 30_000, 60_000, 120_000, 180_000, 180_000];
const RETRY_AFTER_MAX_MS = 180_000;

function afterSuccess({ contentType, body }: CallbackAnswer): CallbackVerdict {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/html' || (type === '' && /^\s*<(!doctype|html)/i.test(body)))
    return { action: 'gone', reason: 'finished' };
  return isRefusedInJson(type, body) ? { action: 'keep_waiting' } : { action: 'taken' };
}

/** `{ "accepted": false }`: for receivers that cannot choose the status of their answer. */
function isRefusedInJson(type: string, body: string): boolean {
  if (type !== 'application/json' && !type.endsWith('+json')) return false;
  return acceptedOf(body) === false;
}

function acceptedOf(body: string): unknown {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null && 'accepted' in answer ? answer.accepted : undefined;
  } catch {
    return undefined;
  }
}

function again({ attempts, retryAfterMs }: CallbackAnswer, delaysMs: readonly number[]): CallbackVerdict {
  const planned = delaysMs[Math.max(1, attempts) - 1];
  if (planned === undefined) return { action: 'gone', reason: 'unreachable' };
  return { action: 'retry', delayMs: Math.max(planned, Math.min(retryAfterMs ?? 0, RETRY_AFTER_MAX_MS)) };
}
