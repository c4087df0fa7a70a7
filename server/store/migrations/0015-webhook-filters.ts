import { type Kysely, sql } from 'kysely';

/** Endpoints that want some texts of contacts only, and those written in a row as one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table webhook_endpoints add column filter jsonb`,
  // burst_of: between whom. burst: the ids of the texts so far. Until its first attempt more of them may come.
  `alter table webhook_deliveries add column burst_of text, add column burst jsonb`,
  `create index webhook_deliveries_bursts on webhook_deliveries (endpoint_id, burst_of)
    where burst_of is not null and state = 'pending' and attempts = 0`,
];
