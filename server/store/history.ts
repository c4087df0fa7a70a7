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
  readonly tag: string | null;
  readonly campaignId: string | null;
  readonly conversationId: string | null;
  readonly errorCode: string | null;
  readonly batchId: string | null;
  readonly createdFrom: Date | null;
  readonly createdBefore: Date | null;
  readonly limit: number;
}

export function readHistory(database: Database, query: HistoryQuery): Promise<MessageRow[]> {
  return historyStatement(database, query).execute();
}

/** For whoever wants to know how it is read. */
export function historyStatement(database: Database, query: HistoryQuery) {
  const { mode, tag, belowId, fromId } = query;
  const select = narrowed(database, query);
  if (tag === null) return select.orderBy('m.id', 'desc').limit(query.limit);
  // The tags are in the order of the texts: reading them is reading the page.
  const tagged = select.innerJoin('message_tags as t', (join) => {
    let on = join.onRef('t.message_id', '=', 'm.id').on('t.mode', '=', mode).on('t.tag', '=', tag);
    if (belowId !== null) on = on.on('t.message_id', '<', belowId);
    if (fromId !== null) on = on.on('t.message_id', '>=', fromId);
    return on;
  });
  return tagged.orderBy('t.message_id', 'desc').limit(query.limit);
}

const UNSENT: ReadonlySet<string | null> = new Set(['scheduled', 'held', 'queued', 'sending']);
const FAILED: ReadonlySet<string | null> = new Set(['undelivered', 'failed', 'rejected', 'expired']);

function narrowed(database: Database, query: HistoryQuery) {
  let select = database.kysely.selectFrom('messages as m').selectAll('m').where('m.mode', '=', query.mode);
  if (query.belowId !== null) select = select.where('m.id', '<', query.belowId);
  if (query.fromId !== null) select = select.where('m.id', '>=', query.fromId);
  if (query.direction !== null) select = select.where('m.direction', '=', query.direction);
  if (query.contact !== null) select = select.where('m.contact', '=', query.contact);
  if (query.from !== null) select = select.where('m.from', '=', query.from);
  if (query.to !== null) select = select.where('m.to', '=', query.to);
  if (query.status !== null) select = select.where(sql`m.status`, '=', query.status);
  // What such a text has beside its status, for which there is an index.
  if (UNSENT.has(query.status)) select = select.where('m.due_at', 'is not', null);
  if (FAILED.has(query.status)) select = select.where('m.error', 'is not', null);
  if (query.clientRef !== null) select = select.where('m.client_ref', '=', query.clientRef);
  if (query.campaignId !== null) select = select.where('m.campaign_id', '=', query.campaignId);
  if (query.conversationId !== null) select = select.where('m.conversation_id', '=', query.conversationId);
  if (query.batchId !== null) select = select.where('m.batch_id', '=', query.batchId);
  if (query.errorCode !== null) {
    select = select.where('m.error', 'is not', null).where(sql`m.error ->> 'code'`, '=', query.errorCode);
  }
  if (query.createdFrom !== null) select = select.where('m.created_at', '>=', query.createdFrom);
  if (query.createdBefore !== null) select = select.where('m.created_at', '<', query.createdBefore);
  return select;
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
