import type { MessageType } from './message.ts';

/** At most so many texts to one contact in any stretch of so many seconds. */
export interface FrequencyCap {
  readonly max: number;
  readonly per_seconds: number;
  /** Which texts count and are held back. */
  readonly message_types: readonly MessageType[];
}

export const DAY_SECONDS = 86_400;
export const WEEK_SECONDS = 7 * DAY_SECONDS;

/** A text that was sent to the contact, or is bound to be. */
export interface CountedText {
  readonly at: Date;
  readonly message_type: MessageType;
}

export interface FrequencyQuestion {
  readonly message_type: MessageType;
  readonly now: Date;
  /** In any order. Of each cap's types the `max` newest within its seconds suffice. */
  readonly texts: readonly CountedText[];
  readonly caps: readonly FrequencyCap[];
}

export type FrequencyVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** When the oldest of the texts in the way no longer counts; null for a cap of none. */
      readonly until: Date | null;
      readonly cap: FrequencyCap;
      /** Texts that count now. */
      readonly count: number;
    };

/** Whether one more text keeps every cap; else the cap that holds it back longest. */
export function frequencyCap({ message_type, now, texts, caps }: FrequencyQuestion): FrequencyVerdict {
  const broken = caps
    .filter((cap) => cap.message_types.includes(message_type))
    .map((cap) => ({ cap, ...freeAt(cap, texts, now.getTime()) }))
    .filter(({ freeMs }) => freeMs > now.getTime());
  const [longest] = broken.toSorted((a, b) => (a.freeMs === b.freeMs ? 0 : b.freeMs - a.freeMs));
  if (!longest) return { allowed: true };
  const until = Number.isFinite(longest.freeMs) ? new Date(longest.freeMs) : null;
  return { allowed: false, until, cap: longest.cap, count: longest.count };
}

/** Texts of the future count as well: those are promised already. */
function freeAt(cap: FrequencyCap, texts: readonly CountedText[], nowMs: number): { freeMs: number; count: number } {
  const counted = texts
    .filter((text) => cap.message_types.includes(text.message_type))
    .map((text) => text.at.getTime() + cap.per_seconds * 1_000)
    .filter((endsMs) => endsMs > nowMs)
    .toSorted((a, b) => b - a);
  const count = counted.length;
  if (count < cap.max) return { freeMs: nowMs, count };
  // Once all but the newest (max - 1) have gone, there is room for one.
  return { freeMs: cap.max > 0 ? (counted[cap.max - 1] ?? nowMs) : Number.POSITIVE_INFINITY, count };
}
