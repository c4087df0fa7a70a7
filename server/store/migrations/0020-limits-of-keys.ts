import { type Kysely, sql } from 'kysely';

/** What a key may be used for beyond its scopes, how it was used, and the key that it replaced. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Empty lists and nulls limit nothing. rate_limit: texts per minute; daily_cap: texts per day of UTC.
  `alter table api_keys
    add column allowed_ips text[] not null default '{}',
    add column allowed_countries text[] not null default '{}',
    add column sender_ids text[] not null default '{}',
    add column rate_limit integer,
    add column daily_cap integer,
    add column created_by text,
    add column paused_at timestamptz,
    add column pause_reason text,
    add column last_used_at timestamptz,
    add column last_used_ip text,
    add column previous_hash bytea,
    add column previous_until timestamptz`,

  // Only keys with a daily_cap are counted.
  `create table api_key_days (
    api_key_id text not null,
    day date not null,
    texts integer not null,
    primary key (api_key_id, day)
  )`,
];
