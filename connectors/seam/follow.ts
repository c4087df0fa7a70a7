import { type Clock, sleep } from '../../server/clock.ts';
import { SmsApiError, type SmsClient, type SmsEvent } from '../sdk/index.ts';
import type { ConnectorLog } from './connector.ts';
import type { Queries, Storage } from './storage.ts';
import { cursorOf, setCursor } from './store/tasks.ts';

export interface FollowOptions {
  readonly sdk: Pick<SmsClient, 'events'>;
  readonly storage: Storage;
  /** Of the cursor. */
  readonly name: string;
  /** Types of events, or all of a kind (`message.*`). */
  readonly types: readonly string[];
  readonly clock: Clock;
  readonly log: ConnectorLog;
  /** False for what nothing has to be done about; all of it when left out. A campaign is a million of these. */
  readonly isWanted?: (event: SmsEvent) => boolean | Promise<boolean>;
  /** Writes down what has to be done about an event, in the transaction that moves the cursor. */
  readonly take: (tx: Queries, event: SmsEvent) => Promise<void>;
  /** Something was written down. */
  readonly onTaken: () => void;
}

/** Follows the event stream for ever: what happened while nobody followed is taken first, each event once. */
export function followEvents(options: FollowOptions): { isConnected(): boolean; stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isConnected = false;
  const running = (async () => {
    while (!signal.aborted) {
      try {
        const lastEventId = await placeToStart(options);
        isConnected = true;
        await followFrom(options, lastEventId, signal);
      } catch (error) {
        isConnected = false;
        await handleLoss(options, error);
      }
      await sleep(options.clock, RETRY_MS, signal);
    }
  })();
  return {
    isConnected: () => isConnected,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const RETRY_MS = 1_000;
const NOTE_EVERY_MS = 1_000;
const OLDEST = '0-0';

/** At the very first start: behind the newest event, so that nobody is told of the past. */
async function placeToStart({ sdk, storage, name, types }: FollowOptions): Promise<string> {
  const known = await cursorOf(storage, name);
  if (known !== null) return known;
  let newest = OLDEST;
  for await (const event of sdk.events.list({ types })) {
    newest = event.id;
    break;
  }
  await setCursor(storage, name, newest);
  return newest;
}

async function followFrom(options: FollowOptions, lastEventId: string, signal: AbortSignal): Promise<void> {
  const { sdk, storage, name, types, clock, isWanted = () => true, take, onTaken } = options;
  let notedAt = clock.monotonic();
  for await (const event of sdk.events.stream({ types, lastEventId, signal })) {
    if (!(await isWanted(event))) {
      // Those that were passed over since would be read once more, and passed over again.
      if (clock.monotonic() - notedAt < NOTE_EVERY_MS) continue;
      notedAt = clock.monotonic();
      await setCursor(storage, name, event.id);
      continue;
    }
    await storage.transaction(async (tx) => {
      await take(tx, event);
      await setCursor(tx, name, event.id);
    });
    onTaken();
  }
}

async function handleLoss({ storage, name, log }: FollowOptions, error: unknown): Promise<void> {
  log.warn({ err: error }, 'the event stream was lost');
  if (!(error instanceof SmsApiError) || error.code !== 'EVENTS_GONE') return;
  // Older than what the server keeps: what is kept is better than nothing.
  await setCursor(storage, name, OLDEST).catch(() => undefined);
}
