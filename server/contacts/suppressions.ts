import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import type { SuppressionList, SuppressionRow } from '../store/schema-contacts.ts';
import { deleteSuppressions, insertSuppressions, listSuppressions } from '../store/suppressions.ts';

/** Numbers that are not texted for reasons other than consent. */
export interface Suppressions {
  /** Answers how many were not on the list before. */
  add(mode: Mode, numbers: readonly string[], why: Why): Promise<number>;
  /** Off one list, or off all of them (null). False when it was on none. */
  remove(mode: Mode, number: string, list: SuppressionList | null): Promise<boolean>;
  list(mode: Mode, filter: SuppressionFilter, limit: number): Promise<SuppressionRow[]>;
}

export type { SuppressionList, SuppressionRow };
export type SuppressionFilter = Parameters<typeof listSuppressions>[2];

export interface Why {
  readonly list: SuppressionList;
  readonly reason: string | null;
  /** `api`, `import`, `carrier`. */
  readonly source: string;
  readonly expiresAt: Date | null;
}

export function createSuppressions({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): Suppressions {
  return {
    add(mode, numbers, { list, reason, source, expiresAt }) {
      const at = new Date(clock.now());
      const rows = [...new Set(numbers)].map((number) => {
        return { mode, number, list, reason, source, created_at: at, expires_at: expiresAt };
      });
      return insertSuppressions(database, rows);
    },
    remove: async (mode, number, list) => (await deleteSuppressions(database, mode, number, list)) > 0,
    list: (mode, filter, limit) => listSuppressions(database, mode, filter, new Date(clock.now()), limit),
  };
}
