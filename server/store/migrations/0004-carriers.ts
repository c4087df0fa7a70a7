import { type Kysely, sql } from 'kysely';

/** Carriers that were added by the API, and what is known of every carrier beyond its configuration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The profile holds a password and perhaps a private key, so all of it is sealed.
  `create table carriers (
    id text primary key,
    mode text not null check (mode in ('test', 'live')),
    profile bytea not null,
    created_at timestamptz not null
  )`,

  // What the last event said about a carrier, so that a restart neither repeats it nor forgets to take it back.
  `create table carrier_states (
    id text primary key,
    state text not null default 'up' check (state in ('up', 'down', 'parked')),
    paused boolean not null default false
  )`,
];
