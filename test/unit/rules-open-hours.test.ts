import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { clockAt, isKnownZone } from '../../server/rules/zones/local-clock.ts';
import { zonesOf } from '../../server/rules/zones/of-number.ts';
import {
  firstClosing,
  firstOpening,
  localDay,
  type OpenHours,
  type Span,
  type Week,
} from '../../server/rules/zones/open-hours.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const everyDay = (...spans: Span[]): Week => Array.from({ length: 7 }, () => spans);
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

/** What a wall clock shows, read without the code under test. */
function wallClock(zone: string, ms: number): { weekday: number; minute: number } {
  const formatter = formatters.get(zone) ?? new Intl.DateTimeFormat('en-US', { ...WALL_CLOCK, timeZone: zone });
  formatters.set(zone, formatter);
  const parts = new Map(formatter.formatToParts(ms).map(({ type, value }) => [type, value]));
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(parts.get('weekday') ?? '');
  return { weekday, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

const WALL_CLOCK = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const formatters = new Map<string, Intl.DateTimeFormat>();

const isOpen = (all: readonly OpenHours[], ms: number) =>
  all.every(({ zone, week }) => {
    const { weekday, minute } = wallClock(zone, ms);
    return (week[weekday] ?? []).some(([from, to]) => from <= minute && minute < to);
  });

const ZONES = ['America/New_York', 'Europe/Paris', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Phoenix'];
const OTHERS = ['Pacific/Chatham', 'America/St_Johns', 'Africa/Casablanca', 'Pacific/Apia', 'UTC'];

describe('the clock of a zone', () => {
  test.each([
    ['America/New_York', '2026-03-08T07:00:00Z', -5, -4],
    ['America/New_York', '2026-11-01T06:00:00Z', -4, -5],
    ['Europe/Paris', '2026-03-29T01:00:00Z', 1, 2],
    ['Europe/Paris', '2026-10-25T01:00:00Z', 2, 1],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 11, 10.5],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', 10.5, 11],
  ])('of %s is set at %s, not a millisecond sooner', (zone, instant, before, after) => {
    expect(clockAt(zone, at(instant) - 1)).toEqual({ offsetMs: before * HOUR, untilMs: at(instant) });
    expect(clockAt(zone, at(instant)).offsetMs).toBe(after * HOUR);
  });

  test('of Kathmandu is 5:45 ahead and that of Phoenix 7:00 behind, all year', () => {
    for (let month = 0; month < 12; month += 1) {
      expect(clockAt('Asia/Kathmandu', Date.UTC(2026, month, 15)).offsetMs).toBe(5.75 * HOUR);
      expect(clockAt('America/Phoenix', Date.UTC(2026, month, 15)).offsetMs).toBe(-7 * HOUR);
    }
  });

  test('is known by the names of the IANA database alone', () => {
    for (const zone of [...ZONES, ...OTHERS]) expect(isKnownZone(zone), zone).toBe(true);
    for (const text of ['', '+05:45', '-08:00', 'Mars/Olympus', 'Europe/Paris ', 'EUROPE']) {
      expect(isKnownZone(text), text).toBe(false);
    }
  });

  propertyTest.prop([
    fc.constantFrom(...ZONES, ...OTHERS),
    fc.integer({ min: at('2000-01-01'), max: at('2037-01-01') }),
  ])('shows what the runtime shows', (zone, ms) => {
    const local = new Date(ms + clockAt(zone, ms).offsetMs);
    const shown = { weekday: local.getUTCDay(), minute: local.getUTCHours() * 60 + local.getUTCMinutes() };
    expect(shown).toEqual(wallClock(zone, ms));
    expect(localDay(zone, ms).weekday).toBe(shown.weekday);
  });
});

describe('the first opening', () => {
  const opens = (hours: OpenHours[], from: string) => {
    const opening = firstOpening(hours, at(from), at(from) + 8 * DAY);
    return opening.open ? iso(opening.atMs) : null;
  };

  test('is now while everything is open', () => {
    const hours = [{ zone: 'America/New_York', week: everyDay([480, 1260]) }];
    expect(firstOpening(hours, at('2026-11-20T13:00:00Z'), at('2026-11-21T00:00:00Z'))).toEqual({
      open: true,
      atMs: at('2026-11-20T13:00:00Z'),
      last: null,
    });
  });

  test('is now where nothing has hours', () => {
    expect(firstOpening([], 5, 6)).toEqual({ open: true, atMs: 5, last: null });
  });

  test('follows the clock over the night in which it is set', () => {
    const newYork = [{ zone: 'America/New_York', week: everyDay([480, 1260]) }];
    expect(opens(newYork, '2026-03-08T02:00:00Z')).toBe('2026-03-08T12:00:00Z');
    expect(opens(newYork, '2026-11-01T02:00:00Z')).toBe('2026-11-01T13:00:00Z');
    const lordHowe = [{ zone: 'Australia/Lord_Howe', week: everyDay([480, 1200]) }];
    expect(opens(lordHowe, '2026-04-04T12:00:00Z')).toBe('2026-04-04T21:30:00Z');
    expect(opens(lordHowe, '2026-10-03T12:00:00Z')).toBe('2026-10-03T21:00:00Z');
  });

  test('within an hour that is skipped in spring is the hour after it', () => {
    const night = [{ zone: 'America/New_York', week: everyDay([150, 210]) }];
    expect(opens(night, '2026-03-08T06:00:00Z')).toBe('2026-03-08T07:00:00Z');
    const gone = [{ zone: 'America/New_York', week: everyDay([130, 170]) }];
    expect(opens(gone, '2026-03-08T06:00:00Z')).toBe('2026-03-09T06:10:00Z');
  });

  test('within an hour that comes twice in autumn comes twice', () => {
    const night = [{ zone: 'America/New_York', week: everyDay([90, 120]) }];
    expect(opens(night, '2026-11-01T05:00:00Z')).toBe('2026-11-01T05:30:00Z');
    expect(opens(night, '2026-11-01T06:00:00Z')).toBe('2026-11-01T06:30:00Z');
    expect(opens(night, '2026-11-01T07:00:00Z')).toBe('2026-11-02T06:30:00Z');
  });

  test('skips closed weekdays and closed dates', () => {
    const paris: Week = [[], ...everyDay([480, 1200]).slice(1)];
    const isClosedOn = (date: string) => date === '2026-04-06';
    expect(opens([{ zone: 'Europe/Paris', week: paris }], '2026-04-04T20:00:00Z')).toBe('2026-04-06T06:00:00Z');
    expect(opens([{ zone: 'Europe/Paris', week: paris, isClosedOn }], '2026-04-04T20:00:00Z')).toBe(
      '2026-04-07T06:00:00Z',
    );
  });

  test('ends without an answer where two are never open together, or one never is', () => {
    const early = { zone: 'UTC', week: everyDay([0, 60]) };
    const late = { zone: 'UTC', week: everyDay([60, 120]) };
    expect(opens([early, late], '2026-11-20T00:00:00Z')).toBeNull();
    expect(firstOpening([early, { zone: 'UTC', week: everyDay() }], 0, 8 * DAY)).toMatchObject({ open: false });
  });

  test.each([
    ['+14155550123', 780, 780],
    ['+12085550123', 720, 720],
    ['+447700900123', 780, 780],
    ['+18005550199', 150, 90],
  ])('lets %s be reached %i minutes of a January day and %i of a July day', (number, january, july) => {
    const hours = zonesOf(number).map((zone) => ({ zone, week: everyDay([480, 1260]) }));
    const minutes = (day: string) =>
      Array.from({ length: 1_440 }, (_, minute) => at(day) + minute * MINUTE).filter(
        (ms) => firstOpening(hours, ms, ms + 1).open,
      );
    expect(minutes('2026-01-14')).toHaveLength(january);
    expect(minutes('2026-07-15')).toHaveLength(july);
    if (number === '+18005550199') expect(iso(minutes('2026-07-15')[0] ?? 0)).toBe('2026-07-15T22:00:00Z');
  });

  const span = fc
    .tuple(fc.integer({ min: 0, max: 1_380 }), fc.integer({ min: 30, max: 900 }))
    .map(([from, length]): Span => [from, Math.min(1_440, from + length)]);
  const week = fc.array(
    fc.option(span, { freq: 3 }).map((one) => (one ? [one] : [])),
    { minLength: 7, maxLength: 7 },
  );
  const numbers = ['+14155550123', '+12085550123', '+18005550199'];
  const zones = fc.oneof(
    fc.uniqueArray(fc.constantFrom(...ZONES, ...OTHERS), { minLength: 1, maxLength: 3 }),
    fc.constantFrom(...numbers).map((number) => [...zonesOf(number)]),
  );
  /** Around the days on which clocks are set, and anywhere else. */
  const instant = fc.oneof(
    fc
      .constantFrom('2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25', '2026-04-04', '2026-10-03')
      .chain((day) => fc.integer({ min: at(day) - DAY, max: at(day) + DAY })),
    fc.integer({ min: at('2024-01-01'), max: at('2030-01-01') }),
  );

  propertyTest.prop([zones, week, instant, fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))], {
    numRuns: 300,
  })('is open by every wall clock, and nothing before it is', (names, days, nowMs, between) => {
    const hours = names.map((zone) => ({ zone, week: days }));
    const opening = firstOpening(hours, nowMs, nowMs + 8 * DAY);
    const endMs = opening.open ? opening.atMs : nowMs + 8 * DAY;
    if (opening.open) expect(isOpen(hours, opening.atMs)).toBe(true);
    expect(endMs).toBeGreaterThanOrEqual(nowMs);
    const earlier = [endMs - 1, endMs - MINUTE, ...between.map((part) => nowMs + Math.floor(part * (endMs - nowMs)))];
    for (const ms of earlier.filter((one) => one >= nowMs && one < endMs))
      expect(isOpen(hours, ms), iso(ms)).toBe(false);
  });

  propertyTest.prop([zones, week, instant, fc.integer({ min: 0, max: 3 * DAY })])(
    'never moves back when the question is asked later',
    (names, days, nowMs, laterMs) => {
      const hours = names.map((zone) => ({ zone, week: days }));
      const endMs = nowMs + 12 * DAY;
      const [first, second] = [firstOpening(hours, nowMs, endMs), firstOpening(hours, nowMs + laterMs, endMs)];
      if (!second.open) return;
      expect(first.open && first.atMs <= second.atMs).toBe(true);
      if (first.open && first.atMs >= nowMs + laterMs) expect(second.atMs).toBe(first.atMs);
    },
  );
});

describe('the first closing', () => {
  const closes = (hours: OpenHours[], from: string) => {
    const closingMs = firstClosing(hours, at(from), at(from) + 8 * DAY);
    return closingMs === null ? null : iso(closingMs);
  };

  test('is the earliest of all', () => {
    const week = everyDay([480, 1260]);
    const hours = ['America/Denver', 'America/Los_Angeles'].map((zone) => ({ zone, week }));
    expect(closes(hours, '2026-11-20T18:00:00Z')).toBe('2026-11-21T04:00:00Z');
  });

  test('goes on over midnight and over the night in which the clock is set', () => {
    const night = (to: number) => [{ zone: 'America/New_York', week: everyDay([0, to], [1_200, 1_440]) }];
    expect(closes(night(60), '2026-11-20T02:00:00Z')).toBe('2026-11-20T06:00:00Z');
    expect(closes(night(180), '2026-03-08T02:00:00Z')).toBe('2026-03-08T07:00:00Z');
    expect(closes(night(180), '2026-11-01T02:00:00Z')).toBe('2026-11-01T08:00:00Z');
    expect(closes(night(90), '2026-11-01T02:00:00Z')).toBe('2026-11-01T05:30:00Z');
  });

  test('is none for what is always open, and the day before a closed date', () => {
    expect(closes([{ zone: 'UTC', week: everyDay([0, 1_440]) }], '2026-11-20T00:00:00Z')).toBeNull();
    expect(closes([], '2026-11-20T00:00:00Z')).toBeNull();
    const isClosedOn = (date: string) => date === '2026-11-22';
    expect(closes([{ zone: 'UTC', week: everyDay([0, 1_440]), isClosedOn }], '2026-11-20T00:00:00Z')).toBe(
      '2026-11-22T00:00:00Z',
    );
  });

  propertyTest.prop([
    fc.constantFrom(...ZONES, ...OTHERS),
    fc.integer({ min: at('2024-01-01'), max: at('2030-01-01') }),
  ])('is shut by the wall clock, a millisecond before it is not', (zone, nowMs) => {
    const hours = [{ zone, week: everyDay([60, 150], [480, 1_260]) }];
    const opening = firstOpening(hours, nowMs, nowMs + 2 * DAY);
    const openMs = opening.open ? opening.atMs : expect.fail('opens every day');
    const closingMs = firstClosing(hours, openMs, openMs + 2 * DAY) ?? expect.fail('closes every day');
    expect(isOpen(hours, closingMs)).toBe(false);
    expect(isOpen(hours, closingMs - 1)).toBe(true);
    expect(isOpen(hours, openMs + Math.floor((closingMs - openMs) / 2))).toBe(true);
  });
});
