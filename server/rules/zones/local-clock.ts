/** What the clocks of a zone show over UTC, until they are next set. */
export interface ClockSetting {
  /** Milliseconds to add to UTC. */
  readonly offsetMs: number;
  /** Unix milliseconds up to which the setting is known to hold; another one, or the same, follows. */
  readonly untilMs: number;
}

/**
 * The clock of a zone (IANA name) at an instant (Unix milliseconds, after 1980). Clocks are set at quarters of an hour
 * of UTC, so what was found stays true within a week and is kept: asking again costs well under a microsecond.
 */
export function clockAt(zone: string, atMs: number): ClockSetting {
  const week = Math.floor(atMs / WEEK_MS);
  const settings = weeksOf(zone).get(week) ?? remember(zone, week);
  return (
    settings.find(({ untilMs }) => atMs < untilMs) ?? { offsetMs: offsetMsAt(zone, atMs), untilMs: atMs + STEP_MS }
  );
}

/** Whether the runtime's time zone data has a zone of this name; offsets such as `+05:45` are no names. */
export function isKnownZone(zone: string): boolean {
  if (formatters.has(zone)) return true;
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

const STEP_MS = 900_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Weeks kept over all zones: some hundred zones over two months. */
const MOST_WEEKS = 4_096;
/** More than there are zones: names come from outside, and each may be written in capitals and small letters. */
const MOST_FORMATTERS = 1_024;

const formatters = new Map<string, Intl.DateTimeFormat>();
const weeks = new Map<string, Map<number, readonly ClockSetting[]>>();
let weeksKept = 0;

function weeksOf(zone: string): Map<number, readonly ClockSetting[]> {
  const known = weeks.get(zone);
  if (known) return known;
  const empty = new Map<number, readonly ClockSetting[]>();
  weeks.set(zone, empty);
  return empty;
}

function remember(zone: string, week: number): readonly ClockSetting[] {
  if (weeksKept >= MOST_WEEKS) {
    weeks.clear();
    weeksKept = 0;
  }
  const settings = settingsOfWeek(zone, week * WEEK_MS);
  weeksOf(zone).set(week, settings);
  weeksKept += 1;
  return settings;
}

function settingsOfWeek(zone: string, startMs: number): readonly ClockSetting[] {
  const settings: ClockSetting[] = [];
  let offsetMs = offsetMsAt(zone, startMs);
  for (let dayMs = startMs; dayMs < startMs + WEEK_MS; dayMs += DAY_MS) {
    const nextMs = offsetMsAt(zone, dayMs + DAY_MS);
    if (nextMs === offsetMs) continue;
    settings.push({ offsetMs, untilMs: settingChangeMs(zone, dayMs, dayMs + DAY_MS, offsetMs) });
    offsetMs = nextMs;
  }
  return [...settings, { offsetMs, untilMs: startMs + WEEK_MS }];
}

/** The first quarter of an hour after `fromMs` at which the clock shows something else than before. */
function settingChangeMs(zone: string, fromMs: number, toMs: number, offsetMs: number): number {
  let [before, after] = [fromMs / STEP_MS, toMs / STEP_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetMsAt(zone, middle * STEP_MS) === offsetMs) before = middle;
    else after = middle;
  }
  return after * STEP_MS;
}

function offsetMsAt(zone: string, atMs: number): number {
  const written = formatterOf(zone).format(atMs);
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(written) ?? [];
  const offsetMs = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === '-' ? -offsetMs : offsetMs;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  if (formatters.size >= MOST_FORMATTERS) formatters.clear();
  formatters.set(zone, formatter);
  return formatter;
}
