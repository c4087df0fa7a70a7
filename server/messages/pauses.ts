import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { loadPauses, type Pause, removePause, storePause } from '../store/pauses.ts';

export type { Pause };

/**
 * The kill switch. While texts of a mode are paused none of them is claimed, by no server and over restarts; they are
 * still accepted and wait. What is on the wire already cannot be called back.
 */
export interface Pauses {
  /** Null = texts of this mode are sent. */
  of(mode: Mode): Pause | null;
  pause(mode: Mode, by: string): Promise<void>;
  resume(mode: Mode): Promise<void>;
  /** Waits until texts of this mode may be claimed; `stopping`: this server takes no more of them. */
  passage(mode: Mode): Promise<'go' | 'stopping'>;
  /** Reads what other servers were told. */
  readonly duty: { readonly everyMs: number; run(): Promise<unknown> };
  stop(): void;
}

const EVERY_MS = 1_000;

export async function openPauses(database: Database, clock: Pick<Clock, 'now'>): Promise<Pauses> {
  let known = await loadPauses(database);
  let isStopping = false;
  let waiting: { readonly mode: Mode; readonly go: (how: 'go' | 'stopping') => void }[] = [];
  const wake = () => {
    const all = waiting;
    waiting = all.filter(({ mode }) => !isStopping && known.has(mode));
    for (const one of all) if (!waiting.includes(one)) one.go(isStopping ? 'stopping' : 'go');
  };
  const refresh = async () => {
    known = await loadPauses(database);
    wake();
  };
  return {
    of: (mode) => known.get(mode) ?? null,
    async pause(mode, by) {
      await storePause(database, mode, { at: new Date(clock.now()), by });
      await refresh();
    },
    async resume(mode) {
      await removePause(database, mode);
      await refresh();
    },
    passage(mode) {
      if (isStopping) return Promise.resolve('stopping');
      if (!known.has(mode)) return GO;
      return new Promise((resolve) => void waiting.push({ mode, go: resolve }));
    },
    duty: { everyMs: EVERY_MS, run: refresh },
    stop() {
      isStopping = true;
      wake();
    },
  };
}

const GO = Promise.resolve('go' as const);
