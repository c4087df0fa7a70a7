import {
  formsBetween,
  type IdForm,
  type IdFormat,
  type IdHabit,
  learn,
  NO_HABIT,
  searchFor,
} from '../rules/carrier-id.ts';
import type { Database } from '../store/database.ts';
import { learnedForms, saveForm } from '../store/id-forms.ts';
import type { Match, SearchOf } from './match.ts';

/** What carriers have shown about how they write ids into receipts. */
export interface IdHabits {
  /** Reads what was learned before; once. */
  load(): Promise<void>;
  /** Reads what other servers have learned or unlearned since. */
  refresh(): Promise<void>;
  begin(): Learning;
}

/** What the receipts of one transaction teach: it counts only when that is committed. */
export interface Learning {
  readonly searchOf: SearchOf;
  /** In the transaction: what is learned or unlearned outlives this process. */
  store(matches: readonly (Match | null)[], now: Date): Promise<void>;
  /** After the commit. */
  keep(): void;
}

export interface HabitLog {
  info(line: object, message: string): void;
  warn(line: object, message: string): void;
}

export interface IdHabitOptions {
  readonly database: Database;
  readonly log: HabitLog;
  readonly idFormatOf: (smscId: string) => IdFormat;
}

export function createIdHabits({ database, log, idFormatOf }: IdHabitOptions): IdHabits {
  const habits = new Map<string, IdHabit>();
  const habitOf = (smscId: string) => habits.get(smscId) ?? NO_HABIT;
  let isLoaded = false;

  function report(smscId: string, before: IdForm | null, after: IdForm | null): void {
    if (after !== null) {
      log.info({ smsc_id: smscId, form: after }, 'learned how this carrier writes message ids into receipts');
    } else if (before !== null) {
      log.warn(
        { smsc_id: smscId, form: before },
        'this carrier writes message ids differently now; all forms are tried',
      );
    }
  }

  async function refresh(): Promise<void> {
    const forms = await learnedForms(database);
    for (const smscId of new Set([...habits.keys(), ...forms.keys()])) {
      const learned = forms.get(smscId) ?? null;
      // What this server has counted so far stays where both agree.
      if (learned !== habitOf(smscId).learned) habits.set(smscId, { ...NO_HABIT, learned });
    }
  }

  return {
    refresh,
    async load() {
      if (isLoaded) return;
      await refresh();
      isLoaded = true;
    },
    begin() {
      let next = new Map<string, IdHabit>();
      return {
        searchOf: (smscId, isFresh) => searchFor(idFormatOf(smscId), habitOf(smscId).learned, isFresh),
        async store(matches, now) {
          next = new Map();
          for (const match of matches) {
            if (!match || match.telling === null || idFormatOf(match.receipt.smscId) !== 'auto') continue;
            const { smscId, carrierId } = match.receipt;
            const before = next.get(smscId) ?? habitOf(smscId);
            // Most carriers, nearly always.
            if (before === NO_HABIT && match.telling === carrierId) continue;
            next.set(smscId, learn(before, formsBetween(match.telling, carrierId ?? '')));
          }
          for (const [smscId, { learned }] of next) {
            if (learned !== habitOf(smscId).learned) await saveForm(database, smscId, learned, now);
          }
        },
        keep() {
          for (const [smscId, habit] of next) {
            const before = habitOf(smscId).learned;
            habits.set(smscId, habit);
            if (habit.learned !== before) report(smscId, before, habit.learned);
          }
        },
      };
    },
  };
}
