/** Whether a date (`2026-12-25`, local) is a public holiday of a country (ISO 3166-1 alpha-2). */
export type PublicHoliday = (country: string, localDate: string) => boolean;

/**
 * The public holidays of the countries whose quiet hours speak of them. Of the United States the federal ones alone,
 * on their day and on the weekday they are kept instead (5 U.S.C. 6103); of France those of the whole country (Code du
 * travail, L3133-1). States and regions have more: pass a function of your own that knows them.
 */
export const isPublicHoliday: PublicHoliday = (country, localDate) => {
  const daysOf = HOLIDAYS.get(country);
  if (!daysOf) return false;
  const year = Number(localDate.slice(0, 4));
  const key = `${country}${year}`;
  const days = known.get(key) ?? new Set([...daysOf(year), ...daysOf(year + 1)].map(isoDate));
  if (!known.has(key)) known.set(key, days);
  return days.has(localDate);
};

/** Years that were asked for; the dates of texts bound it. */
const known = new Map<string, ReadonlySet<string>>();

const DAY_MS = 86_400_000;
const MONDAY = 1;
const THURSDAY = 4;

const isoDate = (dayMs: number) => new Date(dayMs).toISOString().slice(0, 10);
const dayOf = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day);

function usHolidays(year: number): number[] {
  const fixed = [dayOf(year, 1, 1), dayOf(year, 6, 19), dayOf(year, 7, 4), dayOf(year, 11, 11), dayOf(year, 12, 25)];
  return [
    ...fixed.flatMap((dayMs) => [dayMs, observedMs(dayMs)]),
    nthWeekday(year, 1, MONDAY, 3),
    nthWeekday(year, 2, MONDAY, 3),
    // The last Monday of May is the one before the first of June.
    nthWeekday(year, 6, MONDAY, 1) - 7 * DAY_MS,
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 10, MONDAY, 2),
    nthWeekday(year, 11, THURSDAY, 4),
  ];
}

function frenchHolidays(year: number): number[] {
  const fixed = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'];
  const easterMs = easterSunday(year);
  // Easter Monday, Ascension, Whit Monday.
  const movable = [1, 39, 50].map((days) => easterMs + days * DAY_MS);
  return [...fixed.map((date) => Date.parse(`${year}-${date}`)), ...movable];
}

const HOLIDAYS: ReadonlyMap<string, (year: number) => number[]> = new Map([
  ['US', usHolidays],
  ['FR', frenchHolidays],
]);

/** A Saturday is kept on the Friday before, a Sunday on the Monday after. */
function observedMs(dayMs: number): number {
  const weekday = new Date(dayMs).getUTCDay();
  if (weekday === 6) return dayMs - DAY_MS;
  return weekday === 0 ? dayMs + DAY_MS : dayMs;
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): number {
  const firstMs = dayOf(year, month, 1);
  const ahead = (weekday - new Date(firstMs).getUTCDay() + 7) % 7;
  return firstMs + (ahead + (nth - 1) * 7) * DAY_MS;
}

/** The Gregorian computus of Meeus, Jones and Butcher. */
function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const moonCorrection =
    century - Math.floor(century / 4) - Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + moonCorrection + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const shift = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const days = epact + weekday - 7 * shift + 114;
  return dayOf(year, Math.floor(days / 31), (days % 31) + 1);
}
