import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Message, Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { eventTime, latestPosition, type Position, selectEventsBelow, START } from '../store/event-stream.ts';
import type { EventRow } from '../store/schema.ts';
import { selectMessages } from '../store/webhooks.ts';
import { type Follower, type FollowerSink, isBehind, openFollower } from './follower.ts';
import { type Loop, startLoop } from './loop.ts';
import { readEvents } from './stream.ts';
import { type EventView, eventView } from './view.ts';

/** What happened, for those who ask by the API: page by page, or as it happens. */
export interface EventFeed {
  /** The newest first, of the last {@link EVENT_DAYS} days. */
  list(mode: Mode, filter: ListFilter, limit: number): Promise<EventView[]>;
  /** Tells `sink` everything after `after`, in order and without end. Null begins now, START with the oldest kept. */
  follow(request: FollowRequest, after: Position | null): Promise<Followed>;
  /** Something happened. Without it, it is told within a second. */
  poke(): void;
  /** Ends every stream; those who follow come back to another server, or to this one later. */
  stop(): Promise<void>;
}

export interface ListFilter {
  /** Whole types; null = all. */
  readonly types: readonly string[] | null;
  readonly showsText: boolean;
  readonly below: Position | null;
}

export interface FollowRequest {
  readonly mode: Mode;
  readonly types: readonly string[] | null;
  readonly showsText: boolean;
  /** Asked at every heartbeat: a key that is revoked hears no more. */
  readonly isAllowed: () => Promise<boolean>;
}

export type Followed =
  | { readonly ok: true; readonly start: (sink: FollowerSink) => void }
  /** `unknown`: there is no such event (any more), so what came after it cannot be told without a gap. */
  | { readonly ok: false; readonly reason: 'unknown' | 'too_many' | 'stopping' };

export const EVENT_DAYS = 30;
/** Each costs a connection and what it has not read yet. */
export const FOLLOWERS_MAX = 500;
const DAY_MS = 86_400_000;
/** Nobody tells us when the transaction ends that blocks the events after it. */
const WAIT_MS = { full: 0, blocked: 20, end: 1_000 } as const;
const IDLE_MS = 60_000;
const PAGE = 200;

export interface FeedOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

/** One reader for all who follow: a stream more costs no query more, except for what it missed before it came. */
export function openEventFeed({ database, clock, log }: FeedOptions): EventFeed {
  const live = new Set<Follower>();
  const all = new Set<Follower>();
  let head: Position | null = null;
  let loop: Loop | null = null;
  let isStopping = false;
  const since = () => new Date(clock.now() - EVENT_DAYS * DAY_MS);

  const round = async () => {
    if (all.size === 0) head = null;
    if (head === null) return IDLE_MS;
    const { events, next, more } = await readEvents(database, head);
    const listeners = [...live];
    const wanted = events.filter((event) => listeners.some((each) => each.wants(event)));
    const messages = await textsOf(database, wanted);
    head = next;
    for (const follower of live) follower.tell(events, next, messages);
    return WAIT_MS[more];
  };

  /** What came before it; then it hears with the others. */
  const catchUp = async (follower: Follower) => {
    while (all.has(follower)) {
      // No event can slip between this and the next round: it tells what is after the position of each.
      if (head === null || !isBehind(follower.position(), head)) {
        live.add(follower);
        return;
      }
      const { events, next } = await readEvents(database, follower.position(), PAGE);
      const messages = await textsOf(database, events.filter(follower.wants));
      follower.tell(events, next, messages);
      if (events.length === 0) follower.moveTo(head);
      await follower.drained();
    }
  };

  const begin = (request: FollowRequest, from: Position, sink: FollowerSink) => {
    if (isStopping) return sink.end();
    // Nobody may have listened meanwhile.
    head ??= from;
    const onEnd = () => {
      all.delete(follower);
      live.delete(follower);
    };
    const follower = openFollower({ ...request, sink, clock, log, from, onEnd });
    if (sink.isOver()) return onEnd();
    all.add(follower);
    loop ??= startLoop({ name: 'event feed', round, clock, log });
    loop.poke();
    catchUp(follower).catch((error: unknown) => {
      log.error({ err: error }, 'a stream of events could not be continued');
      follower.cut();
    });
  };

  return {
    async list(mode, { types, showsText, below }, limit) {
      const rows = await selectEventsBelow(database, { mode, types, since: since(), below }, limit);
      const messages = await textsOf(database, rows);
      return rows.map((row) => eventView(row, messages.get(row.message_id ?? '') ?? null, showsText));
    },
    async follow(request, after) {
      if (isStopping) return { ok: false, reason: 'stopping' };
      if (all.size >= FOLLOWERS_MAX) return { ok: false, reason: 'too_many' };
      const isKnown = after === null || isStart(after) || (await isKept(database, after, since()));
      if (!isKnown) return { ok: false, reason: 'unknown' };
      const from = after ?? head ?? (await latestPosition(database));
      return { ok: true, start: (sink) => begin(request, from, sink) };
    },
    poke: () => database.afterCommit(() => loop?.poke()),
    async stop() {
      isStopping = true;
      for (const follower of all) follower.end();
      await loop?.stop();
    },
  };
}

const isStart = ({ txid, id }: Position) => txid === START.txid && id === START.id;

async function isKept(database: Database, place: Position, since: Date): Promise<boolean> {
  const at = await eventTime(database, place);
  return at !== null && at >= since;
}

async function textsOf(database: Database, events: readonly EventRow[]): Promise<ReadonlyMap<string, Message>> {
  const ids = new Set(events.flatMap(({ message_id }) => message_id ?? []));
  return new Map((await selectMessages(database, [...ids], [])).map((message) => [message.id, message]));
}
