import { type Kysely, sql } from 'kysely';

/** Who did what, and what has to be given out or taken away on request. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Append-only; each row carries the hash of the one before it. One chain for the whole server.
  `create table audit_log (
    sequence bigint primary key,
    mode text not null,
    actor jsonb not null,
    action text not null,
    target text,
    details jsonb not null,
    created_at timestamptz not null,
    prev_hash bytea not null,
    hash bytea not null
  )`,
  `create index audit_log_listed on audit_log (mode, sequence)`,
  `create table audit_chain (one boolean primary key default true check (one), sequence bigint not null, hash bytea not null)`,

  // due_at: when there is something to do for it next. number: gone as soon as it is no longer needed.
  `create table privacy_jobs (
    id uuid primary key,
    mode text not null,
    kind text not null,
    number text,
    number_hmac bytea not null,
    state text not null,
    stage text,
    result jsonb,
    created_at timestamptz not null,
    due_at timestamptz,
    finished_at timestamptz
  )`,
  `create index privacy_jobs_due on privacy_jobs (due_at) where due_at is not null`,

  // Set once the body was taken away, by its age or by request.
  `alter table messages add column redacted_at timestamptz`,
  // How far retention has come, and the texts that were not done with when it came by.
  `create table retention_places (name text primary key, id uuid not null)`,
  `create table retention_leftovers (id uuid primary key)`,

  // What speaks of a number and of no text is found here; of a text, by the text.
  `create index events_of_no_message on events (created_at) where message_id is null`,
  `create index webhook_deliveries_of_no_message on webhook_deliveries (created_at) where message_id is null`,
  `create index webhook_deliveries_of_message on webhook_deliveries (message_id) where message_id is not null`,
];
