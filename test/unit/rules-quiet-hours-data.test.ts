import { describe, expect, test } from 'vitest';
import { QUIET_HOURS, type QuietHoursRow } from '../../server/rules/quiet-hours-data.ts';
import { isPublicHoliday } from '../../server/rules/quiet-hours-holidays.ts';
import { hoursOfPlace, readSpan, writeMinute } from '../../server/rules/quiet-hours-week.ts';

describe('R147: the data of quiet hours', () => {
  test('is readable, dated and has a source, row by row', () => {
    for (const row of QUIET_HOURS) {
      for (const text of [row.mon_fri, row.saturday, row.sunday])
        expect(text === null || readSpan(text)).not.toBe(null);
      expect(row.source_urls.length, row.note).toBeGreaterThan(0);
      for (const url of row.source_urls) expect(URL.canParse(url), url).toBe(true);
      expect(row.verified_on).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(row.note).not.toBe('');
    }
  });

  test('has one row for each place, and one for all others', () => {
    const places = QUIET_HOURS.flatMap((row) => row.places);
    expect(new Set(places).size).toBe(places.length);
    expect(places.filter((name) => !/^([A-Z]{2}(-[A-Z]{2})?|\*)$/.test(name))).toEqual([]);
    expect(places).toContain('*');
    const states = 'FL OK MD MS NJ MA LA AL WA CT NV TX KY MI MN NM RI PA CA IL'.split(' ');
    expect(states.filter((state) => !places.includes(`US-${state}`))).toEqual([]);
  });

  test('lets no state allow what the country forbids', () => {
    const federal = hoursOfPlace(QUIET_HOURS, 'US', null, '2026-11-20').week;
    for (const name of QUIET_HOURS.flatMap((row) => row.places).filter((one) => one.startsWith('US-'))) {
      const { week } = hoursOfPlace(QUIET_HOURS, 'US', name.slice(3), '2026-11-20');
      week.forEach((spans, weekday) => {
        const [from, to] = federal[weekday]?.[0] ?? expect.fail('no federal hours');
        for (const span of spans) expect(span[0] >= from && span[1] <= to, name).toBe(true);
      });
    }
  });

  const row: QuietHoursRow = {
    ...QUIET_HOURS[0]!,
    places: ['XX'],
    effective_from: '2026-01-01',
    effective_until: '2026-06-30',
  };

  test('holds from its first day to its last', () => {
    const rule = (date: string) => hoursOfPlace([row], 'XX', null, date).rule;
    expect(['2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01'].map(rule)).toEqual([
      'default',
      'XX',
      'XX',
      'default',
    ]);
    const texas = (date: string) => hoursOfPlace(QUIET_HOURS, 'US', 'TX', date).rule;
    expect(texas('2025-08-31')).toBe('US');
    expect(texas('2025-09-01')).toBe('US + US-TX');
  });

  test('allows nothing on days whose hours are unreadable', () => {
    const { week } = hoursOfPlace([{ ...row, mon_fri: '8am-9pm' }], 'XX', null, '2026-02-01');
    expect(week.map((spans) => spans.length)).toEqual([1, 0, 0, 0, 0, 0, 1]);
  });

  test.each(['', '8:00-20:00', '08:00', '20:00-08:00', '08:00-08:00', '08:00-24:01', '08:60-09:00', '08:00-20:00 '])(
    '%j is no stretch of a day',
    (text) => {
      expect(readSpan(text)).toBeNull();
    },
  );

  test('reads and writes times to the minute, up to midnight', () => {
    expect(readSpan('08:30-24:00')).toEqual([510, 1_440]);
    expect([0, 510, 1_440].map(writeMinute)).toEqual(['00:00', '08:30', '24:00']);
  });
});

describe('public holidays', () => {
  test.each([
    ['FR', '2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2027-03-29 2038-04-26'],
    ['US', '2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-07-04 2026-09-07 2026-10-12 2026-11-26'],
    // New Year 2028 is a Saturday: kept on the Friday before, a year earlier.
    ['US', '2027-12-31 2028-01-01 2027-07-05'],
  ])('of %s: %s', (country, dates) => {
    for (const date of dates.split(' ')) expect(isPublicHoliday(country, date), date).toBe(true);
  });

  test.each([
    ['FR', '2026-04-05'],
    ['FR', '2026-11-26'],
    ['US', '2026-05-01'],
    ['US', '2026-11-27'],
    ['GB', '2026-12-25'],
  ])('of %s do not include %s', (country, date) => {
    expect(isPublicHoliday(country, date)).toBe(false);
  });

  test('are as many a year as the law names', () => {
    const year = Array.from({ length: 365 }, (_, day) =>
      new Date(Date.UTC(2027, 0, 1 + day)).toISOString().slice(0, 10),
    );
    expect(year.filter((date) => isPublicHoliday('FR', date))).toHaveLength(11);
    // Eleven, and four kept on another day: 18 June, 5 July, 24 December, and 31 December for New Year 2028.
    expect(year.filter((date) => isPublicHoliday('US', date))).toHaveLength(15);
  });
});
