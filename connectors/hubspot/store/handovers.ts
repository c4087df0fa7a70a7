import type { Queries } from '../../seam/storage.ts';
import type { SendOrigin } from './sends.ts';

/** Before the text is handed over; the same reference again is the same text. */
export async function addHandover(on: Queries, ref: string, origin: SendOrigin, at: Date): Promise<void> {
  await on.query(
    `insert into handovers (ref, portal_id, origin, created_at) values ($1, $2, $3, $4) on conflict (ref) do nothing`,
    [ref, origin.portalId, JSON.stringify(origin), at],
  );
}

/** The server has answered: this is the text, whatever others say of the reference. */
export async function endHandover(on: Queries, ref: string, messageId: string): Promise<void> {
  await on.query('update handovers set message_id = $2 where ref = $1', [ref, messageId]);
}

/**
 * What was handed over under the reference, if this is its text; else null. The answer of the server may have been lost:
 * then the first text that names the reference is the one, and another with a copy of its metadata is not.
 */
export async function handedOverAs(on: Queries, messageId: string, ref: string): Promise<SendOrigin | null> {
  const [row] = await on.query<{ origin: SendOrigin }>(
    `update handovers set message_id = $1 where ref = $2 and (message_id is null or message_id = $1) returning origin`,
    [messageId, ref],
  );
  return row?.origin ?? null;
}
