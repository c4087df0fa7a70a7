import type { Queries } from '../../seam/storage.ts';

/** What a text is about, and what asked for it. */
export interface SendOrigin {
  readonly portalId: number;
  readonly source: string;
  readonly callbackId: string | null;
  readonly ruleId: string | null;
  readonly objectType: string;
  readonly objectId: string;
  readonly contactId: string;
  readonly ownerId: string | null;
}

/** A text of ours and the record that it is about. */
export interface Send extends SendOrigin {
  readonly messageId: string;
  readonly ourNumber: string;
  readonly contactNumber: string;
  readonly status: string;
  readonly sequence: number;
  readonly error: string | null;
  readonly segments: number;
}

/** The newest status wins, in whatever order they come. False: a newer one was known. */
export async function recordSend(on: Queries, send: Send, at: Date): Promise<boolean> {
  const rows = await on.query(
    `insert into sends (message_id, portal_id, source, callback_id, rule_id, object_type, object_id, contact_id, owner_id,
       our_number, contact_number, status, status_sequence, error, segments, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict (message_id) do update set status = excluded.status, status_sequence = excluded.status_sequence,
       error = excluded.error, our_number = excluded.our_number
     where sends.status_sequence < excluded.status_sequence returning message_id`,
    [
      send.messageId,
      send.portalId,
      send.source,
      send.callbackId,
      send.ruleId,
      send.objectType,
      send.objectId,
      send.contactId,
      send.ownerId,
      send.ourNumber,
      send.contactNumber,
      send.status,
      send.sequence,
      send.error,
      send.segments,
      at,
    ],
  );
  return rows.length > 0;
}

interface Row {
  message_id: string;
  portal_id: string;
  source: string;
  callback_id: string | null;
  rule_id: string | null;
  status: string;
  error: string | null;
  segments: number;
  contact_id: string;
  object_type: string;
  object_id: string;
  owner_id: string | null;
}

/** Null: nobody has written down that it is ours. */
export async function originOfSend(on: Queries, messageId: string): Promise<SendOrigin | null> {
  const [row] = await on.query<Row>('select * from sends where message_id = $1', [messageId]);
  if (!row) return null;
  return {
    portalId: Number(row.portal_id),
    source: row.source,
    callbackId: row.callback_id,
    ruleId: row.rule_id,
    objectType: row.object_type,
    objectId: row.object_id,
    contactId: row.contact_id,
    ownerId: row.owner_id,
  };
}

export type SendState = Pick<Send, 'messageId' | 'status' | 'error' | 'segments'>;

export async function sendsOfAction(on: Queries, portalId: number, callbackId: string): Promise<SendState[]> {
  const rows = await on.query<Row>(
    'select * from sends where portal_id = $1 and callback_id = $2 order by created_at, message_id',
    [portalId, callbackId],
  );
  return rows.map(({ message_id: messageId, status, error, segments }) => ({ messageId, status, error, segments }));
}

export interface LastSend {
  readonly portalId: number;
  readonly contactId: string;
  readonly objectType: string;
  readonly objectId: string;
}

/** Who texted this person last from that number. */
export async function lastSendTo(on: Queries, ourNumber: string, contactNumber: string): Promise<LastSend | null> {
  const [row] = await on.query<Row>(
    'select * from sends where our_number = $1 and contact_number = $2 order by created_at desc limit 1',
    [ourNumber, contactNumber],
  );
  if (!row) return null;
  return {
    portalId: Number(row.portal_id),
    contactId: row.contact_id,
    objectType: row.object_type,
    objectId: row.object_id,
  };
}

/** Whether another text has left for the contact. */
export async function hasTexted(on: Queries, portalId: number, contactId: string, besides: string): Promise<boolean> {
  const rows = await on.query(
    'select 1 from sends where portal_id = $1 and contact_id = $2 and message_id <> $3 and status = any($4) limit 1',
    [portalId, contactId, besides, ['sent', 'delivered', 'undelivered', 'expired']],
  );
  return rows.length > 0;
}

/** How many texts to a number came to nothing for this reason. */
export async function countRefused(on: Queries, portalId: number, number: string, code: string): Promise<number> {
  const [row] = await on.query<{ count: string }>(
    'select count(*) as count from sends where portal_id = $1 and contact_number = $2 and error = $3',
    [portalId, number, code],
  );
  return Number(row?.count ?? 0);
}
