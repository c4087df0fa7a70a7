import type { Queries } from '../../seam/storage.ts';

/** HubSpot repeats a call for three days, and nobody asks for the reason of a rule after a month. */
const DETAILS_DAYS = 30;
/** As long as the server keeps texts when nothing else is said: who was texted last decides to whom a reply belongs. */
const TEXTS_DAYS = 396;

const AGED = [
  ['actions', 'created_at', DETAILS_DAYS],
  ['handovers', 'created_at', DETAILS_DAYS],
  ['rule_hits', 'occurred_at', DETAILS_DAYS],
  ['consent_writes', 'written_at', DETAILS_DAYS],
  ['sends', 'created_at', TEXTS_DAYS],
  ['people', 'seen_at', TEXTS_DAYS],
  ['logs', 'logged_at', TEXTS_DAYS],
  ['digests', 'day', DETAILS_DAYS],
  ['channel_messages', 'created_at', TEXTS_DAYS],
  ['channel_threads', 'updated_at', TEXTS_DAYS],
] as const;

/** What is old is forgotten. Conversations that are open stay, however long nobody wrote. */
export async function forgetOld(on: Queries, now: Date): Promise<void> {
  for (const [table, column, days] of AGED) {
    await on.query(`delete from ${table} where ${column} < $1::timestamptz - make_interval(days => $2)`, [now, days]);
  }
  await on.query(
    `delete from conversations where state = 'closed' and closed_at < $1::timestamptz - make_interval(days => $2)`,
    [now, TEXTS_DAYS],
  );
}
