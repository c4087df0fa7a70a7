import type { Mode } from '../rules/message.ts';
import { columnValues } from './columns.ts';
import type { Database } from './database.ts';

export interface RollupRow {
  readonly mode: Mode;
  readonly step: 'hour' | 'day';
  readonly dimension: string;
  readonly at: Date;
  readonly value: string;
  readonly metric: string;
  readonly count: number;
}

const columns = {
  mode: 'text',
  step: 'text',
  dimension: 'text',
  at: 'timestamptz',
  value: 'text',
  metric: 'text',
  count: 'bigint',
};
const names = Object.keys(columns);
const arrays = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`);

/** Each row at most once. */
export async function addToRollups(database: Database, rows: readonly RollupRow[]): Promise<void> {
  if (rows.length === 0) return;
  await database.query({
    name: 'add-to-rollups',
    text: `insert into rollups (${names.join(', ')}) select * from unnest(${arrays.join(', ')})
      on conflict (mode, step, dimension, at, value, metric) do update set count = rollups.count + excluded.count`,
    values: columnValues(names, columns, rows),
  });
}

/** Those of the texts to which nothing had come back before. */
export async function noteReplies(database: Database, ids: readonly string[], at: Date): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await database.query<{ message_id: string }>({
    text: `insert into rollup_replies (message_id, at) select id, $2 from unnest($1::uuid[]) id
      on conflict do nothing returning message_id`,
    values: [ids, at],
  });
  return new Set(rows.map(({ message_id }) => message_id));
}

export async function forgetReplies(database: Database, before: Date): Promise<void> {
  await database.query({ text: 'delete from rollup_replies where at < $1', values: [before] });
}

export interface RollupQuery {
  readonly mode: Mode;
  readonly dimension: string;
  /** Only this group. */
  readonly value?: string | undefined;
  /** Only groups that begin so. */
  readonly prefix?: string | undefined;
  /** Whole hours. */
  readonly from: Date;
  readonly to: Date;
}

export interface Sum {
  readonly value: string;
  readonly metric: string;
  readonly count: number;
}

const DAY_MS = 86_400_000;

/** Sums over a time; whole days (UTC) are read from the rows of days, so that a year is as quick as a week. */
export async function sumRollups(database: Database, query: RollupQuery): Promise<Sum[]> {
  const { mode, dimension, from, to, value = null, prefix = null } = query;
  const firstDay = new Date(Math.ceil(from.getTime() / DAY_MS) * DAY_MS);
  const lastDay = new Date(Math.max(firstDay.getTime(), Math.floor(to.getTime() / DAY_MS) * DAY_MS));
  const part = (step: string, start: string, end: string) => `select value, metric, count from rollups
    where mode = $1 and step = '${step}' and dimension = $2 and at >= ${start} and at < ${end}
      and ($7::text is null or value = $7) and ($8::text is null or starts_with(value, $8))`;
  const rows = await database.query<{ value: string; metric: string; count: string }>({
    name: 'sum-rollups',
    text: `select value, metric, sum(count) as count from (
        ${part('day', '$5', '$6')}
        union all ${part('hour', '$3', 'least($5::timestamptz, $4::timestamptz)')}
        union all ${part('hour', 'greatest($6::timestamptz, $3::timestamptz)', '$4')} and at >= $5
      ) part group by value, metric`,
    values: [mode, dimension, from, to, firstDay, lastDay, value, prefix],
  });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** By hour or by day. */
export async function rollupSeries(
  database: Database,
  { mode, from, to }: Omit<RollupQuery, 'dimension' | 'value' | 'prefix'>,
  step: 'hour' | 'day',
): Promise<(Omit<Sum, 'value'> & { readonly at: Date })[]> {
  const rows = await database.query<{ at: Date; metric: string; count: string }>({
    name: 'rollup-series',
    text: `select at, metric, count from rollups
      where mode = $1 and step = $2 and dimension = 'total' and at >= $3 and at < $4 order by at`,
    values: [mode, step, from, to],
  });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
