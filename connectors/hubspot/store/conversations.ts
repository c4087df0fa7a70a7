import type { Queries } from '../../seam/storage.ts';

/** The ticket of two numbers. `claimed`: it may or may not be in HubSpot yet, under the id as its key. */
export interface Conversation {
  readonly id: string;
  readonly state: 'claimed' | 'open' | 'closed';
  readonly ticketId: string | null;
  readonly contactId: string;
}

export interface Pair {
  readonly portalId: number;
  readonly ourNumber: string;
  readonly contactNumber: string;
}

interface Row {
  id: string;
  state: Conversation['state'];
  ticket_id: string | null;
  contact_id: string;
}

const conversationOf = (row: Row | undefined): Conversation | null =>
  row ? { id: row.id, state: row.state, ticketId: row.ticket_id, contactId: row.contact_id } : null;

const OF_PAIR = 'from conversations where portal_id = $1 and our_number = $2 and contact_number = $3';

export async function currentConversation(on: Queries, pair: Pair): Promise<Conversation | null> {
  const rows = await on.query<Row>(
    `select id, state, ticket_id, contact_id ${OF_PAIR} and state in ('claimed', 'open')`,
    valuesOf(pair),
  );
  return conversationOf(rows[0]);
}

/** The last one that was closed, if that was not before `since`. */
export async function closedConversation(on: Queries, pair: Pair, since: Date): Promise<Conversation | null> {
  const rows = await on.query<Row>(
    `select id, state, ticket_id, contact_id ${OF_PAIR} and state = 'closed' and ticket_id is not null and closed_at > $4
     order by closed_at desc limit 1`,
    [...valuesOf(pair), since],
  );
  return conversationOf(rows[0]);
}

/** False: somebody else has one for these numbers. */
export async function claimConversation(
  on: Queries,
  pair: Pair,
  id: string,
  contactId: string,
  at: Date,
): Promise<boolean> {
  const rows = await on.query(
    `insert into conversations (id, portal_id, our_number, contact_number, contact_id, state, created_at)
     values ($4, $1, $2, $3, $5, 'claimed', $6) on conflict do nothing returning id`,
    [...valuesOf(pair), id, contactId, at],
  );
  return rows.length > 0;
}

export async function openConversation(on: Queries, id: string, ticketId: string): Promise<void> {
  await on.query(`update conversations set state = 'open', ticket_id = $2, closed_at = null where id = $1`, [
    id,
    ticketId,
  ]);
}

export async function closeConversation(on: Queries, id: string, at: Date): Promise<void> {
  await on.query(`update conversations set state = 'closed', closed_at = $2 where id = $1`, [id, at]);
}

export async function closeByTicket(on: Queries, portalId: number, ticketId: string, at: Date): Promise<void> {
  await on.query(
    `update conversations set state = 'closed', closed_at = $3 where portal_id = $1 and ticket_id = $2 and state = 'open'`,
    [portalId, ticketId, at],
  );
}

/** The ticket is gone: the next reply makes another. */
export async function forgetTicket(on: Queries, portalId: number, ticketId: string, at: Date): Promise<void> {
  await on.query(
    `update conversations set state = 'closed', closed_at = coalesce(closed_at, $3), ticket_id = null
     where portal_id = $1 and ticket_id = $2`,
    [portalId, ticketId, at],
  );
}

export async function moveTicket(on: Queries, portalId: number, from: readonly string[], to: string): Promise<void> {
  await on.query('update conversations set ticket_id = $3 where portal_id = $1 and ticket_id = any($2)', [
    portalId,
    from,
    to,
  ]);
}

const valuesOf = ({ portalId, ourNumber, contactNumber }: Pair) => [portalId, ourNumber, contactNumber];
