import { type Kysely, sql } from 'kysely';

/** Texts that ask somebody to confirm that they want more of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Gone as soon as it is answered, taken back or over.
  `create table opt_in_requests (
    message_id uuid primary key,
    mode text not null,
    number text not null,
    topic text not null,
    language text,
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  `create index opt_in_requests_of_number on opt_in_requests (mode, number)`,
  `create index opt_in_requests_over on opt_in_requests (expires_at)`,
];
