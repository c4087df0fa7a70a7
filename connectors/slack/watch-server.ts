import type { Clock } from '../../server/clock.ts';
import { SmsApiError } from '../sdk/index.ts';
import type { ConnectorLog } from '../seam/connector.ts';
import { isOld, type Lane, laneKey, movesWords, oldWords, optOutWords } from './rules/watch-words.ts';

/** The part of the SDK that is used. */
interface Asked {
  readonly queues: { get(): Promise<{ readonly mode: string; readonly data: readonly Lane[] }> };
  readonly analytics: {
    summary(): Promise<{
      readonly alerts: readonly string[];
      readonly opt_outs: number;
      readonly opt_out_rate: number | null;
    }>;
  };
}

/** What no event tells: that texts wait for long, and that many people opt out. */
export interface WatchOptions {
  readonly sdk: Asked;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  /** A text that waits for so long is told. */
  readonly queueOldMs: number;
  /** The same key is told once. */
  readonly tell: (told: { readonly key: string; readonly text: string }) => Promise<void>;
}

const QUEUES_EVERY_MS = 60_000;
const OPT_OUTS_EVERY_MS = 3_600_000;

/** Asks the server from time to time, and tells when something begins or ends: at most hourly while it lasts. */
export function watchServer(options: WatchOptions): { stop(): Promise<void> } {
  const told = new Map<string, Pick<Lane, 'smsc_id' | 'lane'>>();
  const duties = [
    repeat(options, QUEUES_EVERY_MS, () => lookAtQueues(options, told)),
    repeat(options, OPT_OUTS_EVERY_MS, () => lookAtOptOuts(options)),
  ];
  return {
    async stop() {
      await Promise.all(duties.map((stop) => stop()));
    },
  };
}

function repeat({ clock, log }: WatchOptions, everyMs: number, look: () => Promise<void>): () => Promise<void> {
  let running = Promise.resolve();
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(everyMs, next);
    running = look().catch((error: unknown) => {
      // A key that may not ask today may not ask in an hour either.
      if (error instanceof SmsApiError && error.status === 403) cancel();
      log.warn({ err: error }, 'the server does not say how it is');
    });
  };
  cancel = clock.after(everyMs, next);
  return () => {
    cancel();
    return running;
  };
}

async function lookAtQueues(
  { sdk, clock, queueOldMs, tell }: WatchOptions,
  told: Map<string, Pick<Lane, 'smsc_id' | 'lane'>>,
): Promise<void> {
  const { data, mode } = await sdk.queues.get();
  const hour = new Date(clock.now()).toISOString().slice(0, 13);
  const old = data.filter((lane) => isOld(lane, queueOldMs / 1_000));
  const say = (key: string, text: string) => tell({ key, text: mode === 'test' ? `${text} (test)` : text });
  for (const lane of old) {
    await say(`queue_${laneKey(lane)}_${hour}`, oldWords(lane));
    told.set(laneKey(lane), lane);
  }
  const stillOld = new Set(old.map(laneKey));
  for (const [key, lane] of told) {
    if (stillOld.has(key)) continue;
    await say(`queue_moves_${key}_${clock.now()}`, movesWords(lane));
    told.delete(key);
  }
}

/** Of the last day; the server says from when on it is too much. */
async function lookAtOptOuts({ sdk, clock, tell }: WatchOptions): Promise<void> {
  const { alerts, opt_outs: count, opt_out_rate: rate } = await sdk.analytics.summary();
  if (rate === null || !alerts.includes('opt_out_rate_high')) return;
  await tell({ key: `opt_outs_${new Date(clock.now()).toISOString().slice(0, 10)}`, text: optOutWords(rate, count) });
}
