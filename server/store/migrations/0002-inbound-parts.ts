import { type Kysely, sql } from 'kysely';

/** What a text from a phone leaves behind: parts that wait for the others, and marks that recognise a redelivery. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Numbers of the parts that never came; null = the text is complete.
  `alter table messages add column missing_parts jsonb`,

  // A text of several parts that is not complete yet. SAR references count as 16 bits.
  `create table inbound_sets (
    id bigint generated always as identity primary key,
    smsc_id text not null,
    mode text not null,
    "from" text not null,
    "to" text not null,
    reference integer not null,
    total smallint not null,
    bits smallint not null,
    parts smallint not null default 0,
    octets integer not null default 0,
    first_at timestamptz not null,
    due_at timestamptz not null,
    unique (smsc_id, "from", "to", reference, total, bits)
  )`,
  `create index inbound_sets_due on inbound_sets (due_at)`,

  `create table inbound_parts (
    set_id bigint not null references inbound_sets on delete cascade,
    number smallint not null,
    body text not null,
    encoding text not null,
    octets bytea,
    warnings jsonb not null default '[]',
    primary key (set_id, number)
  )`,

  // One row per deliver_sm with a text, for as long as a carrier may deliver it again.
  `create table inbound_arrivals (
    id bigint generated always as identity primary key,
    fingerprint bytea not null,
    is_part boolean not null,
    bind text not null,
    sequence bigint not null,
    arrived_at timestamptz not null,
    bound_at timestamptz not null,
    last_loss_at timestamptz not null,
    stored_at timestamptz not null
  )`,
  `create index inbound_arrivals_by_fingerprint on inbound_arrivals (fingerprint)`,
  `create index inbound_arrivals_by_age on inbound_arrivals (arrived_at)`,
];
