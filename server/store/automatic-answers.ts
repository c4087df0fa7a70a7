import type { Mode, Purpose } from '../rules/message.ts';
import type { Database } from './database.ts';

export interface AutomaticAnswer {
  readonly purpose: Exclude<Purpose, 'text'>;
  readonly body: string;
  readonly created_at: Date;
}

/** What the server itself has written to a contact since `since`, the newest first; at most 20. */
export function automaticAnswers(
  database: Database,
  mode: Mode,
  contact: string,
  since: Date,
): Promise<AutomaticAnswer[]> {
  return database.query<AutomaticAnswer>({
    text: `select purpose, body, created_at from messages
      where mode = $1 and contact = $2 and id >= $3 and purpose <> 'text' order by id desc limit 20`,
    values: [mode, contact, firstIdOf(since)],
  });
}

/** The smallest UUIDv7 of a moment (RFC 9562 §5.7). */
export function firstIdOf(at: Date): string {
  const hex = Math.max(0, at.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
