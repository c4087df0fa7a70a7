/** How many texts of one key may go one way within a while before somebody should look. */
export interface VelocityLimit {
  readonly texts: number;
  readonly seconds: number;
}

/**
 * key: all texts of a key; country: to one country; prefix: to numbers that differ in their last three digits only, as
 * those do that are made up to be paid for (traffic pumping).
 */
export const VELOCITY_KINDS = ['key', 'country', 'prefix'] as const;
export type VelocityKind = (typeof VELOCITY_KINDS)[number];

export interface Count {
  readonly count: number;
  readonly sinceMs: number;
}

/** One text more. A while begins with its first text; `isOver` is true once in it, for the first text beyond the limit. */
export function countOne(before: Count | undefined, { texts, seconds }: VelocityLimit, nowMs: number) {
  const isOn = before !== undefined && nowMs - before.sinceMs < seconds * 1_000;
  const count = isOn ? before.count + 1 : 1;
  return { after: { count, sinceMs: isOn ? before.sinceMs : nowMs }, isOver: count === texts + 1 };
}

/** A number without its last three digits. */
export const prefixOf = (e164: string) => e164.slice(0, -3);
