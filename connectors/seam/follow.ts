import { type Clock, sleep } from '../../server/clock.ts';
import { SmsApiError, type SmsClient, type SmsEvent } from '../sdk/index.ts';
import type { ConnectorLog } from './connector.ts';
import type { Queries, Storage } from './storage.ts';
import { cursorOf, setCursor, touchCursor } from './store/tasks.ts';

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

export interface Follower {
  isConnected(): boolean;
  /** How many events could not be taken since the start: they were left out, and the log names them. */
  leftOut(): number;
  stop(): Promise<void>;
}

/**
 * Follows the event stream for ever: what happened while nobody followed is taken first, each event once. One that cannot
 * be taken for a reason of its own is left out after some tries: no other may wait for it.
 */
export function followEvents(options: FollowOptions): Follower {
  const stopping = new AbortController();
  const { signal } = stopping;
  const failed = { id: '', tries: 0, leftOut: 0 };
  let isConnected = false;
  const running = (async () => {
    while (!signal.aborted) {
      try {
        const lastEventId = await placeToStart(options);
        isConnected = true;
        await followFrom(options, lastEventId, failed, signal);
      } catch (error) {
        isConnected = false;
        await handleLoss(options, error);
      }
      await sleep(options.clock, RETRY_MS, signal);
    }
  })();
  return {
    isConnected: () => isConnected,
    leftOut: () => failed.leftOut,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const RETRY_MS = 1_000;
const NOTE_EVERY_MS = 1_000;
/** Of one event, with the pauses about half a minute. */
const TRIES_MAX = 30;
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

/** The event that could not be taken last, and how many were left out before. */
interface Failed {
  id: string;
  tries: number;
  leftOut: number;
}

async function followFrom(
  options: FollowOptions,
  lastEventId: string,
  failed: Failed,
  signal: AbortSignal,
): Promise<void> {
  const { sdk, types, clock } = options;
  const noted = { atMs: clock.monotonic() };
  for await (const event of sdk.events.stream({ types, lastEventId, signal })) {
    try {
      await hear(options, event, noted);
    } catch (error) {
      await leaveOut(options, event, failed, error);
    }
  }
}

async function hear(options: FollowOptions, event: SmsEvent, noted: { atMs: number }): Promise<void> {
  const { storage, name, clock, isWanted = () => true, take, onTaken } = options;
  if (!(await isWanted(event))) {
    // Those that were passed over since would be read once more, and passed over again.
    if (clock.monotonic() - noted.atMs < NOTE_EVERY_MS) return;
    noted.atMs = clock.monotonic();
    await setCursor(storage, name, event.id);
    return;
  }
  await storage.transaction(async (tx) => {
    await take(tx, event);
    await setCursor(tx, name, event.id);
  });
  onTaken();
}

/** Throws what the event failed with, until it was tried often enough. */
async function leaveOut(options: FollowOptions, event: SmsEvent, failed: Failed, error: unknown): Promise<void> {
  const { storage, name, log } = options;
  // A database that takes nothing else either is out of order, and no event is to blame: that is no try.
  await touchCursor(storage, name);
  failed.tries = failed.id === event.id ? failed.tries + 1 : 1;
  failed.id = event.id;
  if (failed.tries < TRIES_MAX) throw error;
  await setCursor(storage, name, event.id);
  failed.leftOut += 1;
  log.error({ err: error, eventId: event.id, type: event.type }, 'an event of the server was left out');
}

async function handleLoss({ storage, name, log }: FollowOptions, error: unknown): Promise<void> {
  log.warn({ err: error }, 'the event stream was lost');
  if (!(error instanceof SmsApiError) || error.code !== 'EVENTS_GONE') return;
  // Older than what the server keeps: what is kept is better than nothing.
  await setCursor(storage, name, OLDEST).catch(() => undefined);
}
