import { pino } from 'pino';
import type pg from 'pg';
import { laneOf } from '../../server/messages/lane.ts';
import { openSendQueue } from '../../server/queue/send-queue.ts';
import { openDatabase } from '../../server/store/database.ts';
import { startEmbeddedPostgres } from '../../server/store/embedded-postgres.ts';
import { TEXT } from './round.ts';

/** Of SMPP_URL's carrier. */
const CARRIER = 'default';

/**
 * Puts queued live texts into the database of a server that does not run, each accepted by a call of its own: one job
 * for each text. They are a thousandth of a second apart and stay valid for a day.
 */
export async function seedBacklog(dataDir: string, texts: number): Promise<void> {
  const log = pino({ level: 'silent' });
  const embedded = await startEmbeddedPostgres({ dataDir, log });
  const database = openDatabase(embedded.connection, () => undefined);
  const { pool, joiningPool, afterCommit } = database;
  const queue = await openSendQueue({ pool, joiningPool, redisUrl: null, afterCommit, log });
  const lane = laneOf(CARRIER, 'normal');
  try {
    await pool.query(INSERT_TEXTS, [texts, TEXT]);
    // One job of the queue itself is the pattern for all others, whatever its columns are.
    await queue.announce(lane, ['00000000-0000-7000-8000-000000000000']);
    await insertJobs(pool, lane);
    await pool.query('vacuum analyze messages');
    await pool.query('vacuum analyze bullmq.job');
  } finally {
    await queue.close();
    await database.close();
    await embedded.stop();
  }
}

/** Numbers are reserved ones; ids are those of version 7. */
const INSERT_TEXTS = `
  insert into messages (id, mode, direction, status, "from", "to", contact, body, message_type, encoding, segments,
    country, smsc_id, due_at, expires_at, created_at, status_updated_at, api_key_id)
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(i), 15, '0'))::uuid,
    'live', 'outbound', 'queued', 'Acme', number, number, $2, 'transactional', 'GSM-7', 1,
    'US', '${CARRIER}', at + interval '1 day', at + interval '1 day', at, at,
    (select id from api_keys where mode = 'live' limit 1)
  from (select i, date_trunc('milliseconds', now()) - ($1::integer - i) * interval '1 millisecond' as at,
    '+1415555' || lpad((i % 100)::text, 4, '0') as number from generate_series(1, $1::integer) as i) as numbered
  order by i`;

async function insertJobs(pool: pg.Pool, lane: string): Promise<void> {
  const { rows } = await pool.query<{ column: string }>(
    `select quote_ident(column_name) as column from information_schema.columns
      where table_schema = 'bullmq' and table_name = 'job'`,
  );
  const columns = rows.map(({ column }) => column);
  const changed = new Map([
    ['id', `'seeded-' || m.id`],
    ['seq', `nextval('bullmq.job_seq')`],
    ['data', `jsonb_build_object('ids', jsonb_build_array(m.id))`],
  ]);
  const values = columns.map((column) => changed.get(column) ?? `pattern.${column}`);
  await pool.query(
    `insert into bullmq.job (${columns.join(', ')}) select ${values.join(', ')}
      from (select id from messages order by id) as m, bullmq.job as pattern where pattern.queue = $1`,
    [lane],
  );
}
