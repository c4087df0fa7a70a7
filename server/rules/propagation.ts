import { afterBusinessDays } from './business-days.ts';

/** An opt-out that a connected system has to hear of. */
export interface Awaited {
  readonly opted_out_at: Date;
  readonly confirmed_at: Date | null;
}

export interface PropagationState {
  readonly state: 'confirmed' | 'waiting' | 'late';
  /** From the opt-out to the confirmation, or to now; never negative. */
  readonly lagSeconds: number;
  /** Until when the law wants every system to obey it. */
  readonly deadline: Date;
}

/** 47 CFR 64.1200(a)(10): within a reasonable time, not to exceed ten business days. */
const LEGAL_BUSINESS_DAYS = 10;

/** From when on an opt-out without a confirmation is told of; nobody has to wait for the legal limit to find out. */
export const WARN_AFTER_MS = { hour: 3_600_000, day: 86_400_000 } as const;

export function propagationState({ opted_out_at, confirmed_at }: Awaited, now: Date): PropagationState {
  const lagMs = Math.max(0, (confirmed_at ?? now).getTime() - opted_out_at.getTime());
  const isLate = lagMs >= WARN_AFTER_MS.hour;
  return {
    state: confirmed_at ? 'confirmed' : isLate ? 'late' : 'waiting',
    lagSeconds: lagMs / 1_000,
    deadline: afterBusinessDays(opted_out_at, LEGAL_BUSINESS_DAYS),
  };
}
