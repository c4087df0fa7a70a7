import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog } from '../../seam/connector.ts';
import type { Storage } from '../../seam/storage.ts';
import type { Pace } from '../egress/pace.ts';
import { lookers } from '../store/homes.ts';
import { type Showing, showHome } from './home.ts';

export interface RefreshShowing extends Showing {
  readonly pace: Pace;
}

export interface RefreshOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  /** In a workspace, by its id; null = nothing can be shown there now. */
  readonly showingOf: (team: string) => Promise<RefreshShowing | null>;
}

/** Kinds of tasks after which a list may be another one. */
const CHANGES: ReadonlySet<string> = new Set(['sms', 'event', 'send', 'compose', 'card', 'wake', 'post']);
/** Whoever opened it so long ago may still be looking. */
const LOOKS_MS = 1_800_000;
const LOOKERS_MAX = 50;
/** Nobody reads faster; with this and one second more for each, a hundred calls a minute are never needed. */
const AFTER_MS = 2_000;

/** Keeps what people look at up to date: some seconds after a change, and as one change however many there were. */
export function refreshHomes({ storage, clock, log, showingOf }: RefreshOptions) {
  let cancel: (() => void) | null = null;
  let running: Promise<void> | null = null;
  let isAgain = false;
  let isStopped = false;
  let afterMs = AFTER_MS;

  const plan = () => {
    if (isStopped || cancel) return;
    cancel = clock.after(afterMs, () => {
      cancel = null;
      if (running) isAgain = true;
      else running = refresh().finally(end);
    });
  };
  const end = () => {
    running = null;
    if (isAgain) plan();
    isAgain = false;
  };

  async function refresh(): Promise<void> {
    try {
      const found = await lookers(storage, new Date(clock.now() - LOOKS_MS), LOOKERS_MAX);
      afterMs = AFTER_MS + found.length * 1_000;
      for (const looker of found) {
        if (isStopped) return;
        const showing = await showingOf(looker.team);
        if (!showing) continue;
        const { pace } = showing;
        if (pace.take('views.publish', '') > 0) isAgain = true;
        else {
          const result = await showHome(showing, looker, { isQuiet: true });
          if (result.type === 'limited') pace.block('views.publish', '', result.retryAfterMs);
        }
      }
    } catch (error) {
      log.warn({ err: error }, 'the Home tabs could not be brought up to date');
    }
  }

  return {
    /** A task of this kind was done. */
    noteDone(kind: string): void {
      if (CHANGES.has(kind)) plan();
    },
    async stop(): Promise<void> {
      isStopped = true;
      cancel?.();
      await running;
    },
  };
}
