import { type Kysely, sql } from 'kysely';

/** What the operator knows about senders in a country, attempts counted by carrier, and events of a text in its order. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // doubts: attempts without an answer, with whatever carrier: what limits how often a phone may get a text twice.
  // attempts_elsewhere: attempts made with the carriers before this one.
  `alter table messages
    add column doubts smallint not null default 0,
    add column attempts_elsewhere smallint not null default 0`,
  `update messages set doubts = retries where ambiguous and due_at is not null`,

  // A transaction that began to write early may wait for the row of a text and change it last. Its own id would put
  // its event before those that were committed meanwhile; the highest id that had ended when the event was written puts
  // it after them. (xmax is the one after it, which nobody may have for a while: readers would wait for that.)
  `alter table events alter column txid set default
    greatest(pg_current_xact_id(), (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)::text::xid8)`,

  `create table sender_rules (
    mode text not null,
    country text not null,
    alphanumeric text not null,
    "numeric" text not null,
    dynamic boolean,
    two_way boolean,
    required_fields text[] not null,
    refused_numbers text[],
    source_url text,
    verified_on text,
    updated_at timestamptz not null,
    primary key (mode, country)
  )`,
];
