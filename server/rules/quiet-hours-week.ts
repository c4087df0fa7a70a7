import type { QuietHoursRow } from './quiet-hours-data.ts';
import { MINUTES_PER_DAY, type Span, type Week } from './zones/open-hours.ts';

/** The hours that every row of a place allows together. */
export interface PlaceHours {
  readonly week: Week;
  readonly closedOnHolidays: boolean;
  /** The places whose rows apply, for instance `US + US-TX`. */
  readonly rule: string;
}

/** What the rows say of a country and a US state on a day (ISO 8601 date). Asked once per text, so answers are kept. */
export function hoursOfPlace(
  rows: readonly QuietHoursRow[],
  country: string | null,
  state: string | null,
  date: string,
): PlaceHours {
  const kept = keptHours.get(rows) ?? new Map<string, PlaceHours>();
  keptHours.set(rows, kept);
  const key = `${country} ${state} ${date}`;
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const hours = combineRows(rows, country, state, date);
  kept.set(key, hours);
  return hours;
}

/** `HH:MM-HH:MM` as minutes after midnight, to `24:00` at the latest; null for anything else or an empty stretch. */
export function readSpan(text: string): Span | null {
  const [, fromHour, fromMinute, toHour, toMinute] = /^(\d\d):([0-5]\d)-(\d\d):([0-5]\d)$/.exec(text) ?? [];
  if (fromHour === undefined || toHour === undefined) return null;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  return from < to && to <= MINUTES_PER_DAY ? [from, to] : null;
}

/** Minutes after midnight as `HH:MM`. */
export function writeMinute(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

const keptHours = new WeakMap<readonly QuietHoursRow[], Map<string, PlaceHours>>();
/** Some days of every country and state. */
const MOST_KEPT = 1_024;

const ALWAYS: Week = Array.from({ length: 7 }, () => [[0, MINUTES_PER_DAY]]);

function combineRows(
  rows: readonly QuietHoursRow[],
  country: string | null,
  state: string | null,
  date: string,
): PlaceHours {
  const inForce = rows.filter((row) => (row.effective_from ?? date) <= date && date <= (row.effective_until ?? date));
  const names = country === null ? [] : [country, ...(state === null ? [] : [`${country}-${state}`])];
  const own = inForce.filter(({ places }) => names.some((name) => places.includes(name)));
  const applying = own.length > 0 ? own : inForce.filter(({ places }) => places.includes('*'));
  const rule = names.filter((name) => applying.some(({ places }) => places.includes(name)));
  return {
    week: applying.map(weekOf).reduce(intersectWeeks, ALWAYS),
    closedOnHolidays: applying.some((row) => row.public_holidays === 'closed'),
    rule: rule.length > 0 ? rule.join(' + ') : 'default',
  };
}

/** A row with an unreadable time allows nothing on those days: too quiet is the safe mistake. */
function weekOf(row: QuietHoursRow): Week {
  const [workday, saturday, sunday] = [row.mon_fri, row.saturday, row.sunday].map((text) => {
    const span = text === null ? null : readSpan(text);
    return span ? [span] : [];
  });
  return [sunday ?? [], ...Array.from({ length: 5 }, () => workday ?? []), saturday ?? []];
}

function intersectWeeks(a: Week, b: Week): Week {
  return a.map((spans, weekday) => intersectSpans(spans, b[weekday] ?? []));
}

function intersectSpans(a: readonly Span[], b: readonly Span[]): readonly Span[] {
  return a
    .flatMap(([fromA, toA]) => b.map(([fromB, toB]): Span => [Math.max(fromA, fromB), Math.min(toA, toB)]))
    .filter(([from, to]) => from < to);
}
