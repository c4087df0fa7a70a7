/**
 * How long to wait before the next try, in milliseconds: what the server asks for (RFC 9110 §10.2.3: seconds or a
 * date), else a random part of 0.5 s, 1 s, 2 s, 4 s … 30 s. `tries` counts the retries so far, `random` is in [0, 1).
 */
export function retryDelayMs(
  { tries, retryAfter, nowMs }: { readonly tries: number; readonly retryAfter: string | null; readonly nowMs: number },
  random: number,
): number {
  const askedMs = retryAfter === null ? null : askedFor(retryAfter, nowMs);
  if (askedMs !== null) return Math.min(Math.max(0, askedMs), ASKED_MAX_MS);
  return Math.ceil(random * Math.min(BASE_MS * 2 ** tries, BACKOFF_MAX_MS));
}

const BASE_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** Nobody waits longer than this for one call. */
const ASKED_MAX_MS = 60_000;

function askedFor(retryAfter: string, nowMs: number): number | null {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const dateMs = Date.parse(retryAfter);
  return Number.isNaN(dateMs) ? null : dateMs - nowMs;
}
