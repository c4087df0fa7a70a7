import type { Status } from './message.ts';

export type Advance =
  | { readonly change: true; readonly status: Status; readonly late: boolean }
  | { readonly change: false };

/**
 * Whether a text in `current` may become `next`. A final status never changes, with one exception: a text that
 * expired and is then reported delivered within 72 hours was delivered, flagged late. A repeated status is no change.
 * `sinceMs` is when the text got `current`; both times are Unix epoch milliseconds.
 */
export function advance(current: Status, next: Status, at: { nowMs: number; sinceMs: number }): Advance {
  if (NEXT[current].includes(next)) return { change: true, status: next, late: false };
  const late = current === 'expired' && next === 'delivered' && at.nowMs - at.sinceMs <= LATE_RECEIPT_MS;
  return late ? { change: true, status: next, late } : { change: false };
}

/** No way on from here but the late receipt. */
export function isFinal(status: Status): boolean {
  return NEXT[status].length === 0;
}

export type SegmentState = 'sent' | 'delivered' | 'undelivered' | 'expired';

/**
 * The status of a text from those of all its segments: delivered once all are, and as soon as one did not arrive
 * the text did not.
 */
export function aggregate(states: readonly SegmentState[]): SegmentState {
  if (states.includes('undelivered')) return 'undelivered';
  if (states.includes('expired')) return 'expired';
  return states.length > 0 && states.every((state) => state === 'delivered') ? 'delivered' : 'sent';
}

/** The state of one segment that was submitted more than once: one copy that arrived is enough. */
export function stateOfAttempts(attempts: readonly SegmentState[]): SegmentState {
  if (attempts.includes('delivered')) return 'delivered';
  return attempts.includes('sent') ? 'sent' : aggregate(attempts);
}

/** What a receipt says about a segment; null = nothing yet (`enroute` and `unknown` are never final). */
export function stateOfReceipt(
  state: 'delivered' | 'undelivered' | 'expired' | 'rejected' | 'enroute' | 'unknown',
): SegmentState | null {
  return RECEIPT_STATES[state];
}

const LATE_RECEIPT_MS = 72 * 3_600_000;

const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  scheduled: ['held', 'queued', 'rejected', 'expired', 'canceled'],
  // Queued or held because of a doubt, and then it turned out that the carrier had taken it: sent.
  held: ['scheduled', 'queued', 'sent', 'rejected', 'expired', 'canceled'],
  queued: ['held', 'sending', 'sent', 'rejected', 'expired', 'canceled'],
  // Back to queued for another try; to held when nobody knows whether the carrier took it.
  sending: ['held', 'queued', 'sent', 'failed'],
  sent: ['delivered', 'undelivered', 'expired'],
  delivered: [],
  undelivered: [],
  failed: [],
  rejected: [],
  expired: [],
  canceled: [],
  received: [],
};

const RECEIPT_STATES = {
  delivered: 'delivered',
  undelivered: 'undelivered',
  rejected: 'undelivered',
  expired: 'expired',
  enroute: null,
  unknown: null,
} as const;
