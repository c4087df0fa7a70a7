import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { deleteDeadNumbers, insertSuppressions } from '../store/suppressions.ts';

/** A number of one mode, E.164. */
export interface Numbered {
  readonly mode: Mode;
  readonly number: string;
}

/** Numbers are given to somebody else after some months, so nobody is shut out for ever. */
const DEAD_MS = 90 * 86_400_000;

/** Puts numbers that no network knows on the list `invalid`. Answers how many were not on it. */
export function suppressDead(database: Database, numbers: readonly Numbered[], now: Date): Promise<number> {
  const rows = distinct(numbers).map(({ mode, number }) => ({
    mode,
    number,
    list: 'invalid' as const,
    reason: 'No network knows the number.',
    source: 'carrier',
    created_at: now,
    expires_at: new Date(now.getTime() + DEAD_MS),
  }));
  return insertSuppressions(database, rows);
}

/** Somebody has these numbers: what a carrier had said about them no longer holds. What a person said stays. */
export function reviveNumbers(database: Database, numbers: readonly Numbered[]): Promise<number> {
  return deleteDeadNumbers(database, distinct(numbers));
}

function distinct(numbers: readonly Numbered[]): Numbered[] {
  return [...new Map(numbers.map((one) => [`${one.mode} ${one.number}`, one])).values()];
}
