import { type Kysely, sql } from 'kysely';

/** Contacts, conversations with them, what replies are waited for and what they set off. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table contacts (
    mode text not null,
    number text not null,
    name text,
    time_zone text,
    state text,
    country text,
    language text,
    owner text,
    attributes jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (mode, number)
  )`,
  `create index contacts_listed on contacts (mode, created_at desc, number)`,

  // One for each pair of our number and a contact; it is opened and closed again and again.
  `create table conversations (
    id uuid primary key,
    mode text not null,
    our_number text not null,
    contact text not null,
    status text not null,
    assignee text,
    tags text[] not null default '{}',
    snoozed_until timestamptz,
    last_inbound_at timestamptz,
    last_outbound_at timestamptz,
    last_message_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    closed_at timestamptz,
    unique (mode, our_number, contact)
  )`,
  `create index conversations_listed on conversations (mode, last_message_at desc, id)`,
  `create index conversations_of_contact on conversations (mode, contact)`,
  `create index conversations_snoozed on conversations (snoozed_until) where status = 'snoozed'`,
  `create table conversation_notes (
    id uuid primary key,
    conversation_id uuid not null references conversations on delete cascade,
    author text,
    body text not null,
    created_at timestamptz not null
  )`,
  `create index conversation_notes_listed on conversation_notes (conversation_id, created_at, id)`,
  `create index messages_of_conversation on messages (conversation_id, id) where conversation_id is not null`,

  `create table reply_waits (
    id uuid primary key,
    mode text not null,
    contact text not null,
    our_number text not null,
    message_id uuid,
    match jsonb not null,
    callback_url text,
    state text not null,
    reply_id uuid,
    value text,
    attempts smallint not null default 0,
    next_attempt_at timestamptz,
    last_status smallint,
    reason text,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    finished_at timestamptz
  )`,
  `create index reply_waits_open on reply_waits (mode, contact) where finished_at is null`,
  `create index reply_waits_expiring on reply_waits (expires_at) where finished_at is null`,
  `create index reply_waits_due on reply_waits (next_attempt_at) where next_attempt_at is not null`,
  `create index reply_waits_of_reply on reply_waits (reply_id) where reply_id is not null`,
  `create index reply_waits_listed on reply_waits (mode, id)`,

  `create table keyword_rules (
    id text primary key,
    mode text not null,
    name text not null,
    priority integer not null,
    enabled boolean not null,
    definition jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (mode, name)
  )`,
];
