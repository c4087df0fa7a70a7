import { sql } from 'kysely';
import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { EventRow, MessageRow } from './schema.ts';

/** One stretch of the history, newest first. Every filter that is not null narrows it. */
export interface HistoryQuery {
  readonly mode: Mode;
  /** Only ids below this one (exclusive). */
  readonly belowId: string | null;
  /** Only ids from this one on: ids begin with the time they were made (RFC 9562 §5.7). */
  readonly fromId: string | null;
  readonly direction: 'outbound' | 'inbound' | null;
  /** The other party; with it the index on (mode, contact, id) is used, without it the one on (mode, id). */
  readonly contact: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly status: string | null;
  readonly clientRef: string | null;
  readonly createdFrom: Date | null;
  readonly createdBefore: Date | null;
  readonly limit: number;
}

export function readHistory(database: Database, query: HistoryQuery): Promise<MessageRow[]> {
  let select = database.kysely.selectFrom('messages').selectAll().where('mode', '=', query.mode);
  if (query.belowId !== null) select = select.where('id', '<', query.belowId);
  if (query.fromId !== null) select = select.where('id', '>=', query.fromId);
  if (query.direction !== null) select = select.where('direction', '=', query.direction);
  if (query.contact !== null) select = select.where('contact', '=', query.contact);
  if (query.from !== null) select = select.where('from', '=', query.from);
  if (query.to !== null) select = select.where('to', '=', query.to);
  if (query.status !== null) select = select.where(sql`status`, '=', query.status);
  if (query.clientRef !== null) select = select.where('client_ref', '=', query.clientRef);
  if (query.createdFrom !== null) select = select.where('created_at', '>=', query.createdFrom);
  if (query.createdBefore !== null) select = select.where('created_at', '<', query.createdBefore);
  return select.orderBy('id', 'desc').limit(query.limit).execute();
}

/** What happened to one text, in the order it happened. */
export function eventsOfMessage(database: Database, mode: Mode, messageId: string, limit: number): Promise<EventRow[]> {
  return (
    database.kysely
      .selectFrom('events')
      .selectAll()
      .where('message_id', '=', messageId)
      .where('mode', '=', mode)
      // A transaction that waited for the lock of a text has the older number and the later change.
      .orderBy('sequence')
      .orderBy('txid')
      .orderBy('id')
      .limit(limit)
      .execute()
  );
}
