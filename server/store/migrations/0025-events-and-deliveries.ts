import { type Kysely, sql } from 'kysely';

/** What a list of events, and the whole life of a webhook endpoint and its deliveries, need beside what was there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Nearly all events are of texts. The few others are found without reading those.
  `create index events_not_of_texts on events (mode, txid, id) where type not like 'message.%'`,

  // previous_secret signs beside the new one until its time is over. failed_at: the first failure of late.
  // failing_since: since when there were nothing but failures, once there were two within a day.
  `alter table webhook_endpoints
    add column previous_secret bytea,
    add column previous_secret_until timestamptz,
    add column failed_at timestamptz,
    add column failing_since timestamptz,
    add column disabled_reason text`,

  // host: those of one that does not answer must not keep the others waiting. last_response: how its answer began.
  `alter table webhook_deliveries
    add column host text not null generated always as (lower(split_part(url, '/', 3))) stored,
    add column last_attempt_at timestamptz,
    add column last_duration_ms integer,
    add column last_response text`,
  `drop index webhook_deliveries_due`,
  `create index webhook_deliveries_due on webhook_deliveries (host, next_attempt_at) where state = 'pending'`,
  `create index webhook_deliveries_of_endpoint on webhook_deliveries (endpoint_id, id) where endpoint_id is not null`,
];
