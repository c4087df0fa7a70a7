import { INSTALL_STATE_TABLE } from '../../seam/install-states.ts';
import { TASK_TABLES } from '../../seam/tasks.ts';

/** The tables of the schema `slack`, in the order in which they came. */
export const MIGRATIONS = {
  '0001-tasks': [...TASK_TABLES],
  '0002-threads': [
    // One conversation while it is open. The root is null until Slack has said what its ts is.
    `create table threads (
      id uuid primary key,
      conversation_id text not null,
      mode text not null,
      channel text not null,
      root_ts text,
      our_number text not null,
      contact_number text not null,
      contact_name text,
      country text,
      owner text,
      first_text text not null,
      state text not null default 'open',
      assignee text,
      snoozed_until timestamptz,
      is_opted_out boolean not null default false,
      last_inbound_at timestamptz,
      last_outcome text,
      last_outcome_at timestamptz,
      seen_ts text,
      version integer not null default 0,
      created_at timestamptz not null,
      resolved_at timestamptz,
      checked_at timestamptz not null
    )`,
    `create unique index threads_open on threads (conversation_id) where state <> 'resolved'`,
    `create unique index threads_root on threads (channel, root_ts)`,
    `create index threads_of_contact on threads (contact_number) where state <> 'resolved'`,
    // What agents wrote in threads, and what became of it.
    `create table replies (
      channel text not null,
      ts text not null,
      thread_id uuid not null references threads on delete cascade,
      author text not null,
      text text not null,
      state text not null,
      reason text,
      send_at timestamptz,
      schedule_for timestamptz,
      asked_at timestamptz,
      correction text,
      message_id text,
      created_at timestamptz not null,
      primary key (channel, ts)
    )`,
    `create index replies_of_thread on replies (thread_id, state)`,
    // What the app has posted below the root, to take the words out of it one day.
    `create table posts (
      channel text not null,
      ts text not null,
      thread_id uuid not null references threads on delete cascade,
      primary key (channel, ts)
    )`,
    `create index posts_of_thread on posts (thread_id)`,
    // Who decided what, for as long as the thread is kept. Never the words, only their hash.
    `create table audit (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      actor text not null,
      action text not null,
      thread_id uuid not null references threads on delete cascade,
      ts text,
      text_sha256 text
    )`,
  ],
  '0003-workspaces': [
    INSTALL_STATE_TABLE,
    // Tokens are sealed under a sub-key of SECRET_KEY. A generation is one token.
    `create table installations (
      id text primary key,
      name text not null,
      bot_user text not null,
      scopes text[] not null,
      state text not null default 'active',
      notice text,
      catch_all text,
      access_token bytea,
      refresh_token bytea,
      expires_at timestamptz,
      generation integer not null default 1,
      installed_at timestamptz not null
    )`,
    // A private channel that is shared gets another id; ours stays, because texts were sent under keys that name it.
    `create table channels (
      id text primary key,
      current_id text not null unique,
      installation text not null,
      name text not null,
      state text not null default 'open',
      is_shared boolean not null default false,
      updated_at timestamptz not null
    )`,
    // Why something was held, and what was overridden.
    `alter table audit add column reason text`,
    `create index threads_of_channel on threads (channel) where state <> 'resolved'`,
    `create index posts_by_age on posts (ts)`,
  ],
  '0004-entry-points': [
    // The first text that nobody has answered; null = nobody waits.
    'alter table threads add column waiting_since timestamptz',
    'alter table threads add column permalink text',
    `update threads set waiting_since = last_inbound_at where state <> 'resolved' and not exists
       (select 1 from replies where thread_id = threads.id and asked_at > last_inbound_at)`,
    // Written in a dialog: the app shows it below the root, with what becomes of it.
    'alter table replies add column view text',
    'alter table replies add column shown_ts text',
    'alter table replies add column outcome text',
    'create unique index replies_of_view on replies (view) where view is not null',
    // What each person sees on the Home tab.
    `create table homes (
      team text not null,
      user_id text not null,
      list text not null default 'mine',
      page integer not null default 0,
      hash text,
      digest text,
      seen_at timestamptz not null,
      primary key (team, user_id)
    )`,
    'create index homes_seen on homes (seen_at)',
  ],
  '0005-flow': [
    // What waits for its thread in a channel, listed in one message.
    `create table digests (
      id uuid primary key,
      channel text not null,
      ts text,
      since timestamptz not null,
      ended_at timestamptz
    )`,
    `create unique index digests_open on digests (channel) where ended_at is null`,
    `create index digests_posted on digests (channel, ts)`,
    // What other systems have sent to the contact of a thread, shown there once.
    `create table told_texts (
      message_id text not null,
      thread_id uuid not null references threads on delete cascade,
      told_at timestamptz not null,
      is_answer boolean not null,
      primary key (thread_id, message_id)
    )`,
    // Where workflows want the answers to their texts.
    `create table reply_places (
      our_number text not null,
      contact_number text not null,
      channel text not null,
      set_at timestamptz not null,
      primary key (our_number, contact_number)
    )`,
    `create index reply_places_of_contact on reply_places (contact_number)`,
  ],
  '0006-changes': [
    // Before a reply leaves, its deletion and its edits are looked for among what Slack has told.
    `create index tasks_changing on tasks
       ((coalesce(payload #>> '{event,deleted_ts}', payload #>> '{event,message,ts}'))) where kind = 'event'`,
    // An opt-out, and its end, is known in resolved threads, too.
    'create index threads_by_contact on threads (contact_number)',
    // What contacts wrote, among what the app has posted.
    'alter table posts add column is_text boolean not null default false',
  ],
} as const;
