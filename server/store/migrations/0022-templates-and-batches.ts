import { type Kysely, sql } from 'kysely';

/** Texts made of templates, texts that come in hundreds, and what comes with a text for reports. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Nothing here is changed by a status change, so none of it turns one into a write to the indexes.
  `alter table messages
    add column batch_id text,
    add column campaign_id text,
    add column tags jsonb,
    add column template jsonb,
    add column send_window jsonb,
    add column priority text,
    add column on_failure jsonb`,
  `create index messages_of_batch on messages (batch_id, id) where batch_id is not null`,
  `create index messages_of_campaign on messages (mode, campaign_id, id) where campaign_id is not null`,
  `create table message_tags (
    mode text not null,
    tag text not null,
    message_id uuid not null,
    primary key (mode, tag, message_id)
  )`,
  `create index message_tags_of_message on message_tags (message_id)`,

  `create table templates (
    id text primary key,
    mode text not null,
    name text not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
  )`,
  `create unique index templates_by_name on templates (mode, name) where deleted_at is null`,
  `create index templates_listed on templates (mode, created_at, id) where deleted_at is null`,
  // Never changed: a text that was made of a version can always be explained by it.
  `create table template_versions (
    template_id text not null references templates,
    version integer not null,
    body text not null,
    created_at timestamptz not null,
    primary key (template_id, version)
  )`,

  // due_at: when it is looked at next whether all its texts are done; null = they are.
  `create table batches (
    id text primary key,
    mode text not null,
    status text not null,
    total integer not null,
    rejected integer not null,
    duplicates integer not null,
    rate_per_minute integer,
    api_key_id text not null,
    created_at timestamptz not null,
    completed_at timestamptz,
    due_at timestamptz
  )`,
  `create index batches_due on batches (due_at) where due_at is not null`,
  `create index batches_by_age on batches (created_at)`,
];
