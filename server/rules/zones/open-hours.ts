import { clockAt } from './local-clock.ts';

/** A stretch of a local day in minutes after midnight: from the first to before the last, at most 0 to 1440. */
export type Span = readonly [fromMinute: number, toMinute: number];

/** Seven days, Sunday first, each with its spans in order and apart. */
export type Week = readonly (readonly Span[])[];

/** When something is open, by the wall clock of one zone (IANA name). */
export interface OpenHours {
  readonly zone: string;
  readonly week: Week;
  /** Dates (`2026-12-25`) on which it stays closed all the same. */
  readonly isClosedOn?: (localDate: string) => boolean;
}

export type FirstOpening =
  | {
      readonly open: true;
      /** Unix milliseconds. */
      readonly atMs: number;
      /** Which of the hours opened last; null when all were open from the start. */
      readonly last: OpenHours | null;
    }
  | { readonly open: false; readonly last: OpenHours };

/**
 * The first instant from `fromMs` on and before `beforeMs` (Unix milliseconds) at which all are open, by what the wall
 * clocks show: an hour that is skipped in spring opens with the hour after it, one that comes twice in autumn is open
 * twice. Asks each of the hours for its next opening from the latest answer on, until nobody moves it.
 */
export function firstOpening(all: readonly OpenHours[], fromMs: number, beforeMs: number): FirstOpening {
  let atMs = fromMs;
  let last: OpenHours | null = null;
  for (let agreed = 0; agreed < all.length;) {
    for (const hours of all) {
      const openMs = nextOpening(hours, atMs, beforeMs);
      if (openMs === null) return { open: false, last: hours };
      agreed = openMs === atMs ? agreed + 1 : 1;
      if (openMs !== atMs) last = hours;
      atMs = openMs;
      if (agreed >= all.length) break;
    }
  }
  return { open: true, atMs, last };
}

/**
 * When the first of them closes, asked at an instant at which all are open (Unix milliseconds); null where none does
 * before `beforeMs`.
 */
export function firstClosing(all: readonly OpenHours[], fromMs: number, beforeMs: number): number | null {
  const closings = all.flatMap((hours) => nextClosing(hours, fromMs, beforeMs) ?? []);
  return closings.length > 0 ? Math.min(...closings) : null;
}

/** The local date and day of the week (0 = Sunday) of an instant. */
export function localDay(zone: string, atMs: number): { readonly date: string; readonly weekday: number } {
  const local = new Date(atMs + clockAt(zone, atMs).offsetMs);
  return { date: local.toISOString().slice(0, 10), weekday: local.getUTCDay() };
}

export const MINUTES_PER_DAY = 1_440;

const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday. */
const FIRST_WEEKDAY = 4;

/** Each step goes on to an opening, to the next local day or to the next setting of the clock: it always ends. */
function nextOpening({ zone, week, isClosedOn }: OpenHours, fromMs: number, beforeMs: number): number | null {
  let atMs = fromMs;
  while (atMs < beforeMs) {
    const { offsetMs, untilMs } = clockAt(zone, atMs);
    const localMs = atMs + offsetMs;
    const day = Math.floor(localMs / DAY_MS);
    const opening = openingOfDay(spansOf(week, day, isClosedOn), localMs - day * DAY_MS);
    const nextMs = (opening === null ? (day + 1) * DAY_MS : day * DAY_MS + opening) - offsetMs;
    if (opening !== null && nextMs < untilMs) return nextMs < beforeMs ? nextMs : null;
    atMs = Math.min(nextMs, untilMs);
  }
  return null;
}

/** Goes on over midnight and over settings of the clock as long as it stays open behind them. */
function nextClosing({ zone, week, isClosedOn }: OpenHours, fromMs: number, beforeMs: number): number | null {
  let atMs = fromMs;
  while (atMs < beforeMs) {
    const { offsetMs, untilMs } = clockAt(zone, atMs);
    const day = Math.floor((atMs + offsetMs) / DAY_MS);
    const minute = (atMs + offsetMs - day * DAY_MS) / 60_000;
    const span = spansOf(week, day, isClosedOn).find(([from, to]) => from <= minute && minute < to);
    if (!span) return atMs;
    atMs = Math.min(day * DAY_MS + span[1] * 60_000 - offsetMs, untilMs);
  }
  return null;
}

function spansOf(week: Week, day: number, isClosedOn: OpenHours['isClosedOn']): readonly Span[] {
  const spans = week[(((day + FIRST_WEEKDAY) % 7) + 7) % 7] ?? [];
  if (spans.length === 0 || !isClosedOn) return spans;
  return isClosedOn(new Date(day * DAY_MS).toISOString().slice(0, 10)) ? [] : spans;
}

/** Milliseconds after local midnight; null when the rest of the day is closed. */
function openingOfDay(spans: readonly Span[], sinceMidnightMs: number): number | null {
  for (const [fromMinute, toMinute] of spans)
    if (sinceMidnightMs < toMinute * 60_000) return Math.max(sinceMidnightMs, fromMinute * 60_000);
  return null;
}
