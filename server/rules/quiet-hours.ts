import type { MessageType } from './message.ts';
import { QUIET_HOURS, type QuietHoursRow } from './quiet-hours-data.ts';
import { isPublicHoliday, type PublicHoliday } from './quiet-hours-holidays.ts';
import type { Place, ZoneConfidence, ZoneSource } from './quiet-hours-place.ts';
import { hoursOfPlace, type PlaceHours, writeMinute } from './quiet-hours-week.ts';
import { firstClosing, firstOpening, localDay, type OpenHours } from './zones/open-hours.ts';

export interface QuietHoursSettings {
  /** Which texts keep quiet hours; the law means solicitations (47 CFR 64.1200(c)(1)). */
  readonly message_types: readonly MessageType[];
  readonly rows: readonly QuietHoursRow[];
  readonly isPublicHoliday: PublicHoliday;
}

export const DEFAULT_QUIET_HOURS: QuietHoursSettings = {
  message_types: ['promotional'],
  rows: QUIET_HOURS,
  isPublicHoliday,
};

export interface QuietHoursQuestion {
  readonly message_type: MessageType;
  /** From `placeOf`. */
  readonly place: Place;
  readonly now: Date;
}

export type QuietHoursVerdict =
  | {
      readonly allowed: true;
      /** When the hours end: it must have left by then; null for texts that have none. */
      readonly until: Date | null;
      /** Whose hours were kept; null for texts that have none. */
      readonly rule: string | null;
      readonly zone_source: ZoneSource;
      readonly confidence: ZoneConfidence;
    }
  | {
      readonly allowed: false;
      /** The earliest legal instant; null where there is none within eight days. */
      readonly until: Date | null;
      /** no_common_hours: the zones the number may be in are never awake together. */
      readonly reason: 'quiet_hours' | 'no_common_hours' | 'zone_unknown';
      /** For people: `US + US-TX: Sunday 12:00-21:00 local time`. */
      readonly rule: string;
      /** The zone that keeps the text longest (IANA name); null when none is known. */
      readonly zone: string | null;
      readonly zone_source: ZoneSource;
      readonly confidence: ZoneConfidence;
    };

/**
 * Whether a text may arrive now where its recipient is, and from when on else. Where the recipient may be in several
 * zones, all of them must be awake. What is asked again at the release of a held text is answered by the rows of then.
 */
export function quietHours(
  { message_type, place, now }: QuietHoursQuestion,
  settings: QuietHoursSettings = DEFAULT_QUIET_HOURS,
): QuietHoursVerdict {
  const { zone_source, confidence } = place;
  if (!settings.message_types.includes(message_type))
    return { allowed: true, until: null, rule: null, zone_source, confidence };
  const hours = hoursToday(place, now, settings);
  const clocks = wakingHours(place, now, settings);
  const [first] = clocks;
  if (!first)
    return {
      allowed: false,
      until: null,
      reason: 'zone_unknown',
      rule: hours.rule,
      zone: null,
      zone_source,
      confidence,
    };
  const [nowMs, endMs] = [now.getTime(), now.getTime() + SEARCH_MS];
  const opening = firstOpening(clocks, nowMs, endMs);
  const rule = ruleText(hours.rule, opening.last ?? first, now);
  if (opening.open && opening.last === null) {
    const closingMs = firstClosing(clocks, nowMs, endMs);
    return { allowed: true, until: closingMs === null ? null : new Date(closingMs), rule, zone_source, confidence };
  }
  return {
    allowed: false,
    until: opening.open ? new Date(opening.atMs) : null,
    reason: opening.open ? 'quiet_hours' : 'no_common_hours',
    rule,
    zone: (opening.last ?? first).zone,
    zone_source,
    confidence,
  };
}

/** The hours of every zone of a place, to be searched together with others such as a send window. */
export function wakingHours(
  place: Place,
  now: Date,
  settings: QuietHoursSettings = DEFAULT_QUIET_HOURS,
): readonly OpenHours[] {
  const { week, closedOnHolidays } = hoursToday(place, now, settings);
  const { country } = place;
  const isClosedOn = (date: string) => country !== null && settings.isPublicHoliday(country, date);
  return place.zones.map((zone) => ({ zone, week, ...(closedOnHolidays && { isClosedOn }) }));
}

/** Longer than any run of closed days: a weekend with holidays on both sides. */
const SEARCH_MS = 8 * 86_400_000;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const hoursToday = (place: Place, now: Date, { rows }: QuietHoursSettings): PlaceHours =>
  hoursOfPlace(rows, place.country, place.state, now.toISOString().slice(0, 10));

function ruleText(name: string, { zone, week, isClosedOn }: OpenHours, now: Date): string {
  const { date, weekday } = localDay(zone, now.getTime());
  if (isClosedOn?.(date)) return `${name}: not on public holidays`;
  const spans = (week[weekday] ?? []).map(([from, to]) => `${writeMinute(from)}-${writeMinute(to)}`);
  return spans.length === 0
    ? `${name}: not on a ${WEEKDAYS[weekday]}`
    : `${name}: ${WEEKDAYS[weekday]} ${spans.join(', ')} local time`;
}
