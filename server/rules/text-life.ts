/** How long a text lives: `expires_at` ends its wait for a carrier, which may be sooner than it is of no use to anybody. */
export interface TextLife {
  /** Null while it is planned or held: the clock has not started. */
  readonly expires_at: Date | null;
  /** How long it may be on its way, from when it could go. */
  readonly validity_seconds: number;
  /** How long of that it may wait here; null = all of it. */
  readonly queue_seconds: number | null;
}

/** When a text that may go from `now` on is given up, if no carrier has taken it. */
export function waitsUntil({ validity_seconds, queue_seconds }: Omit<TextLife, 'expires_at'>, now: Date): Date {
  return new Date(now.getTime() + (queue_seconds ?? validity_seconds) * 1_000);
}

/** When it is of no use any more, which a carrier is told as its validity period (SMPP 3.4 §4.4.1). */
export function endOfLife({ expires_at, validity_seconds, queue_seconds }: TextLife): Date | null {
  if (expires_at === null || queue_seconds === null) return expires_at;
  return new Date(expires_at.getTime() + (validity_seconds - queue_seconds) * 1_000);
}

/** Null where a text may wait as long as it lives. `queueTtlSeconds`: of the server; 0 = no limit of its own. */
export function queueSeconds(validitySeconds: number, queueTtlSeconds: number): number | null {
  return queueTtlSeconds === 0 || queueTtlSeconds >= validitySeconds ? null : queueTtlSeconds;
}
