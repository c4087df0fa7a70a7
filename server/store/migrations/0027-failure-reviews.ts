import { type Kysely, sql } from 'kysely';

/** Texts that a person has to look at before anything else is done about them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table failure_reviews (
    id uuid primary key,
    mode text not null,
    message_id uuid not null unique,
    contact text not null,
    reason text not null,
    error jsonb,
    state text not null default 'open',
    action text,
    resolved_by jsonb,
    new_message_id uuid,
    created_at timestamptz not null,
    resolved_at timestamptz
  )`,
  `create index failure_reviews_listed on failure_reviews (mode, state, id)`,
  `create index failure_reviews_of_contact on failure_reviews (contact)`,
  // Which text was sent again as which.
  `create table resends (
    message_id uuid primary key,
    resend_of uuid not null,
    created_at timestamptz not null
  )`,
  `create index resends_of on resends (resend_of)`,
  // Failures that say nothing, by number: the second one within a week is for a person.
  `create table unknown_failures (
    mode text not null,
    contact text not null,
    at timestamptz not null,
    primary key (mode, contact)
  )`,
  // What failed before there was a queue is not for anybody to look at now.
  `insert into cursors (name, txid, id)
    select 'failure-reviews', txid, id from events order by txid desc, id desc limit 1`,
];
