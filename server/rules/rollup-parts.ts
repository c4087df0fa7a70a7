export type RollupStep = 'hour' | 'day' | 'month';

/** Figures of these times are stored under this step. */
export interface RollupPart {
  readonly step: RollupStep;
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

/**
 * A time of whole hours (UTC) in as few rows as it takes: whole months, whole days beside them, and the hours that are
 * left. The parts are in the order of time, without a gap or an overlap.
 */
export function rollupParts(
  from: Date,
  to: Date,
  [step, ...finer]: readonly RollupStep[] = COARSEST_FIRST,
): RollupPart[] {
  if (step === undefined || from >= to) return [];
  const floor = startOf(step, from);
  const first = floor < from ? endOf(step, floor) : floor;
  const last = startOf(step, to);
  if (first >= last) return rollupParts(from, to, finer);
  return [...rollupParts(from, first, finer), { step, from: first, to: last }, ...rollupParts(last, to, finer)];
}

const COARSEST_FIRST: readonly RollupStep[] = ['month', 'day', 'hour'];
const HOUR_MS = 3_600_000;
const STEP_MS = { hour: HOUR_MS, day: 24 * HOUR_MS };

/** When the hour, day or month (UTC) of a moment began. */
export function startOf(step: RollupStep, at: Date): Date {
  if (step === 'month') return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()));
  return new Date(Math.floor(at.getTime() / STEP_MS[step]) * STEP_MS[step]);
}

function endOf(step: RollupStep, start: Date): Date {
  if (step === 'month') return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1));
  return new Date(start.getTime() + STEP_MS[step]);
}
