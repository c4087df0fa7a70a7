import { type Kysely, sql } from 'kysely';

/** Access tokens are not stored; only those that were revoked are, until they would have expired. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`create table revoked_tokens (id text primary key, expires_at timestamptz not null)`).execute(db);
}
