import type { Logger } from 'pino';
import { sleep } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { CarrierState } from './carrier.ts';
import type { Loss } from './link.ts';

/** Has each change of a carrier's state recorded, in order, however long the database is away. */
export interface StateReporter {
  changed(state: CarrierState, loss: Loss | null): void;
  /** What is not recorded by then is found again by the next start. */
  stop(): void;
}

export interface StateReporterOptions {
  readonly record: (state: CarrierState, loss: Loss | null) => Promise<void>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

const RETRY_MS = 2_000;
/** Changes that wait for the database; while it is away, a link may come and go a thousand times. */
const WAITING_MAX = 20;

export function createStateReporter({ record, clock, log }: StateReporterOptions): StateReporter {
  const waiting: { readonly state: CarrierState; readonly loss: Loss | null }[] = [];
  const stopping = new AbortController();
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    for (let next = waiting[0]; next && !stopping.signal.aborted; next = waiting[0]) {
      try {
        await record(next.state, next.loss);
        waiting.shift();
      } catch (error) {
        log.warn({ err: error }, 'the state of a carrier could not be recorded; it is tried again');
        await sleep(clock, RETRY_MS, stopping.signal);
      }
    }
    isRunning = false;
  }

  return {
    changed(state, loss) {
      waiting.push({ state, loss });
      // The first one may be on its way; the others are dropped in pairs, so that up and down still alternate.
      if (waiting.length > WAITING_MAX) waiting.splice(1, 2);
      if (!isRunning) void run();
    },
    stop: () => stopping.abort(),
  };
}
