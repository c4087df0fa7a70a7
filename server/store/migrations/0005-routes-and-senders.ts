import { type Kysely, sql } from 'kysely';

/** Routing by rules, and the senders that an organisation owns. Both belong to one mode, like everything with a key. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The carriers that have refused a text: a failover never goes back to one of them.
  `alter table messages add column tried text[]`,
  // One-time codes that are still ours to send: found at once, however large the campaign is that they are to overtake.
  `create index messages_open_otp on messages (mode, id) where due_at is not null and message_type = 'otp'`,

  `create table routes (
    id text primary key,
    mode text not null,
    priority integer not null,
    smsc_id text not null,
    prefixes text[] not null,
    countries text[] not null,
    networks text[] not null,
    senders text[] not null,
    message_types text[] not null,
    weight integer not null,
    cost text,
    created_at timestamptz not null
  )`,

  `create table senders (
    id text primary key,
    mode text not null,
    value text not null,
    type text not null,
    countries text[] not null,
    purpose text[] not null,
    mps real,
    registration jsonb,
    smsc_ids text[] not null,
    opt_out_managed_by text not null,
    created_at timestamptz not null,
    unique (mode, value)
  )`,

  `create table sender_pools (
    id text primary key,
    mode text not null,
    name text not null,
    sender_ids text[] not null,
    is_default boolean not null,
    created_at timestamptz not null,
    unique (mode, name)
  )`,
  `create unique index sender_pools_default on sender_pools (mode) where is_default`,
];
