/**
 * Notices a peer that is gone while its socket looks alive (SMPP 3.4 §7.2, enquire_link_timer). After
 * `quietMs` without anything heard an enquire_link is due; it may stay unanswered for 10 s, twice: with 20 s of quiet a
 * dead peer is found within 40 s.
 * Times in milliseconds.
 */
export interface KeepAlive {
  start(nowMs: number): void;
  stop(): void;
  /** A whole PDU of any kind came in: the peer lives. */
  heard(nowMs: number): void;
  sent(sequence: number, nowMs: number): void;
  /** False when no enquire_link of this number was sent lately. */
  answered(sequence: number): boolean;
  tick(nowMs: number): 'due' | 'lost' | null;
  /** True while an enquire_link is unanswered. */
  isWaiting(): boolean;
  deadline(): number | null;
}

const ANSWER_MS = 10_000;
const MISSES_MAX = 2;

export function createKeepAlive(quietMs: number): KeepAlive {
  let deadlineMs: number | null = null;
  let unanswered: number[] = [];
  let waiting = false;

  return {
    start(nowMs) {
      deadlineMs = nowMs + quietMs;
    },
    stop() {
      deadlineMs = null;
      waiting = false;
    },
    heard(nowMs) {
      waiting = false;
      if (deadlineMs !== null) deadlineMs = nowMs + quietMs;
    },
    sent(sequence, nowMs) {
      // Numbers of a quiet spell that is over are not kept: at most MISSES_MAX of them wait for an answer.
      unanswered = waiting ? [...unanswered, sequence] : [sequence];
      waiting = true;
      deadlineMs = nowMs + ANSWER_MS;
    },
    answered(sequence) {
      const known = unanswered.includes(sequence);
      unanswered = unanswered.filter((other) => other !== sequence);
      return known;
    },
    tick(nowMs) {
      if (deadlineMs === null || nowMs < deadlineMs) return null;
      return waiting && unanswered.length >= MISSES_MAX ? 'lost' : 'due';
    },
    isWaiting: () => waiting,
    deadline: () => deadlineMs,
  };
}
