import { type QueryExecutorProvider, sql } from 'kysely';

/**
 * What a question reads does not grow with the number of texts: texts that ended badly are found without reading the
 * others, and figures are kept by month too, with all durations of a group in one row. `counts`: how many durations fall
 * into each class, the shortest first.
 */
export async function up(db: QueryExecutorProvider): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // An index on the status itself would make every status change a write to all indexes.
  `create index messages_with_error on messages (mode, id) where error is not null`,
  `create table rollup_times (
    mode text not null,
    step text not null,
    dimension text not null,
    at timestamptz not null,
    value text not null,
    metric text not null,
    counts integer[] not null,
    primary key (mode, step, dimension, at, value, metric)
  ) with (fillfactor = 75)`,
  `insert into rollups (mode, step, dimension, at, value, metric, count)
    select mode, 'month', dimension, date_trunc('month', at, 'UTC'), value, metric, sum(count)
    from rollups where step = 'day' group by 1, 2, 3, 4, 5, 6`,
  `insert into rollup_times (mode, step, dimension, at, value, metric, counts)
    select mode, step, dimension, at, value, name,
      array(select coalesce(sum(one.count), 0)::integer from generate_series(0, max(class)) as place
        left join unnest(array_agg(class), array_agg(count)) as one (class, count) on one.class = place
        group by place order by place)
    from (select *, split_part(metric, ':', 1) as name, split_part(metric, ':', 2)::integer as class
      from rollups where metric like 'delivery:%' or metric like 'submit:%') as durations
    group by mode, step, dimension, at, value, name`,
  `delete from rollups where metric like 'delivery:%' or metric like 'submit:%'`,
];
