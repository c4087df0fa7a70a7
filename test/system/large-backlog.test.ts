import { expect, test } from 'vitest';
import { openSendQueue } from '../../server/queue/send-queue.ts';
import type { Message } from '../../server/rules/message.ts';
import { oldestUnfinished } from '../../server/store/due.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { newId } from '../support/http-api.ts';
import { sampleMessage } from '../support/sample-message.ts';

/** Whatever is asked again and again while nothing can be sent may not cost more when more texts wait. */

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 12);

async function store(database: FreshDatabase, hoursAgo: number, changes: Partial<Message>): Promise<void> {
  const at = NOW - hoursAgo * HOUR_MS;
  const created = { id: newId(at), created_at: new Date(at), due_at: new Date(NOW + HOUR_MS) };
  await insertMessages(database, [{ ...sampleMessage({ ...created, ...changes }), api_key_id: null }]);
}

/** So many queued texts, and as many before them that have ended. */
async function backlog(database: FreshDatabase, texts: number): Promise<void> {
  await database.pool.query(
    `insert into messages (id, mode, direction, status, "from", "to", contact, body, message_type, encoding, segments,
        due_at, created_at, status_updated_at)
      select lpad(to_hex(i), 32, '0')::uuid, 'live', 'outbound', 'queued', 'Acme', '+14155550123', '+14155550123', 'x',
        'transactional', 'GSM-7', 1, case when i > $1 then now() end, now(), now() from generate_series(1, 2 * $1::integer) as i`,
    [texts],
  );
  await database.pool.query('analyze messages');
}

/** The kinds of steps in which PostgreSQL takes up rows. */
async function scansOf(database: FreshDatabase, statement: string): Promise<string[]> {
  const { rows } = await database.pool.query<Record<string, string>>(`explain ${statement}`);
  return rows.map((row) => String(row['QUERY PLAN'])).filter((line) => /Scan/.test(line));
}

test('the oldest unfinished text is found in both modes, and finished ones do not count', async () => {
  const database = await freshDatabase();
  expect(await oldestUnfinished(database)).toBeNull();
  await store(database, 9, { mode: 'live', status: 'delivered', due_at: null });
  await store(database, 2, { mode: 'live', status: 'queued' });
  await store(database, 1, { mode: 'live', status: 'queued' });
  expect(await oldestUnfinished(database)).toEqual(new Date(NOW - 2 * HOUR_MS));
  await store(database, 3, { mode: 'test', status: 'queued' });
  expect(await oldestUnfinished(database)).toEqual(new Date(NOW - 3 * HOUR_MS));
});

test('a text that waits for its receipt counts from when it was sent', async () => {
  const database = await freshDatabase();
  await store(database, 2, { status: 'queued' });
  await database.pool.query(
    `insert into segments (message_id, part, attempt, smsc_id, carrier_id, receipt_due_at, created_at)
      values ($1, 1, 1, 'default', 'a', now(), $2)`,
    [newId(), new Date(NOW - 5 * HOUR_MS)],
  );
  expect(await oldestUnfinished(database)).toEqual(new Date(NOW - 5 * HOUR_MS));
});

test('a backlog is not read to find its oldest text', async () => {
  const database = await freshDatabase();
  await backlog(database, 5_000);
  let asked = '';
  await oldestUnfinished({
    ...database,
    query({ text }) {
      asked = text;
      return Promise.resolve([]);
    },
  });
  const scans = await scansOf(database, asked);
  expect(scans.filter((scan) => scan.includes('on messages'))).toEqual([
    expect.stringContaining('Index Scan using messages_open'),
    expect.stringContaining('Index Scan using messages_open'),
  ]);
});

test('the depth of a lane is counted to ten of a kind, and stalled jobs are found by an index', async () => {
  const database = await freshDatabase();
  const { pool, joiningPool, afterCommit } = database;
  const log = { warn: () => undefined };
  const queue = await openSendQueue({ pool, joiningPool, redisUrl: null, afterCommit, log });
  for (let job = 1; job <= 9; job += 1) await queue.announce('send.a.normal', [newId()]);
  expect(await queue.depth('send.a.normal')).toBe(9);
  for (let job = 10; job <= 15; job += 1) await queue.announce('send.a.normal', [newId()]);
  expect([await queue.depth('send.a.normal'), await queue.depth('send.b.normal')]).toEqual([10, 0]);
  await pool.query(`insert into bullmq.job (queue, id, seq, name, state, added_at_ms)
    select 'send.a.normal', 'x' || i, i, 'send', 'waiting', 0 from generate_series(1, 5000) as i`);
  await pool.query('analyze bullmq.job');
  const marked = `update bullmq.job set stalled_marked = false where queue = 'send.a.normal' and stalled_marked`;
  expect(await scansOf(database, marked)).toEqual([expect.stringContaining('smsbridge_stalled')]);
  await queue.close();
});
