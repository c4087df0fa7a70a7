import { type Kysely, sql } from 'kysely';

/** Which of the variants of its campaign a text is; and what was told of the end of a key. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'alter table messages add column variant text',
  // A key that gets another end is told of anew.
  'alter table api_keys add column expiry_told_days integer, add column expiry_told_for timestamptz',
];
