import type { Queries } from '../../seam/storage.ts';
import type { Pair } from './conversations.ts';

/** A conversation in an inbox. */
export interface Thread {
  readonly threadId: string;
  readonly ticketId: string | null;
}

export async function threadOf(on: Queries, pair: Pair): Promise<Thread | null> {
  const [row] = await on.query<{ thread_id: string; ticket_id: string | null }>(
    'select thread_id, ticket_id from channel_threads where portal_id = $1 and our_number = $2 and contact_number = $3',
    [pair.portalId, pair.ourNumber, pair.contactNumber],
  );
  return row ? { threadId: row.thread_id, ticketId: row.ticket_id } : null;
}

/** HubSpot begins another thread when the last one was closed: its ticket is another, too. */
export async function putThread(on: Queries, pair: Pair, threadId: string, at: Date): Promise<void> {
  await on.query(
    `insert into channel_threads (portal_id, our_number, contact_number, thread_id, updated_at) values ($1, $2, $3, $4, $5)
     on conflict (portal_id, our_number, contact_number) do update set thread_id = excluded.thread_id,
       ticket_id = case when channel_threads.thread_id = excluded.thread_id then channel_threads.ticket_id end,
       updated_at = excluded.updated_at`,
    [pair.portalId, pair.ourNumber, pair.contactNumber, threadId, at],
  );
}

/** With whom it is. */
export async function numberOfThread(on: Queries, portalId: number, threadId: string): Promise<string | null> {
  const [row] = await on.query<{ contact_number: string }>(
    'select contact_number from channel_threads where portal_id = $1 and thread_id = $2',
    [portalId, threadId],
  );
  return row?.contact_number ?? null;
}

export async function setThreadTicket(
  on: Queries,
  portalId: number,
  threadId: string,
  ticketId: string,
): Promise<void> {
  await on.query('update channel_threads set ticket_id = $3 where portal_id = $1 and thread_id = $2', [
    portalId,
    threadId,
    ticketId,
  ]);
}

export interface Publishing {
  readonly portalId: number;
  readonly messageId: string;
  readonly direction: 'INCOMING' | 'OUTGOING';
  readonly contactNumber: string;
}

/** Before HubSpot is asked. Answers HubSpot's id when it is there already. */
export async function beginPublishing(on: Queries, one: Publishing, at: Date): Promise<string | null> {
  const { portalId, messageId, direction, contactNumber } = one;
  await on.query(
    `insert into channel_messages (portal_id, message_id, direction, contact_number, created_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [portalId, messageId, direction, contactNumber, at],
  );
  return publishedAs(on, portalId, messageId);
}

/** HubSpot may have told us of it meanwhile, as of a message of an agent. */
export async function endPublishing(
  on: Queries,
  portalId: number,
  messageId: string,
  channelMessageId: string,
): Promise<void> {
  await on.query(
    `delete from channel_messages where portal_id = $1 and channel_message_id = $2 and direction = 'AGENT'`,
    [portalId, channelMessageId],
  );
  await on.query('update channel_messages set channel_message_id = $3 where portal_id = $1 and message_id = $2', [
    portalId,
    messageId,
    channelMessageId,
  ]);
}

/** It will never be in the inbox. */
export async function dropPublishing(on: Queries, portalId: number, messageId: string): Promise<void> {
  await on.query(
    'delete from channel_messages where portal_id = $1 and message_id = $2 and channel_message_id is null',
    [portalId, messageId],
  );
}

/** HubSpot's id of a text; null = it is not in the inbox. */
export async function publishedAs(on: Queries, portalId: number, messageId: string): Promise<string | null> {
  const [row] = await on.query<{ channel_message_id: string | null }>(
    'select channel_message_id from channel_messages where portal_id = $1 and message_id = $2',
    [portalId, messageId],
  );
  return row?.channel_message_id ?? null;
}

/** Texts to a contact of which nobody knows yet under which id HubSpot has them. */
export async function publishingTo(on: Queries, portalId: number, contactNumber: string, since: Date) {
  const rows = await on.query<{ message_id: string }>(
    `select message_id from channel_messages where portal_id = $1 and contact_number = $2 and direction = 'OUTGOING'
       and channel_message_id is null and created_at > $3`,
    [portalId, contactNumber, since],
  );
  return rows.map(({ message_id }) => message_id);
}

/** False: it is known already, as told of before or as published by us. */
export async function addAnswer(
  on: Queries,
  portalId: number,
  channelMessageId: string,
  contactNumber: string,
  at: Date,
): Promise<boolean> {
  const rows = await on.query(
    `insert into channel_messages (portal_id, channel_message_id, direction, contact_number, created_at)
     values ($1, $2, 'AGENT', $3, $4) on conflict do nothing returning 1`,
    [portalId, channelMessageId, contactNumber, at],
  );
  return rows.length > 0;
}

/** Whether an agent wrote it; else we have published it ourselves, or it was erased. */
export async function isAnswer(on: Queries, portalId: number, channelMessageId: string): Promise<boolean> {
  const rows = await on.query(
    `select 1 from channel_messages where portal_id = $1 and channel_message_id = $2 and direction = 'AGENT'`,
    [portalId, channelMessageId],
  );
  return rows.length > 0;
}

/** What HubSpot was told of a message last, with the reason; null = nothing. */
export async function toldOf(on: Queries, portalId: number, channelMessageId: string): Promise<string | null> {
  const [row] = await on.query<{ told: string | null }>(
    'select told from channel_messages where portal_id = $1 and channel_message_id = $2',
    [portalId, channelMessageId],
  );
  return row?.told ?? null;
}

export async function setTold(on: Queries, portalId: number, channelMessageId: string, told: string): Promise<void> {
  await on.query('update channel_messages set told = $3 where portal_id = $1 and channel_message_id = $2', [
    portalId,
    channelMessageId,
    told,
  ]);
}
