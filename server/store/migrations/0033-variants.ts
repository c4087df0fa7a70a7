import { type Kysely, sql } from 'kysely';

/** Which of the variants of its campaign a text is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table messages add column variant text').execute(db);
}
