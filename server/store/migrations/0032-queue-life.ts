import { type Kysely, sql } from 'kysely';

/** How long a text may wait for a carrier, where that is less than its validity period. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table messages add column queue_seconds integer').execute(db);
}
