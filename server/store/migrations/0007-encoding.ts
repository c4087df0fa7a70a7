import { type Kysely, sql } from 'kysely';

/** What a text needs to leave the same way in every attempt. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // reference: the concatenation reference of a text of several parts, null before its first attempt.
  // submit_count: how many submit_sm it takes where that is not the number of its segments.
  `alter table messages
    add column flash boolean not null default false,
    add column smart_replacements jsonb not null default '[]',
    add column reference integer,
    add column submit_count smallint`,

  // Sender and recipient are hashed onto a fixed number of counters: no number is kept, and the table is bounded.
  `create table concatenation_counters (counter integer primary key, last bigint not null) with (fillfactor = 75)`,
];
