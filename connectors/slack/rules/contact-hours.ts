/** The hours in which a contact is left alone. */
export interface Quiet {
  /** Whole hours, 0–23; `fromHour` may be the later one: the night. Both equal: never. */
  readonly fromHour: number;
  readonly toHour: number;
}

export type ContactHours =
  | { readonly isQuiet: false }
  /** `localTime` is theirs, as 23:10; `endsAt` is when the hours are over, in Unix milliseconds. */
  | { readonly isQuiet: true; readonly localTime: string; readonly endsAt: number };

const MINUTE_MS = 60_000;
/** Clocks are set by hours, so looking every 15 minutes finds the end to the quarter. */
const STEP_MS = 15 * MINUTE_MS;
const STEPS_MAX = 26 * 4;

/**
 * Whether it is night at the contact. With several zones one in which it is day is enough, as it is for a person who
 * knows the contact; with none nobody can tell, and it is not night.
 */
export function contactHours(zones: readonly string[], quiet: Quiet, atMs: number): ContactHours {
  const isQuietAt = (ms: number) => zones.length > 0 && zones.every((zone) => isWithin(quiet, hourOf(zone, ms)));
  const [zone] = zones;
  if (zone === undefined || !isQuietAt(atMs)) return { isQuiet: false };
  let endsAt = Math.ceil(atMs / STEP_MS) * STEP_MS;
  for (let steps = 0; steps < STEPS_MAX && isQuietAt(endsAt); steps += 1) endsAt += STEP_MS;
  return { isQuiet: true, localTime: timeOf(zone, atMs), endsAt };
}

const isWithin = ({ fromHour, toHour }: Quiet, hour: number) =>
  fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;

const hourOf = (zone: string, atMs: number) => Number(timeOf(zone, atMs).slice(0, 2));

/** 23:10 */
export function timeOf(zone: string, atMs: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(atMs);
}
