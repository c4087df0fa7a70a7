import { type Kysely, sql } from 'kysely';

/** Figures by hour and by day, so that no question about them reads the texts themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // One row per hour (and day), kind of group, group and figure. dimension: total, country, sender … value: which one.
  `create table rollups (
    mode text not null,
    step text not null,
    dimension text not null,
    at timestamptz not null,
    value text not null,
    metric text not null,
    count bigint not null,
    primary key (mode, step, dimension, at, value, metric)
  ) with (fillfactor = 75)`,
  // Texts that had an answer: only the first one counts.
  `create table rollup_replies (message_id uuid primary key, at timestamptz not null)`,
  `create index rollup_replies_by_age on rollup_replies (at)`,
];
