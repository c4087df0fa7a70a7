import { type Kysely, sql } from 'kysely';

/** The consent ledger, what follows from it, and whom nobody may text for other reasons. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Append-only. `hash` covers what stays for ever; number, evidence and salt go with an erasure and the chain still holds.
  `alter table consent_events
    alter column number drop not null,
    alter column evidence drop not null,
    add column event_id uuid,
    add column topic text not null default '*',
    add column channel text,
    add column method text,
    add column actor jsonb,
    add column jurisdiction text,
    add column language text,
    add column message_id uuid,
    add column recorded_at timestamptz,
    add column expires_at timestamptz,
    add column sequence bigint,
    add column number_hmac bytea,
    add column salt bytea,
    add column evidence_hash bytea,
    add column prev_hash bytea,
    add column hash bytea`,
  `create index consent_events_of_number on consent_events (mode, number, id)`,
  `create index consent_events_of_hmac on consent_events (mode, number_hmac, id)`,
  `create unique index consent_events_in_chain on consent_events (mode, sequence) where sequence is not null`,
  `create unique index consent_events_by_id on consent_events (event_id) where event_id is not null`,
  // The last link of each chain; who appends locks it.
  `create table consent_chains (mode text primary key, sequence bigint not null, hash bytea not null)`,

  // Current state. An opt-out of the topic * covers everything.
  `alter table opt_outs add column topic text not null default '*', add column event_id uuid, add column language text`,
  `alter table opt_outs drop constraint opt_outs_pkey, add primary key (mode, number, topic)`,
  `create index opt_outs_listed on opt_outs (mode, opted_out_at desc, number)`,
  `create table opt_ins (
    mode text not null,
    number text not null,
    topic text not null,
    opted_in_at timestamptz not null,
    source text not null,
    event_id uuid not null,
    expires_at timestamptz,
    primary key (mode, number, topic)
  )`,
  // What an erasure leaves of an opt-out, so that it is honoured for ever.
  `create table erased_opt_outs (
    mode text not null,
    number_hmac bytea not null,
    topic text not null,
    last4 text not null,
    opted_out_at timestamptz not null,
    source text not null,
    erased_at timestamptz not null,
    primary key (mode, number_hmac, topic)
  )`,

  `create table suppressions (
    mode text not null,
    number text not null,
    list text not null,
    reason text,
    source text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    primary key (mode, number, list)
  )`,
  `create index suppressions_listed on suppressions (mode, created_at desc, number)`,

  `create table opt_out_reviews (
    id uuid primary key,
    mode text not null,
    number text not null,
    message_id uuid,
    matched text not null,
    tier text not null,
    state text not null default 'open',
    decision text,
    resolved_by jsonb,
    due_at timestamptz,
    created_at timestamptz not null,
    resolved_at timestamptz
  )`,
  `create index opt_out_reviews_open on opt_out_reviews (mode, number) where state = 'open'`,
  `create index opt_out_reviews_due on opt_out_reviews (due_at) where state = 'open'`,

  // Who has to hear of an opt-out, and when each of them said that it had.
  `create table connected_systems (
    mode text not null,
    id text not null,
    name text not null,
    created_at timestamptz not null,
    primary key (mode, id)
  )`,
  `create table opt_out_propagations (
    event_id uuid not null,
    mode text not null,
    number text not null,
    system text not null,
    opted_out_at timestamptz not null,
    confirmed_at timestamptz,
    warned text,
    primary key (event_id, system)
  )`,
  `create index opt_out_propagations_of_number on opt_out_propagations (mode, number, opted_out_at)`,
  `create index opt_out_propagations_waiting on opt_out_propagations (opted_out_at) where confirmed_at is null`,

  // Several programmes are texted from it: the topics of its texts.
  `alter table senders add column shared boolean not null default false`,

  // The page on which a recipient who cannot reply opts out.
  `create table opt_out_links (
    token text primary key,
    mode text not null,
    number text not null,
    sender text not null,
    created_at timestamptz not null
  )`,
  `create unique index opt_out_links_of_number on opt_out_links (mode, number, sender)`,

  // topic: what the recipient may have consented to. send_before: the end of the hours in which it may be sent.
  // validity_seconds: how long it lives once it may go; quiet_hours: what the request said about them.
  `alter table messages
    add column topic text,
    add column schedule_for timestamptz,
    add column validity_seconds integer not null default 86400,
    add column quiet_hours text,
    add column send_before timestamptz,
    add column conversation_id uuid,
    add column sent_by text`,
];
