import type { Message, Mode, Status } from '../rules/message.ts';
import type { Part } from '../rules/part-view.ts';
import type { Database } from '../store/database.ts';
import { eventsOfMessage, type HistoryQuery, readHistory } from '../store/history.ts';
import { messageById } from '../store/messages.ts';
import { segmentsOf } from '../store/segments.ts';

/** Which texts a page of the history holds; null is "any". */
export interface HistoryFilter {
  readonly createdAfter: Date | null;
  readonly createdBefore: Date | null;
  readonly to: string | null;
  readonly from: string | null;
  readonly status: Status | null;
  readonly direction: 'outbound' | 'inbound' | null;
  readonly clientRef: string | null;
  readonly tag?: string | null;
  readonly campaignId?: string | null;
  readonly conversationId?: string | null;
  readonly errorCode?: string | null;
  readonly batchId?: string | null;
}

export const ANY_TEXT: HistoryFilter = {
  createdAfter: null,
  createdBefore: null,
  to: null,
  from: null,
  status: null,
  direction: null,
  clientRef: null,
};

export interface HistoryPage {
  /** Newest first. */
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
}

/** One change of a text, as recorded in the transaction that made it. */
export interface MessageEvent {
  /** `<txid>-<id>`: the position in the stream of all events. */
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

export interface MessageReader {
  /** Null when there is no such text in this mode. */
  message(mode: Mode, id: string): Promise<Message | null>;
  /** Every submit_sm of a text, by part and attempt, at most 500. The text is one that `message` has answered. */
  parts(id: string): Promise<readonly Part[]>;
  /** The page of at most `limit` texts older than `belowId`. */
  page(mode: Mode, filter: HistoryFilter, belowId: string | null, limit: number): Promise<HistoryPage>;
  /** In the order they happened, at most 500; null when there is no such text in this mode. */
  events(mode: Mode, id: string): Promise<readonly MessageEvent[] | null>;
}

export function messageReader(database: Database): MessageReader {
  return {
    message: async (mode, id) => (await messageById(database, mode, id)) ?? null,
    parts: (id) => segmentsOf(database, id, PARTS_MAX),
    async page(mode, filter, belowId, limit) {
      const queries = stretches(mode, filter, belowId, limit + 1);
      const found = await Promise.all(queries.map((query) => readHistory(database, query)));
      const messages = found.flat().sort((a, b) => (a.id < b.id ? 1 : -1));
      return { messages: messages.slice(0, limit), hasMore: messages.length > limit };
    },
    async events(mode, id) {
      if (!(await messageById(database, mode, id))) return null;
      const rows = await eventsOfMessage(database, mode, id, EVENTS_MAX);
      return rows.map((row) => ({
        id: `${row.txid}-${row.id}`,
        type: row.type,
        sequence: row.sequence,
        data: row.data,
        createdAt: row.created_at,
      }));
    },
  };
}

const EVENTS_MAX = 500;
const PARTS_MAX = 500;

/**
 * A number is the contact of outbound texts to it and of inbound texts from it. Without a direction a number
 * is looked for both ways, so that each half can use its own index.
 */
function stretches(mode: Mode, filter: HistoryFilter, belowId: string | null, limit: number): HistoryQuery[] {
  const { direction, to, from } = filter;
  const hasNumber = to !== null || from !== null;
  const directions = direction === null && hasNumber ? (['outbound', 'inbound'] as const) : [direction];
  const before = filter.createdBefore && lowestId(filter.createdBefore.getTime() + ID_SLACK_MS);
  return directions.map((each) => ({
    mode,
    // What is newer than the end of the time is not read at all.
    belowId: belowId === null || (before !== null && before < belowId) ? before : belowId,
    fromId: filter.createdAfter && lowestId(filter.createdAfter.getTime() - ID_SLACK_MS),
    direction: each,
    contact: each === 'outbound' ? to : each === 'inbound' ? from : null,
    from,
    to,
    status: filter.status,
    clientRef: filter.clientRef,
    tag: filter.tag ?? null,
    campaignId: filter.campaignId ?? null,
    conversationId: filter.conversationId ?? null,
    errorCode: filter.errorCode ?? null,
    batchId: filter.batchId ?? null,
    createdFrom: filter.createdAfter,
    createdBefore: filter.createdBefore,
    limit,
  }));
}

/** An id is made a moment before or after `created_at`; a minute covers that, and the exact date decides. */
const ID_SLACK_MS = 60_000;

/** The lowest UUIDv7 of that moment (Unix milliseconds): its first 48 bits are Unix milliseconds (RFC 9562 §5.7). */
function lowestId(timeMs: number): string {
  const hex = Math.max(0, timeMs).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
