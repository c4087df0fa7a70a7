import type { Clock } from '../clock.ts';
import { timeOfUuidv7 } from '../rules/uuid.ts';
import type { Database } from '../store/database.ts';
import { oldestUnfinished } from '../store/due.ts';
import type { EventRow } from '../store/schema.ts';

/** What readiness and metrics look at. */

export const PING = { text: 'select 1', values: [] };

export function observed({ type, mode, message_id: id, data, created_at: at }: EventRow) {
  const sentAt = typeof data['sent_at'] === 'string' ? Date.parse(data['sent_at']) : null;
  return { type, mode, atMs: at.getTime(), acceptedAtMs: id === null ? null : timeOfUuidv7(id), sentAtMs: sentAt };
}

export async function ageOfOldest(database: Database, clock: Clock): Promise<number> {
  const oldest = await oldestUnfinished(database);
  return oldest ? Math.max(0, (clock.now() - oldest.getTime()) / 1_000) : 0;
}
