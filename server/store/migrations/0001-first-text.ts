import { type Kysely, sql } from 'kysely';

/**
 * Indexes are few on purpose: an index that mentions `status` turns every status change into a write to all
 * indexes (PostgreSQL heap-only tuples). `due_at` is set while a text still has to be submitted and null after,
 * so claiming a text touches no index and the partial indexes stay as small as the backlog.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table server_state (key text primary key, value text not null)`,

  `create table instances (id uuid primary key, started_at timestamptz not null)`,

  `create table api_keys (
    id text primary key,
    hash bytea not null,
    mode text not null check (mode in ('test', 'live')),
    name text not null,
    scopes text[] not null,
    last4 text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
  )`,

  `create table messages (
    id uuid primary key,
    mode text not null,
    direction text not null,
    status text not null,
    "from" text not null,
    "to" text not null,
    contact text not null,
    body text not null,
    purpose text not null default 'text',
    message_type text not null,
    on_ambiguous text not null default 'default',
    encoding text not null,
    segments smallint not null,
    segments_delivered smallint not null default 0,
    country text,
    smsc_id text,
    due_at timestamptz,
    expires_at timestamptz,
    claimed_by uuid,
    claimed_at timestamptz,
    attempts smallint not null default 0,
    retries smallint not null default 0,
    ambiguous boolean not null default false,
    sequence smallint not null default 1,
    hold_reason text,
    error jsonb,
    receipt text,
    late boolean not null default false,
    status_callback text,
    client_ref text,
    metadata jsonb,
    warnings jsonb not null default '[]',
    api_key_id text,
    in_reply_to uuid,
    intent jsonb,
    created_at timestamptz not null,
    status_updated_at timestamptz not null,
    sent_at timestamptz,
    delivered_at timestamptz
  ) with (fillfactor = 75)`,
  `create index messages_listed on messages (mode, id)`,
  `create index messages_of_contact on messages (mode, contact, id)`,
  `create index messages_open on messages (mode, id) where due_at is not null`,
  `create index messages_due on messages (due_at) where due_at is not null`,

  // One row per submit_sm that the carrier accepted: what a receipt is matched against.
  `create table segments (
    message_id uuid not null,
    part smallint not null,
    attempt smallint not null,
    smsc_id text not null,
    carrier_id text not null,
    state text not null default 'sent',
    receipt text,
    receipt_due_at timestamptz,
    created_at timestamptz not null,
    primary key (message_id, part, attempt)
  ) with (fillfactor = 75)`,
  `create index segments_of_carrier on segments (smsc_id, carrier_id)`,
  `create index segments_awaiting on segments (receipt_due_at) where receipt_due_at is not null`,

  // Receipts that came before the answer to their submit_sm.
  `create table early_receipts (
    id bigint generated always as identity primary key,
    smsc_id text not null,
    carrier_id text not null,
    receipt jsonb not null,
    received_at timestamptz not null
  )`,

  // Readers go by (txid, id) and stop below the oldest running transaction: an identity alone would skip
  // an event whose transaction commits after a later one.
  `create table events (
    txid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    type text not null,
    mode text not null,
    message_id uuid,
    sequence smallint not null,
    data jsonb not null,
    created_at timestamptz not null,
    primary key (txid, id)
  )`,
  `create index events_of_message on events (message_id)`,

  `create table cursors (name text primary key, txid xid8 not null, id bigint not null)`,

  `create table idempotency_keys (
    api_key_id text not null,
    path text not null,
    key text not null,
    fingerprint bytea not null,
    verdict json not null,
    created_at timestamptz not null,
    primary key (api_key_id, path, key)
  )`,
  `create index idempotency_keys_by_age on idempotency_keys (created_at)`,

  `create table opt_outs (
    mode text not null,
    number text not null,
    opted_out_at timestamptz not null,
    source text not null,
    keyword text,
    message_id uuid,
    primary key (mode, number)
  )`,
  `create table consent_events (
    id bigint generated always as identity primary key,
    mode text not null,
    number text not null,
    action text not null,
    source text not null,
    evidence jsonb not null,
    occurred_at timestamptz not null
  )`,

  `create table webhook_endpoints (
    id text primary key,
    mode text not null,
    url text not null,
    event_types text[] not null,
    description text,
    enabled boolean not null default true,
    secret bytea not null,
    created_at timestamptz not null
  )`,
  // endpoint_id null = the status_callback of one message.
  `create table webhook_deliveries (
    id uuid primary key,
    endpoint_id text,
    mode text not null,
    url text not null,
    event_type text not null,
    message_id uuid,
    payload text not null,
    state text not null default 'pending',
    attempts smallint not null default 0,
    next_attempt_at timestamptz not null,
    last_status smallint,
    last_error text,
    created_at timestamptz not null
  )`,
  `create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where state = 'pending'`,
];
