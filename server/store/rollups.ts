import type { RollupPart, RollupStep } from '../rules/rollup-parts.ts';
import type { Mode } from '../rules/message.ts';
import { columnValues } from './columns.ts';
import type { Database } from './database.ts';

export interface RollupRow {
  readonly mode: Mode;
  readonly step: RollupStep;
  readonly dimension: string;
  readonly at: Date;
  readonly value: string;
  /** A name, or the class of a duration: `delivery:12`. */
  readonly metric: string;
  readonly count: number;
}

/** What takes time. */
export type Duration = 'delivery' | 'submit';

const place = { mode: 'text', step: 'text', dimension: 'text', at: 'timestamptz', value: 'text', metric: 'text' };
const columns = { ...place, count: 'bigint' };
const timesColumns = { ...place, counts: 'text' };
const KEY = Object.keys(place).join(', ');
const arraysOf = (types: Readonly<Record<string, string>>) =>
  Object.values(types)
    .map((type, index) => `$${index + 1}::${type}[]`)
    .join(', ');

/** Each row at most once, and all in one order, so that nobody who writes the same ones can lock up with us. */
export async function addToRollups(database: Database, rows: readonly RollupRow[]): Promise<void> {
  const plain = rows.filter((row) => !isDuration(row));
  if (plain.length > 0) {
    await database.query({
      name: 'add-to-rollups',
      text: `insert into rollups (${KEY}, count) select * from unnest(${arraysOf(columns)})
        on conflict (${KEY}) do update set count = rollups.count + excluded.count`,
      values: columnValues(Object.keys(columns), columns, plain),
    });
  }
  const times = timesOf(rows.filter(isDuration));
  if (times.length === 0) return;
  await database.query({
    name: 'add-to-rollup-times',
    text: `insert into rollup_times (${KEY}, counts)
      select ${KEY}, counts::integer[] from unnest(${arraysOf(timesColumns)}) as added (${KEY}, counts)
      on conflict (${KEY}) do update set counts = array(
        select coalesce(one, 0) + coalesce(other, 0)
        from unnest(rollup_times.counts, excluded.counts) with ordinality as both_of (one, other, class) order by class)`,
    values: columnValues(Object.keys(timesColumns), timesColumns, times),
  });
}

const isDuration = ({ metric }: RollupRow) => /^(delivery|submit):/.test(metric);

interface TimesRow extends Omit<RollupRow, 'count'> {
  /** As PostgreSQL writes an array. */
  readonly counts: string;
}

/** All classes of one duration in one row. */
function timesOf(rows: readonly RollupRow[]): TimesRow[] {
  const durations = Map.groupBy(rows, ({ mode, step, dimension, at, value, metric }) =>
    [mode, step, dimension, at.getTime(), value, metric.split(':')[0]].join('\0'),
  );
  return [...durations.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const classes = own.map(({ metric, count }) => [Number(metric.split(':')[1]), count] as const);
    const counts = Array.from({ length: Math.max(...classes.map(([place]) => place)) + 1 }, () => 0);
    for (const [place, count] of classes) counts[place] = count;
    return { ...first, metric: first.metric.split(':')[0] ?? '', counts: `{${counts.join(',')}}` };
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
  readonly parts: readonly RollupPart[];
}

export interface Sum {
  readonly value: string;
  readonly metric: string;
  readonly count: number;
}

/** `offset 0` keeps the parts outermost: each is one stretch of the index, whatever the planner thinks of the rest. */
const partsOf = (table: string, column: string) => `
  unnest($3::text[], $4::timestamptz[], $5::timestamptz[]) as part (step, start, stop)
    cross join lateral (select value, metric, ${column} from ${table} as r
      where r.mode = $1 and r.dimension = $2 and r.step = part.step and r.at >= start and r.at < stop offset 0) as stored`;
const WANTED = `($6::text is null or value = $6) and ($7::text is null or starts_with(value, $7))`;

const valuesOf = ({ mode, dimension, parts, value, prefix }: RollupQuery) => [
  mode,
  dimension,
  parts.map(({ step }) => step),
  parts.map(({ from }) => from),
  parts.map(({ to }) => to),
  value ?? null,
  prefix ?? null,
];

/** Sums over a time, without durations. */
export async function sumRollups(database: Database, query: RollupQuery): Promise<Sum[]> {
  const rows = await database.query<{ value: string; metric: string; count: string }>({
    name: 'sum-rollups',
    text: `select value, metric, sum(count) as count from ${partsOf('rollups', 'count')}
      where ${WANTED} group by value, metric`,
    values: valuesOf(query),
  });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

export interface TimesSum {
  readonly value: string;
  readonly metric: Duration;
  /** How many fell into each class, the shortest first. */
  readonly classes: readonly number[];
}

export async function sumRollupTimes(database: Database, query: RollupQuery): Promise<TimesSum[]> {
  const rows = await database.query<{ value: string; metric: Duration; counts: string }>({
    name: 'sum-rollup-times',
    text: `select value, metric, array_agg(count order by class)::text as counts from (
        select value, metric, class, sum(count) as count from ${partsOf('rollup_times', 'counts')}
          cross join unnest(counts) with ordinality as one (count, class)
        where ${WANTED} group by value, metric, class) as classes
      group by value, metric`,
    values: valuesOf(query),
  });
  return rows.map(({ value, metric, counts }) => ({ value, metric, classes: numbersOf(counts) }));
}

/** An array as PostgreSQL writes it. */
const numbersOf = (text: string) => text.slice(1, -1).split(',').map(Number);

export interface SeriesQuery {
  readonly mode: Mode;
  readonly step: 'hour' | 'day';
  readonly from: Date;
  readonly to: Date;
}

export type Point = Omit<Sum, 'value'> & { readonly at: Date };

/** By hour or by day, in the order of time, without durations. */
export async function rollupSeries(database: Database, { mode, step, from, to }: SeriesQuery): Promise<Point[]> {
  const rows = await database.query<{ at: Date; metric: string; count: string }>({
    name: 'rollup-series',
    text: `select at, metric, count from rollups
      where mode = $1 and step = $2 and dimension = 'total' and at >= $3 and at < $4 order by at`,
    values: [mode, step, from, to],
  });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

export async function rollupTimesSeries(
  database: Database,
  { mode, step, from, to }: SeriesQuery,
  duration: Duration,
): Promise<(Omit<TimesSum, 'value'> & { readonly at: Date })[]> {
  const rows = await database.query<{ at: Date; counts: string }>({
    name: 'rollup-times-series',
    text: `select at, counts::text from rollup_times
      where mode = $1 and step = $2 and dimension = 'total' and at >= $3 and at < $4 and metric = $5 order by at`,
    values: [mode, step, from, to, duration],
  });
  return rows.map(({ at, counts }) => ({ at, metric: duration, classes: numbersOf(counts) }));
}
