import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';

/** What a recipient was asked to confirm, until they do or opt out. */
export interface OptInRequest {
  /** The text that asks. */
  readonly message_id: string;
  readonly mode: Mode;
  readonly number: string;
  readonly topic: string;
  readonly language: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
}

/** In the transaction that stores the texts. */
export async function insertOptInRequests(database: Database, requests: readonly OptInRequest[]): Promise<void> {
  for (const { message_id, mode, number, topic, language, created_at, expires_at } of requests) {
    await database.query({
      text: 'insert into opt_in_requests values ($1, $2, $3, $4, $5, $6, $7)',
      values: [message_id, mode, number, topic, language, created_at, expires_at],
    });
  }
}

/** Not locked: whoever takes it locks the consent chain first. */
export async function openOptInRequest(
  database: Database,
  asked: { readonly mode: Mode; readonly number: string; readonly messageId: string },
  now: Date,
): Promise<OptInRequest | null> {
  const [request] = await database.query<OptInRequest>({
    text: `select * from opt_in_requests where message_id = $1 and mode = $2 and number = $3 and expires_at > $4`,
    values: [asked.messageId, asked.mode, asked.number, now],
  });
  return request ?? null;
}

/** False when somebody else was faster. The consent chain is locked. */
export async function takeOptInRequest(database: Database, messageId: string): Promise<boolean> {
  const rows = await database.query({
    text: 'delete from opt_in_requests where message_id = $1 returning 1',
    values: [messageId],
  });
  return rows.length > 0;
}

/** Who opts out confirms nothing any more. The consent chain is locked. */
export async function dropOptInRequests(database: Database, mode: Mode, number: string, topic: string): Promise<void> {
  await database.query({
    text: `delete from opt_in_requests where mode = $1 and number = $2 and ($3 = '*' or topic in ('*', $3))`,
    values: [mode, number, topic],
  });
}

/** Answers how many were over. */
export async function forgetOptInRequests(database: Database, now: Date): Promise<number> {
  const rows = await database.query({
    text: 'delete from opt_in_requests where expires_at <= $1 returning 1',
    values: [now],
  });
  return rows.length;
}
