/**
 * A circuit breaker: after `FAILURES_MAX` failures in a row a carrier is left alone for a while, then tried with one
 * text; a success closes the circuit, a failure opens it for twice as long. Times in milliseconds.
 */
export interface Breaker {
  readonly failures: number;
  /** Null: the circuit is closed. */
  readonly openUntilMs: number | null;
  readonly openForMs: number;
}

export const FAILURES_MAX = 5;
export const OPEN_FOR_MS = 30_000;
export const OPEN_FOR_MAX_MS = 480_000;

export const closedBreaker: Breaker = { failures: 0, openUntilMs: null, openForMs: OPEN_FOR_MS };

export function circuitOf(breaker: Breaker, nowMs: number): 'closed' | 'open' | 'half_open' {
  if (breaker.openUntilMs === null) return 'closed';
  return nowMs < breaker.openUntilMs ? 'open' : 'half_open';
}

/** An answer to a text that left while the circuit was still closed changes nothing once it is open. */
export function afterAnswer(breaker: Breaker, isSuccess: boolean, nowMs: number): Breaker {
  const circuit = circuitOf(breaker, nowMs);
  if (circuit === 'open') return breaker;
  if (isSuccess) return closedBreaker;
  if (circuit === 'half_open') {
    const openForMs = Math.min(breaker.openForMs * 2, OPEN_FOR_MAX_MS);
    return { ...breaker, openUntilMs: nowMs + openForMs, openForMs };
  }
  const failures = breaker.failures + 1;
  return { ...breaker, failures, openUntilMs: failures >= FAILURES_MAX ? nowMs + breaker.openForMs : null };
}
