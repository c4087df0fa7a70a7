import type { Database } from '../../server/store/database.ts';

/** The history ends here, and covers as many days whatever its size. Numbers are reserved ones. */
export const HISTORY_END = new Date(Date.UTC(2026, 10, 20));
export const HISTORY_DAYS = 396;

/** One text in a hundred is with this number; with each of QUIET_NUMBERS there are about sixty in every history. */
export const BUSY_NUMBER = '+14155559999';
export const QUIET_NUMBER = '+14155559998';
/** One text in ten has this tag; about sixty texts have the other one. */
export const BUSY_TAG = 'order';
export const QUIET_TAG = 'vip';
export const SENDER = '+15005550101';
export const CAMPAIGN = 'week-20';

/**
 * Fills an empty database with a history of `texts` texts (10,000 or more) as years of sending leave it: tags, errors
 * and figures included. Indexes are made afterwards, and nothing is logged for a crash: it is to be thrown away.
 */
export async function fillHistory(database: Database, texts: number): Promise<void> {
  const run = async (text: string, values: readonly unknown[] = []) => {
    const t0 = performance.now();
    await database.query({ text, values });
    console.log(((performance.now() - t0)/1000).toFixed(2), text.trim().slice(0, 90));
  };
  const tables = ['messages', 'message_tags', 'rollups'];
  for (const table of tables) await run(`alter table ${table} set unlogged`);
  const indexes = await database.query<{ name: string; definition: string }>({ text: SECONDARY_INDEXES, values: [] });
  for (const { name } of indexes) await run(`drop index ${name}`);
  await run(INSERT_TEXTS, [texts, HISTORY_END, `${HISTORY_DAYS} days`]);
  await run(INSERT_TAGS);
  for (const { definition } of indexes) await run(definition);
  await run('alter table rollups drop constraint rollups_pkey');
  await run(INSERT_HOURS, [texts / (HISTORY_DAYS * 24), HISTORY_END, `${HISTORY_DAYS} days`]);
  await run(INSERT_DAYS);
  await run('alter table rollups add primary key (mode, step, dimension, at, value, metric)');
  for (const table of tables) await run(`vacuum analyze ${table}`);
}

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
      case when i % 100 in (37, 40) then '${BUSY_NUMBER}' when i % ($1::int / 60) = 17 then '${QUIET_NUMBER}'
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
 * The figures of each hour, as many rows as there would be: each group has its share of the texts of an hour, and its
 * durations fall into up to 60 classes of delivery and 20 of submitting. $1: texts per hour.
 */
const INSERT_HOURS = `
  insert into rollups (mode, step, dimension, at, value, metric, count)
  select 'live', 'hour', dimension, at, value, metric, greatest(1, $1::float * share / parts)::bigint
  from (select n, $2::timestamptz - $3::interval + n * interval '1 hour' as at
      from generate_series(0, (extract(epoch from $3::interval) / 3600)::int - 1) as n) as hours
    cross join (
      select 'total' as dimension, '' as value, 1.0 as share
      union all values ('country', 'US', 0.8), ('country', 'GB', 0.1), ('country', 'DE', 0.1),
        ('smsc', 'a', 0.5), ('smsc', 'b', 0.5), ('tag', '${BUSY_TAG}', 0.1), ('tag', '${QUIET_TAG}', 0.001),
        ('message_type', 'transactional', 0.9), ('message_type', 'otp', 0.1), ('campaign', '', 0.5)
      union all select 'sender', '+1500555' || lpad((100 + i)::text, 4, '0'), 1.0 / 19 from generate_series(0, 18) as i
    ) as groups_of_hour (dimension, name, share)
    cross join lateral (select case dimension when 'campaign' then 'week-' || (n / 168) else name end as value) as named
    cross join lateral (
      values ('messages', 1), ('sent', 1), ('segments', 1), ('delivered', 1), ('undelivered', 50),
        ('error:INVALID_NUMBER', 50), ('replies', 10), ('opt_outs', 500)
      union all select 'delivery:' || (10 + i), 60 from generate_series(1, least(60, ceil($1 * share))::int) as i
      union all select 'submit:' || i, 20 from generate_series(1, least(20, ceil($1 * share))::int) as i
    ) as metrics (metric, parts)
  where n % greatest(1, round(1 / ($1 * share)))::int = 0`;

const INSERT_DAYS = `
  insert into rollups (mode, step, dimension, at, value, metric, count)
  select mode, 'day', dimension, date_trunc('day', at, 'UTC') as day, value, metric, sum(count)
  from rollups where step = 'hour' group by mode, dimension, day, value, metric`;
