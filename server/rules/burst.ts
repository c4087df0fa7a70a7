/** A text of a contact that may be one of several written in a row. */
export interface BurstText {
  /** Sorts by time (UUIDv7), for texts of the same millisecond. */
  readonly id: string;
  readonly received_at: Date;
  readonly body: string;
}

export interface BurstClose {
  /** When the texts so far are handed on together; in the past = at once. */
  readonly at: Date;
  readonly why: 'silence' | 'longest_wait' | 'count' | 'length';
}

/** People who write in pieces write several in a minute; nobody should wait longer than that for an answer. */
export const BURST_LIMITS = {
  /** `buffer_seconds`. */
  bufferSecondsMax: 60,
  waitSecondsMax: 120,
  texts: 20,
  /** UTF-16 code units of all texts together. */
  length: 4_000,
} as const;

/**
 * When the texts of one contact are handed on as one: `bufferSeconds` after the last one, but never later than five
 * times that (at most two minutes) after the first, and at once when there are many or they are long. 0 seconds = no
 * waiting. Texts about consent and calls for help are no part of a burst: they are answered the moment they arrive.
 */
export function burstClose(texts: readonly [BurstText, ...BurstText[]], bufferSeconds: number): BurstClose {
  const times = texts.map(({ received_at }) => received_at.getTime());
  const [first, last] = [Math.min(...times), Math.max(...times)];
  if (texts.length >= BURST_LIMITS.texts) return { at: new Date(last), why: 'count' };
  if (lengthOf(texts) >= BURST_LIMITS.length) return { at: new Date(last), why: 'length' };
  const bufferMs = Math.min(Math.max(0, bufferSeconds), BURST_LIMITS.bufferSecondsMax) * 1_000;
  const latest = first + Math.min(bufferMs * QUIET_TIMES_MAX, BURST_LIMITS.waitSecondsMax * 1_000);
  return last + bufferMs <= latest
    ? { at: new Date(last + bufferMs), why: 'silence' }
    : { at: new Date(latest), why: 'longest_wait' };
}

const QUIET_TIMES_MAX = 5;
const SEPARATOR = '\n';

const lengthOf = (texts: readonly BurstText[]) =>
  texts.reduce((sum, { body }) => sum + body.length, 0) + (texts.length - 1) * SEPARATOR.length;

export interface CombinedText {
  /** In the order in which they came, one below the other. */
  readonly body: string;
  readonly ids: readonly [string, ...string[]];
  readonly first_received_at: Date;
  readonly last_received_at: Date;
}

/** The texts of a burst as one. */
export function joinBurst(texts: readonly [BurstText, ...BurstText[]]): CombinedText {
  const [first, ...others] = inOrder(texts);
  return {
    body: [first, ...others].map(({ body }) => body).join(SEPARATOR),
    ids: [first.id, ...others.map(({ id }) => id)],
    first_received_at: first.received_at,
    last_received_at: (others.at(-1) ?? first).received_at,
  };
}

/** The bursts that a row of texts makes, oldest first; the last one may still be open. */
export function burstsOf(texts: readonly BurstText[], bufferSeconds: number): readonly [BurstText, ...BurstText[]][] {
  const bursts: [BurstText, ...BurstText[]][] = [];
  for (const text of texts.toSorted(byTime)) {
    const open = bursts.at(-1);
    if (open && isOpenFor(open, text, bufferSeconds)) open.push(text);
    else bursts.push([text]);
  }
  return bursts;
}

function isOpenFor(burst: readonly [BurstText, ...BurstText[]], text: BurstText, bufferSeconds: number): boolean {
  const { at, why } = burstClose(burst, bufferSeconds);
  return (why === 'silence' || why === 'longest_wait') && text.received_at.getTime() < at.getTime();
}

function inOrder(texts: readonly [BurstText, ...BurstText[]]): readonly [BurstText, ...BurstText[]] {
  const [first, ...others] = texts.toSorted(byTime);
  return [first ?? texts[0], ...others];
}

const byTime = (a: BurstText, b: BurstText) =>
  a.received_at.getTime() - b.received_at.getTime() || (a.id < b.id ? -1 : Number(a.id > b.id));
