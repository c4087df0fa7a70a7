/** Where and when a deliver_sm came in. Times are Unix milliseconds. */
export interface Arrival {
  /** Names one connection and is never used again. */
  readonly bind: string;
  /** sequence_number of the PDU. */
  readonly sequence: number;
  readonly arrivedAtMs: number;
  readonly boundAtMs: number;
  /** When a bind of the account was last lost; the start of this process counts as that. */
  readonly lastLossMs: number;
}

/** A deliver_sm with the same account, numbers and octets that has been stored. */
export interface Earlier extends Arrival {
  readonly storedAtMs: number;
  /** It was answered with an error although it may have been stored: the commit was lost sight of. */
  readonly wasRefused: boolean;
  /** One part of several, under a reference of its sender. */
  readonly isPart: boolean;
}

export const REDELIVERY_MS = 60_000;
/** SMSCs wait at least that long for a deliver_sm_resp before they deliver again. */
const PATIENCE_MS = 5_000;

/**
 * Whether `later` is `earlier` once more, because its deliver_sm_resp did not reach the carrier, and not the same
 * words written twice. SMPP 3.4 has no mark for that and a new bind starts new sequence numbers, so it is judged by
 * what happened in between: the bind was lost, or our answer was late, an error, or doubted. Two equal texts with
 * nothing in between are two texts. An equal part is always a duplicate: a sender counts its references up.
 */
export function isRedelivery(earlier: Earlier, later: Arrival): boolean {
  if (earlier.wasRefused) return true;
  const apartMs = later.arrivedAtMs - earlier.arrivedAtMs;
  if (earlier.isPart && apartMs < REDELIVERY_MS) return true;
  if (earlier.bind === later.bind) return isOnOneBind(earlier, later, apartMs);
  // The one that came first may be the last to be stored.
  return isAroundLoss(earlier, later) || isAroundLoss(later, earlier);
}

/** The same PDU once more, or a new one for a text that we kept the carrier waiting for. */
function isOnOneBind(earlier: Earlier, later: Arrival, apartMs: number): boolean {
  if (apartMs >= REDELIVERY_MS) return false;
  const answerMs = earlier.storedAtMs - earlier.arrivedAtMs;
  return earlier.sequence === later.sequence || (answerMs >= PATIENCE_MS && apartMs >= PATIENCE_MS);
}

/** It came in the last minute before a bind was lost, and again in the first minute in which it could. */
function isAroundLoss(earlier: Arrival, { arrivedAtMs, boundAtMs, lastLossMs }: Arrival): boolean {
  const beforeMs = lastLossMs - earlier.arrivedAtMs;
  const afterMs = arrivedAtMs - Math.max(boundAtMs, lastLossMs);
  return beforeMs >= 0 && beforeMs < REDELIVERY_MS && afterMs < REDELIVERY_MS;
}
