import type { Span } from '../events/rollups.ts';
import { type Parsed } from './parse.ts';
import { invalid } from './problem.ts';

/** Groups in one answer. */
export const GROUPS_MAX = 200;

const DAY_MS = 86_400_000;
const DAYS_MAX = 400;

/** The time that figures are asked for: up to now, and `days` long, when nothing else is said. */
export function spanOf(
  asked: { from?: string; to?: string },
  nowMs: number,
  { days = 1, daysMax = DAYS_MAX } = {},
): Parsed<Span> {
  const to = new Date(asked.to ?? nowMs);
  const from = new Date(asked.from ?? to.getTime() - days * DAY_MS);
  if (from >= to) return { ok: false, fault: invalid('from', 'must be before to') };
  if (to.getTime() - from.getTime() > daysMax * DAY_MS) {
    return { ok: false, fault: invalid('from', `must be at most ${daysMax} days before to`) };
  }
  return { ok: true, value: { from, to } };
}
