import { readSpan } from './quiet-hours-week.ts';
import { isKnownZone } from './zones/local-clock.ts';
import {
  firstClosing,
  firstOpening,
  MINUTES_PER_DAY,
  type OpenHours,
  type Span,
  type Week,
} from './zones/open-hours.ts';

/** When a sender wants texts to arrive, as the API says it. */
export interface SendWindow {
  /** None named = every day. A window over midnight belongs to the day it begins on. */
  readonly days?: readonly Weekday[];
  /** Local time, `HH:MM`. */
  readonly from: string;
  /** `HH:MM`, no longer included; before `from` = on the next day; `24:00` is the end of the day. */
  readonly to: string;
  /** IANA name, or `recipient`: the zones the recipient may be in. */
  readonly time_zone: string;
}

export type Weekday = (typeof WEEKDAYS)[number];

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export type SendWindowFault = keyof typeof SEND_WINDOW_FAULTS;

/** What is wrong, one sentence each. */
export const SEND_WINDOW_FAULTS = {
  time: 'A send window needs two different local times, written like 09:00 and 18:00.',
  time_zone: 'The time zone is neither "recipient" nor a name of the IANA database such as Europe/Paris.',
  recipient_zone: 'The time zone of the recipient is unknown: name one in the send window or at the contact.',
} as const;

export type SendWindowHours =
  | { readonly ok: true; readonly hours: readonly OpenHours[] }
  | { readonly ok: false; readonly fault: SendWindowFault };

/** The window by the clocks it is meant for. `recipientZones`: `zones` of the recipient's place. */
export function sendWindowHours(window: SendWindow, recipientZones: readonly string[]): SendWindowHours {
  const isTheirs = window.time_zone === 'recipient';
  if (!isTheirs && !isKnownZone(window.time_zone)) return { ok: false, fault: 'time_zone' };
  const week = weekOf(window);
  if (!week) return { ok: false, fault: 'time' };
  const zones = isTheirs ? recipientZones : [window.time_zone];
  if (zones.length === 0) return { ok: false, fault: 'recipient_zone' };
  return { ok: true, hours: zones.map((zone) => ({ zone, week })) };
}

export type SendTime =
  | {
      readonly allowed: true;
      /** When it no longer does; null where that is more than three weeks away. */
      readonly until: Date | null;
    }
  | {
      readonly allowed: false;
      /** Null where quiet hours and window never meet within three weeks. */
      readonly until: Date | null;
      readonly held_by: 'quiet_hours' | 'send_window';
    };

/**
 * The first instant from `now` on that suits both the recipient (`wakingHours`, empty for texts without quiet hours)
 * and the sender (`sendWindowHours`, empty without a window).
 */
export function sendTime(waking: readonly OpenHours[], window: readonly OpenHours[], now: Date): SendTime {
  const nowMs = now.getTime();
  const all = [...waking, ...window];
  const opening = firstOpening(all, nowMs, nowMs + SEARCH_MS);
  if (opening.open && opening.last === null) {
    const closingMs = firstClosing(all, nowMs, nowMs + SEARCH_MS);
    return { allowed: true, until: closingMs === null ? null : new Date(closingMs) };
  }
  const isAwake = firstOpening(waking, nowMs, nowMs + 1).open;
  return {
    allowed: false,
    until: opening.open ? new Date(opening.atMs) : null,
    held_by: isAwake ? 'send_window' : 'quiet_hours',
  };
}

/** A window of one day a week may meet a public holiday twice running: Christmas and New Year. */
const SEARCH_MS = 22 * 86_400_000;

function weekOf({ days, from, to }: SendWindow): Week | null {
  const opens = (weekday: number) => !days || days.length === 0 || days.includes(WEEKDAYS[weekday] ?? 'sun');
  const sameDay = readSpan(`${from}-${to}`);
  if (sameDay) return WEEKDAYS.map((_, weekday) => (opens(weekday) ? [sameDay] : []));
  const [evening, morning] = [readSpan(`${from}-24:00`), to === '00:00' ? ([0, 0] as const) : readSpan(`00:00-${to}`)];
  if (!evening || !morning || morning[1] >= evening[0]) return null;
  return WEEKDAYS.map((_, weekday) => [
    ...(opens((weekday + 6) % 7) && morning[1] > 0 ? [morning] : []),
    ...(opens(weekday) ? [[evening[0], MINUTES_PER_DAY] satisfies Span] : []),
  ]);
}
