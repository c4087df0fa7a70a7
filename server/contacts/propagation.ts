import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import { type PropagationState, propagationState, WARN_AFTER_MS } from '../rules/propagation.ts';
import type { Database } from '../store/database.ts';
import {
  type Confirmation,
  confirmPropagations,
  type ConnectedSystemRow,
  deleteSystem,
  dropUnanswerable,
  markWarned,
  propagationsOf,
  systemsOf,
  upsertSystem,
  waitingPropagations,
} from '../store/propagation.ts';
import type { OptOutPropagationRow } from '../store/schema-contacts.ts';

/** How long it takes until every connected system has heard of an opt-out. */
export interface Propagation {
  of(mode: Mode, number: string): Promise<Awaited[]>;
  /** False: this system has to hear of no such opt-out. */
  confirm(confirmation: Omit<Confirmation, 'at'>): Promise<boolean>;
  systems(mode: Mode): Promise<ConnectedSystemRow[]>;
  /** Every later opt-out waits for this system. Null: there are too many. */
  register(mode: Mode, id: string, name: string): Promise<ConnectedSystemRow | null>;
  remove(mode: Mode, id: string): Promise<boolean>;
  /** Warns once of what has waited for an hour, and once more after a day. */
  warn(): Promise<void>;
  /** Opt-outs without a confirmation, counted once for each system; the age of the oldest, 0 = there is none. */
  waiting(): Promise<{ readonly count: number; readonly oldestSeconds: number }>;
}

export type { ConnectedSystemRow };

/** One opt-out and one system that has to hear of it. */
export interface Awaited extends PropagationState {
  readonly row: OptOutPropagationRow;
}

/** Of each mode. */
export const SYSTEMS_MAX = 100;

export interface PropagationOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

export function createPropagation({ database, clock, log }: PropagationOptions): Propagation {
  const now = () => new Date(clock.now());
  return {
    async of(mode, number) {
      const at = now();
      return (await propagationsOf(database, mode, number)).map((row) => ({ row, ...propagationState(row, at) }));
    },
    confirm: async (confirmation) => (await confirmPropagations(database, { ...confirmation, at: now() })) > 0,
    systems: (mode) => systemsOf(database, mode),
    async register(mode, id, name) {
      if (!(await upsertSystem(database, { mode, id, name, created_at: now() }, SYSTEMS_MAX))) return null;
      return (await systemsOf(database, mode)).find((system) => system.id === id) ?? null;
    },
    remove: (mode, id) => deleteSystem(database, mode, id),
    async warn() {
      await dropUnanswerable(database);
      // What has waited for a day is told of as such only.
      for (const warned of ['day', 'hour'] as const) {
        const overdue = await markWarned(database, warned, new Date(clock.now() - WARN_AFTER_MS[warned]));
        for (const { mode, system, opt_outs, oldest_at } of overdue) {
          log.warn({ mode, system, opt_outs, oldest_at }, TOLD[warned]);
        }
      }
    },
    async waiting() {
      const { count, oldestAt } = await waitingPropagations(database);
      return { count, oldestSeconds: oldestAt ? Math.max(0, (clock.now() - oldestAt.getTime()) / 1_000) : 0 };
    },
  };
}

const TOLD = {
  hour: 'a connected system has not confirmed opt-outs for an hour',
  day: 'a connected system has not confirmed opt-outs for a day; the law gives it ten business days',
} as const;
