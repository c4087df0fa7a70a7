import { INSTALL_STATE_TABLE } from '../../seam/install-states.ts';
import { TASK_TABLES } from '../../seam/tasks.ts';

/** The tables of the schema `hubspot`, in the order in which they came. */
export const MIGRATIONS = {
  '0001-first': [
    ...TASK_TABLES,
    // Tokens are sealed under a sub-key of SECRET_KEY. A generation is one pair of tokens.
    `create table portals (
      portal_id bigint primary key,
      state text not null,
      hub_domain text not null,
      time_zone text,
      ui_domain text,
      scopes text[] not null,
      access_token bytea,
      refresh_token bytea,
      expires_at timestamptz,
      generation integer not null default 1,
      installed_by bigint,
      settings jsonb not null default '{}',
      notice text,
      installed_at timestamptz not null,
      updated_at timestamptz not null
    )`,
    INSTALL_STATE_TABLE,
    // A call of a workflow action: the same callback is one text, however often HubSpot calls.
    `create table actions (
      portal_id bigint not null,
      callback_id text not null,
      object_type text not null,
      object_id text not null,
      plan jsonb,
      answer jsonb,
      waits_until timestamptz,
      completed_at timestamptz,
      created_at timestamptz not null,
      primary key (portal_id, callback_id)
    )`,
    // Which text of ours belongs to which record.
    `create table sends (
      message_id uuid primary key,
      portal_id bigint not null,
      source text not null,
      callback_id text,
      rule_id uuid,
      object_type text not null,
      object_id text not null,
      contact_id text not null,
      owner_id text,
      our_number text not null,
      contact_number text not null,
      status text not null,
      status_sequence integer not null default 0,
      error text,
      segments integer not null default 1,
      created_at timestamptz not null
    )`,
    `create index sends_by_people on sends (our_number, contact_number, created_at desc)`,
    `create index sends_by_action on sends (portal_id, callback_id) where callback_id is not null`,
    // One open ticket for each pair of numbers. It is claimed here before HubSpot is asked to make it.
    `create table conversations (
      id uuid primary key,
      portal_id bigint not null,
      our_number text not null,
      contact_number text not null,
      contact_id text not null,
      state text not null,
      ticket_id text,
      closed_at timestamptz,
      created_at timestamptz not null
    )`,
    `create unique index conversations_open on conversations (portal_id, our_number, contact_number)
      where state in ('claimed', 'open')`,
    `create index conversations_by_ticket on conversations (portal_id, ticket_id) where ticket_id is not null`,
    `create table logs (
      portal_id bigint not null,
      message_id uuid not null,
      communication_id text not null,
      primary key (portal_id, message_id)
    )`,
    // HubSpot's search lags behind: who was found by a number is remembered.
    `create table people (
      portal_id bigint not null,
      number text not null,
      contact_id text not null,
      seen_at timestamptz not null,
      primary key (portal_id, number, contact_id)
    )`,
    `create index people_by_contact on people (portal_id, contact_id)`,
    // What we wrote last: an event with the same value is the echo of it.
    `create table consent_writes (
      portal_id bigint not null,
      contact_id text not null,
      value text not null,
      written_at timestamptz not null,
      primary key (portal_id, contact_id)
    )`,
    `create table stage_rules (
      id uuid primary key,
      portal_id bigint not null,
      definition jsonb not null,
      is_on boolean not null,
      paused_reason text,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`,
    `create index stage_rules_by_portal on stage_rules (portal_id)`,
    // A record is texted once for a stage and a day, whatever happens to it in between.
    `create table rule_hits (
      rule_id uuid not null references stage_rules on delete cascade,
      object_id text not null,
      stage text not null,
      day date not null,
      outcome text,
      detail text,
      occurred_at timestamptz not null,
      primary key (rule_id, object_id, stage, day)
    )`,
    `create index rule_hits_recent on rule_hits (rule_id, occurred_at)`,
  ],
  '0002-channels': [
    // What becomes of replies to one of our numbers. Without a row the settings of the account decide.
    `create table numbers (
      portal_id bigint not null,
      number text not null,
      mode text not null,
      inbox_id text,
      account_id text,
      is_authorized boolean not null default true,
      updated_at timestamptz not null,
      primary key (portal_id, number)
    )`,
    `create unique index numbers_by_account on numbers (portal_id, account_id) where account_id is not null`,
    `create index numbers_in_channel on numbers (number) where mode = 'channel'`,
    // The conversation of two numbers in an inbox, and the ticket that HubSpot made of it.
    `create table channel_threads (
      portal_id bigint not null,
      our_number text not null,
      contact_number text not null,
      thread_id text not null,
      ticket_id text,
      updated_at timestamptz not null,
      primary key (portal_id, our_number, contact_number)
    )`,
    // One text in an inbox. What we publish is known by our id first, what an agent wrote by that of HubSpot.
    `create table channel_messages (
      portal_id bigint not null,
      message_id uuid,
      channel_message_id text,
      direction text not null,
      contact_number text not null,
      told text,
      created_at timestamptz not null
    )`,
    `create unique index channel_messages_ours on channel_messages (portal_id, message_id) where message_id is not null`,
    `create unique index channel_messages_theirs on channel_messages (portal_id, channel_message_id)
      where channel_message_id is not null`,
    `create index channel_messages_by_contact on channel_messages (portal_id, contact_number)`,
    `create index channel_messages_old on channel_messages (created_at)`,
  ],
  '0003-digests': [
    // One record on the timeline for a conversation and a day, made anew with each text.
    `create table digests (
      id bigint generated always as identity primary key,
      portal_id bigint not null,
      our_number text not null,
      contact_number text not null,
      day date not null,
      communication_id text,
      unique (portal_id, our_number, contact_number, day)
    )`,
    `create table digest_texts (
      digest_id bigint not null references digests on delete cascade,
      message_id uuid not null,
      at timestamptz not null,
      primary key (digest_id, message_id)
    )`,
  ],
  '0004-handovers': [
    // What is about to be handed to the server as a text, before it is: the text then names it by its reference, which
    // stands for one text only.
    `create table handovers (
      ref text primary key,
      portal_id bigint not null,
      origin jsonb not null,
      message_id uuid,
      created_at timestamptz not null
    )`,
    `create index handovers_old on handovers (created_at)`,
  ],
  // One process asks for the next tokens of an account, and holds no connection meanwhile.
  '0005-renewals': ['alter table portals add column renewing_until timestamptz'],
  '0006-tickets': [
    // Each reply looks for the last conversation of two numbers, whatever became of it.
    `create index conversations_by_pair on conversations (portal_id, our_number, contact_number)`,
    `alter table conversations add column marked_at timestamptz`,
    // What our properties are called in an account that has others under their names.
    `alter table portals add column own_names jsonb not null default '{}'`,
    `create index tasks_given_up on tasks (done_at) where given_up`,
  ],
  // A rule may wait for its hours: what it texted within an hour is not what happened within it.
  '0007-rule-hours': [`alter table rule_hits add column ended_at timestamptz`],
  // When both sides were compared to the end.
  '0008-compared': ['alter table portals add column compared_at timestamptz'],
  '0009-many': [
    `update tasks set lane = 'object:many of ' || substr(lane, length('object:') + 1) where lane like 'object:%:contact:%'`,
    `update tasks set lane = 'consent:many of ' || split_part(lane, ':', 2) || ':' || split_part(lane, ':', 4)
      where lane like 'talk:%:consent:%'`,
  ],
  // What was put on a timeline is not repeated once nobody can ask for it again.
  '0010-aged-logs': [
    'alter table logs add column logged_at timestamptz not null default now()',
    'create index logs_old on logs (logged_at)',
  ],
} as const;
