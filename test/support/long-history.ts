import type { Database } from '../../server/store/database.ts';

/** The history ends here, and covers as many days whatever its size. Numbers are reserved ones. */
export const HISTORY_END = new Date(Date.UTC(2026, 10, 20));
export const HISTORY_DAYS = 396;

/** One text in twenty is with this number; with the other one there are about sixty. */
export const BUSY_NUMBER = '+14155559999';
export const QUIET_NUMBER = '+14155559998';
/** One text in ten has this tag; about sixty texts have the other one. */
export const BUSY_TAG = 'order';
export const QUIET_TAG = 'vip';
export const SENDER = '+15005550101';
export const CAMPAIGN = 'week-20';

/**
 * Fills an empty database with a history of `texts` texts (10,000 or more) as years of sending leave it: tags, and
 * errors included. Indexes are made afterwards, and nothing is logged for a crash: it is to be thrown away.
 */
export async function fillHistory(database: Database, texts: number): Promise<void> {
  const run = runOn(database);
  const tables = ['messages', 'message_tags'];
  for (const table of tables) await run(`alter table ${table} set unlogged`);
  const indexes = await database.query<{ name: string; definition: string }>({ text: SECONDARY_INDEXES, values: [] });
  for (const { name } of indexes) await run(`drop index ${name}`);
  await run(INSERT_TEXTS, [texts, HISTORY_END, `${HISTORY_DAYS} days`]);
  await run(INSERT_TAGS);
  for (const { definition } of indexes) await run(definition);
  for (const table of tables) await run(`vacuum analyze ${table}`);
}

/** The figures of such a history, as many as they would be. */
export async function fillFigures(database: Database, texts: number): Promise<void> {
  const run = runOn(database);
  const tables = ['rollups', 'rollup_times'];
  for (const table of tables) await run(`alter table ${table} set unlogged`);
  for (const [step, hours] of [
    ['hour', 1],
    ['day', 24],
    ['month', 30 * 24],
  ] as const) {
    const spread = [(texts / (HISTORY_DAYS * 24)) * hours, HISTORY_END, `${HISTORY_DAYS} days`, step, hours];
    for (const insert of [INSERT_COUNTS, INSERT_TIMES]) await run(insert, spread);
  }
  for (const table of tables) await run(`vacuum analyze ${table}`);
}

const runOn =
  (database: Database) =>
  async (text: string, values: readonly unknown[] = []): Promise<void> =>
    void (await database.query({ text, values }));

const SECONDARY_INDEXES = `
  select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
  where indrelid in ('messages'::regclass, 'message_tags'::regclass) and not indisprimary`;

/** Ids are those of version 7, so that they are in the order of time. */
const INSERT_TEXTS = `
  insert into messages (id, mode, direction, status, "from", "to", contact, body, message_type, encoding, segments,
    country, smsc_id, created_at, status_updated_at, sent_at, delivered_at, error, client_ref, campaign_id, tags)
  select
    (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(i), 15, '0'))::uuid,
    'live', case when inbound then 'inbound' else 'outbound' end,
    case when inbound then 'received' when failed then 'undelivered' else 'delivered' end,
    case when inbound then contact else ours end, case when inbound then ours else contact end, contact,
    'Your order has been shipped and is on its way. It will be with you on Friday.', 'transactional', 'GSM-7', 1,
    'US', 'a', at, at, case when not inbound then at end, case when not (inbound or failed) then at end,
    case when failed then '{"code": "INVALID_NUMBER", "class": "suppress", "message": "No."}'::jsonb end,
    'ref-' || i, case when i % 2 = 0 then 'week-' || (extract(epoch from $2 - at) / 604800)::int end,
    case when i % 10 = 1 then '["${BUSY_TAG}"]'::jsonb when rare and not inbound then '["${QUIET_TAG}"]'::jsonb end
  from (
    select i, at, i % 10 = 0 as inbound, i % 50 = 3 and i % 10 <> 0 as failed, i % ($1::int / 60) = 17 as rare,
      '+1500555' || lpad((100 + i % 19)::text, 4, '0') as ours,
      case when i % 20 = 7 or i % 100 = 40 then '${BUSY_NUMBER}' when i % ($1::int / 60) = 17 then '${QUIET_NUMBER}'
        else '+1415555' || lpad((i % 9001)::text, 4, '0') end as contact
    from (select i, date_trunc('milliseconds', $2::timestamptz - ($1::int - i) * ($3::interval / $1::int)) as at
      from generate_series(1, $1::int) as i) as numbered
  ) as texts
  order by i`;

const INSERT_TAGS = `
  insert into message_tags (mode, tag, message_id)
  select mode, tag, id from messages, jsonb_array_elements_text(tags) as tag where tags is not null
  order by mode, tag, id`;

/**
 * The figures of each hour, day or month as there would be: each group has its share of the texts, and its durations fall
 * into up to 60 classes of delivery and 20 of submitting. $1: texts in a step, $4: the step, $5: its hours.
 */
const STEPS = `
  (select n, date_trunc($4, $2::timestamptz - $3::interval, 'UTC') + n * ('1 ' || $4)::interval as at
    from generate_series(0, (extract(epoch from $3::interval) / 3600)::int / $5::int - 1) as n) as steps
  cross join (
    select 'total' as dimension, '' as name, 1.0 as share
    union all values ('country', 'US', 0.8), ('country', 'GB', 0.1), ('country', 'DE', 0.1),
      ('smsc', 'a', 0.5), ('smsc', 'b', 0.5), ('tag', '${BUSY_TAG}', 0.1), ('tag', '${QUIET_TAG}', 0.001),
      ('message_type', 'transactional', 0.9), ('message_type', 'otp', 0.1), ('campaign', '', 0.5)
    union all select 'sender', '+1500555' || lpad((100 + i)::text, 4, '0'), 1.0 / 19 from generate_series(0, 18) as i
  ) as groups_of_step
  cross join lateral (select case dimension when 'campaign' then 'week-' || (n * $5 / 168) else name end as value) as named`;
/** A group with less than one text in a step has one in every few of them. */
const HAS_TEXTS = `n % greatest(1, round(1 / ($1::float * share)))::int = 0`;

const INSERT_COUNTS = `
  insert into rollups (mode, step, dimension, at, value, metric, count)
  select 'live', $4, dimension, at, value, metric, greatest(1, $1::float * share / parts)::bigint
  from ${STEPS}
    cross join (values ('messages', 1), ('sent', 1), ('segments', 1), ('delivered', 1), ('undelivered', 50),
      ('error:INVALID_NUMBER', 50), ('replies', 10), ('opt_outs', 500)) as metrics (metric, parts)
  where ${HAS_TEXTS}`;

const INSERT_TIMES = `
  insert into rollup_times (mode, step, dimension, at, value, metric, counts)
  select 'live', $4, dimension, at, value, metric,
    array(select case when place >= first and place - first < least(classes, ceil($1::float * share))
      then greatest(1, $1::float * share / classes)::int else 0 end from generate_series(0, first + classes - 1) as place)
  from ${STEPS}
    cross join (values ('delivery', 10, 60), ('submit', 0, 20)) as metrics (metric, first, classes)
  where ${HAS_TEXTS}`;
