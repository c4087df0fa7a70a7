import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { MessageRow } from './schema.ts';

/** What a request changes about a text that has not left. */

/** Waits for a claim that is under way: afterwards the text is either ours or gone. */
export function lockText(database: Database, mode: Mode, id: string): Promise<MessageRow | undefined> {
  return database.kysely
    .selectFrom('messages')
    .selectAll()
    .where('id', '=', id)
    .where('mode', '=', mode)
    .forUpdate()
    .executeTakeFirst();
}

export type EditedText = Pick<
  MessageRow,
  | 'id'
  | 'status'
  | 'body'
  | 'encoding'
  | 'segments'
  | 'smart_replacements'
  | 'template'
  | 'schedule_for'
  | 'due_at'
  | 'expires_at'
  | 'hold_reason'
  | 'sequence'
  | 'price'
  | 'currency'
  | 'status_updated_at'
>;

/** Writes an edited text that the caller has locked. */
export async function writeEdit(database: Database, text: EditedText): Promise<void> {
  await database.query({
    text: `update messages set status = $2, body = $3, encoding = $4, segments = $5, smart_replacements = $6,
        template = $7, schedule_for = $8, due_at = $9, expires_at = $10, hold_reason = $11, sequence = $12,
        status_updated_at = $13, price = $14, currency = $15
      where id = $1`,
    values: [
      text.id,
      text.status,
      database.bodies.seal(text.body),
      text.encoding,
      text.segments,
      JSON.stringify(text.smart_replacements),
      text.template && JSON.stringify(text.template),
      text.schedule_for,
      text.due_at,
      text.expires_at,
      text.hold_reason,
      text.sequence,
      text.status_updated_at,
      text.price,
      text.currency,
    ],
  });
}

/** The time for a reply begins when the text goes, so it moves with it. */
export async function moveWaits(database: Database, messageId: string, byMs: number): Promise<void> {
  await database.query({
    text: `update reply_waits set expires_at = expires_at + $2 * interval '1 millisecond'
      where message_id = $1 and state = 'waiting' and finished_at is null`,
    values: [messageId, byMs],
  });
}

/** Nobody answers a text that was never sent. */
export async function endWaitsOfTexts(database: Database, messageIds: readonly string[], at: Date): Promise<void> {
  await database.query({
    text: `update reply_waits set state = 'canceled', reason = 'requested', next_attempt_at = null, finished_at = $2
      where message_id = any($1::uuid[]) and state = 'waiting' and finished_at is null`,
    values: [messageIds, at],
  });
}
