import type { Queries } from '../../seam/storage.ts';

/** The ticket of two numbers. `claimed`: it may or may not be in HubSpot yet, under the id as its key. */
export interface Conversation {
  readonly id: string;
  readonly state: 'claimed' | 'open' | 'closed';
  readonly ticketId: string | null;
  readonly contactId: string;
  /** Null while it is not known to be closed. */
  readonly closedAt: Date | null;
  /** From then on it may be in HubSpot under its mark, without the key. */
  readonly markedAt: Date | null;
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
  closed_at: Date | null;
  marked_at: Date | null;
}

function conversationOf(row: Row | undefined): Conversation | null {
  if (!row) return null;
  const { id, state, ticket_id: ticketId, contact_id: contactId, closed_at: closedAt, marked_at: markedAt } = row;
  return { id, state, ticketId, contactId, closedAt, markedAt };
}

const OF_PAIR = `select id, state, ticket_id, contact_id, closed_at, marked_at from conversations
  where portal_id = $1 and our_number = $2 and contact_number = $3`;

export async function currentConversation(on: Queries, pair: Pair): Promise<Conversation | null> {
  const rows = await on.query<Row>(`${OF_PAIR} and state in ('claimed', 'open')`, valuesOf(pair));
  return conversationOf(rows[0]);
}

/** The current one; when there is none, the one that was closed last. */
export async function lastConversation(on: Queries, pair: Pair): Promise<Conversation | null> {
  const rows = await on.query<Row>(
    `${OF_PAIR} and (state <> 'closed' or ticket_id is not null)
     order by state = 'closed', closed_at desc nulls last limit 1`,
    valuesOf(pair),
  );
  return conversationOf(rows[0]);
}

/** The ticket of the last one that is over. */
export async function formerTicket(on: Queries, pair: Pair): Promise<string | null> {
  const rows = await on.query<Row>(
    `${OF_PAIR} and state = 'closed' and ticket_id is not null order by closed_at desc limit 1`,
    valuesOf(pair),
  );
  return rows[0]?.ticket_id ?? null;
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

export async function markConversation(on: Queries, id: string, at: Date | null): Promise<void> {
  await on.query('update conversations set marked_at = $2 where id = $1', [id, at]);
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

/** Somebody opened the ticket again. Where another one was begun meanwhile, that stays the one. */
export async function reopenByTicket(on: Queries, portalId: number, ticketId: string): Promise<void> {
  await on.query(
    `update conversations set state = 'open', closed_at = null where id in (
       select distinct on (our_number, contact_number) id from conversations closed
       where portal_id = $1 and ticket_id = $2 and state = 'closed' and not exists (
         select 1 from conversations other where other.portal_id = $1 and other.our_number = closed.our_number
           and other.contact_number = closed.contact_number and other.state in ('claimed', 'open'))
       order by our_number, contact_number, closed_at desc)`,
    [portalId, ticketId],
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
