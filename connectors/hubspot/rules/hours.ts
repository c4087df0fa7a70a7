/** When a rule texts, by the clock of the account. */
export interface Hours {
  /** 0 to 23. */
  readonly from_hour: number;
  /** 1 to 24, and later than `from_hour`. */
  readonly to_hour: number;
  readonly weekdays_only: boolean;
}

/** HubSpot may name a zone that this Node does not know. */
export function knownZone(zone: string | null): string {
  try {
    // Also by its other names, which Node does not list.
    return new Intl.DateTimeFormat('en', { timeZone: zone ?? 'UTC' }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** Zones differ by quarters of an hour. */
const STEP_MS = 900_000;
/** Whatever the hours are, some are within a week. */
const STEPS_MAX = (8 * 86_400_000) / STEP_MS;

/** The first moment within the hours that is not before `fromMs`; null = at any time. */
export function firstWithin(hours: Hours | null, fromMs: number, zone: string | null): number {
  if (hours === null) return fromMs;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: knownZone(zone),
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  let atMs = fromMs;
  for (let step = 0; step < STEPS_MAX && !isWithin(hours, format.formatToParts(atMs)); step += 1)
    atMs = (Math.floor(atMs / STEP_MS) + 1) * STEP_MS;
  return atMs;
}

function isWithin({ from_hour, to_hour, weekdays_only }: Hours, parts: readonly Intl.DateTimeFormatPart[]): boolean {
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  if (weekdays_only && ['Sat', 'Sun'].includes(part('weekday'))) return false;
  const hour = Number(part('hour'));
  return hour >= from_hour && hour < to_hour;
}
