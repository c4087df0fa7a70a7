import type { Logger } from 'pino';
import { type Clock, sleep } from '../clock.ts';
import type { Message, Mode } from '../rules/message.ts';
import type { Position } from '../store/event-stream.ts';
import type { EventRow } from '../store/schema.ts';
import { eventView, placeText } from './view.ts';

/** Where a stream of Server-Sent Events goes. */
export interface FollowerSink {
  write(text: string): void;
  /** Bytes that were written and that the other side has not taken. */
  waiting(): number;
  /** Calls once, when there is room again or the connection is over. */
  onceDrained(run: () => void): void;
  onceClosed(run: () => void): void;
  isOver(): boolean;
  end(): void;
  /** Without waiting for what was written. */
  cut(): void;
}

export interface Follower {
  readonly wants: (event: Pick<EventRow, 'mode' | 'type'>) => boolean;
  position(): Position;
  moveTo(place: Position): void;
  /** Tells what is after its position, up to `next`. */
  tell(events: readonly EventRow[], next: Position, messages: ReadonlyMap<string, Message>): void;
  /** Resolves when the other side has taken enough for more to be read for it, or when it is over. */
  drained(): Promise<void>;
  end(): void;
  cut(): void;
}

export interface FollowerOptions {
  readonly mode: Mode;
  readonly types: readonly string[] | null;
  readonly showsText: boolean;
  readonly isAllowed: () => Promise<boolean>;
  readonly sink: FollowerSink;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly from: Position;
  readonly onEnd: () => void;
}

export const HEARTBEAT_MS = 15_000;
/** Who has more than this unread is too slow for what happens: it is cut, and comes back with its Last-Event-ID. */
export const UNREAD_BYTES_MAX = 1024 * 1024;
/** What is read for somebody who catches up. */
const UNREAD_BYTES_ENOUGH = 128 * 1024;
const DRAIN_MS = 30_000;

/** One who follows the stream (WHATWG HTML, 9.2 Server-sent events). */
export function openFollower(options: FollowerOptions): Follower {
  const { mode, types, showsText, isAllowed, sink, clock, log, onEnd } = options;
  const wanted = types === null ? null : new Set(types);
  let position = options.from;
  let isOver = false;
  let stopBeating = () => {};

  const over = () => {
    isOver = true;
    stopBeating();
    onEnd();
  };
  const end = () => {
    if (isOver) return;
    over();
    sink.end();
  };
  const cut = () => {
    if (isOver) return;
    over();
    sink.cut();
  };
  const wants: Follower['wants'] = (event) => event.mode === mode && (wanted?.has(event.type) ?? true);
  const write = (text: string) => {
    if (isOver) return;
    sink.write(text);
    if (sink.waiting() <= UNREAD_BYTES_MAX) return;
    log.warn({ unread_bytes: sink.waiting() }, 'a stream of events was cut because nobody reads it fast enough');
    cut();
  };
  const beat = async () => {
    const isStillAllowed = await isAllowed().catch(() => true);
    if (!isStillAllowed) return end();
    if (isOver) return;
    // The place of what was not wanted counts too: otherwise a rare type would be resumed from long ago.
    write(`: heartbeat\n${position.txid === '0' ? '' : `id: ${placeText(position)}\n`}\n`);
    plan();
  };
  const plan = () => {
    if (!isOver) stopBeating = clock.after(HEARTBEAT_MS, () => void beat());
  };
  sink.onceClosed(() => {
    if (!isOver) over();
  });
  sink.write(': stream of events\nretry: 2000\n\n');
  plan();

  return {
    wants,
    position: () => position,
    moveTo: (place) => void (position = place),
    tell(events, next, messages) {
      for (const event of events) {
        if (isOver) return;
        if (!wants(event) || !isBehind(position, event)) continue;
        const view = eventView(event, messages.get(event.message_id ?? '') ?? null, showsText);
        write(`id: ${view.id}\nevent: ${view.type}\ndata: ${JSON.stringify(view)}\n\n`);
      }
      if (isBehind(position, next)) position = next;
    },
    async drained() {
      if (isOver || sink.waiting() <= UNREAD_BYTES_ENOUGH) return;
      const waiting = new AbortController();
      sink.onceDrained(() => waiting.abort());
      await sleep(clock, DRAIN_MS, waiting.signal);
      if (!waiting.signal.aborted) cut();
    },
    end,
    cut,
  };
}

/** Whether `place` comes before `other`. */
export function isBehind(place: Position, other: Position): boolean {
  const [left, right] = [BigInt(place.txid), BigInt(other.txid)];
  return left === right ? BigInt(place.id) < BigInt(other.id) : left < right;
}
