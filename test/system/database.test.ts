import { describe, expect, test } from 'vitest';
import type { Database } from '../../server/store/database.ts';
import { claim, finish, type Finish } from '../../server/store/messages.ts';
import { finishDeliveries } from '../../server/store/webhooks.ts';
import { freshDatabase } from '../support/database.ts';

const noted = (database: Database, value: string) =>
  database.query({ text: 'insert into server_state (key, value) values ($1, $1)', values: [value] });
const notes = async (database: Database) =>
  (await database.query<{ key: string }>({ text: 'select key from server_state order by key', values: [] })).map(
    ({ key }) => key,
  );

describe('a transaction', () => {
  test('commits statements that were sent together', async () => {
    const database = await freshDatabase();
    await database.transaction(async () => {
      await Promise.all([noted(database, 'a'), noted(database, 'b')]);
      await noted(database, 'c');
    });
    expect(await notes(database)).toEqual(['a', 'b', 'c']);
  });

  test('rolls all of them back when one fails, and says which', async () => {
    const database = await freshDatabase();
    const failing = database.transaction(async () => {
      await Promise.all([noted(database, 'a'), noted(database, 'a'), noted(database, 'b')]);
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(await notes(database)).toEqual([]);
  });

  test('never counts as committed when the failure of a statement was swallowed', async () => {
    const database = await freshDatabase();
    const failing = database.transaction(async () => {
      await noted(database, 'a');
      await noted(database, 'a').catch(() => undefined);
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await notes(database)).toEqual([]);
  });

  test('refuses a statement that comes after its end: it would slip into a transaction of somebody else', async () => {
    const database = await freshDatabase();
    const late = await database.transaction(async () => {
      await noted(database, 'a');
      const { promise, resolve } = Promise.withResolvers<void>();
      return { resolve, statement: promise.then(() => noted(database, 'late')) };
    });
    late.resolve();
    await expect(late.statement).rejects.toThrow('after the end of its transaction');
    expect(await notes(database)).toEqual(['a']);
  });

  test('waits for the disk unless it says that it need not', async () => {
    const database = await freshDatabase();
    const setting = async () =>
      (
        await database.query<{ value: string }>({
          text: `select current_setting('synchronous_commit') as value`,
          values: [],
        })
      )[0];
    expect(await setting()).toEqual({ value: 'on' });
    expect(await database.transaction(setting)).toEqual({ value: 'on' });
    expect(await database.transaction(setting, 'relaxed')).toEqual({ value: 'off' });
    expect(await database.transaction(setting)).toEqual({ value: 'on' });
    expect(await setting()).toEqual({ value: 'on' });
  });
});

describe('the pools for libraries', () => {
  test('know which commits wait for the disk', async () => {
    const { joiningPool, relaxedPool } = await freshDatabase();
    const text = `select current_setting('synchronous_commit') as value, $1::text as given`;
    expect((await joiningPool.query(text, ['x'])).rows).toEqual([{ value: 'on', given: 'x' }]);
    expect((await relaxedPool.query(text, ['y'])).rows).toEqual([{ value: 'off', given: 'y' }]);
  });

  test('keep the statements of a library apart, and prepare each once', async () => {
    const { relaxedPool } = await freshDatabase();
    const client = await relaxedPool.connect();
    client.release();
    for (const given of ['x', 'y', 'z']) {
      expect((await relaxedPool.query('select $1::text as one', [given])).rows).toEqual([{ one: given }]);
      expect((await relaxedPool.query('select $1::text as two', [given])).rows).toEqual([{ two: given }]);
    }
    const { rows } = await relaxedPool.query('select statement from pg_prepared_statements order by 1');
    expect(rows).toEqual([{ statement: 'select $1::text as one' }, { statement: 'select $1::text as two' }]);
  });
});

describe('a plan that was made while a table was empty', () => {
  test('still goes by the ids when the table has grown', async () => {
    const database = await freshDatabase({ maxConnections: 1 });
    const ids = ['0199a000-0000-7000-8000-000000000001', '0199a000-0000-7000-8000-000000000002'];
    const now = new Date();
    const hot = async () => {
      await claim(database, ids, { id: 'default', mode: 'live' }, ids[0] ?? '', now);
      await finish(
        database,
        ids.map((id) => ended(id)),
        ids[0] ?? '',
        now,
      );
      await finishDeliveries(
        database,
        ids.map((id) => ({ id, state: 'delivered', retryAt: null, status: 200, error: null })),
      );
    };
    // A prepared statement settles on its plan with the sixth execution.
    for (let run = 0; run < 8; run++) await hot();
    await grow(database);
    const before = await rowsRead(database);
    await hot();
    const after = await rowsRead(database);
    expect(after - before).toBeLessThan(100);
  });
});

const ended = (id: string): Finish => ({
  id,
  attempts: 1,
  status: 'sent',
  due_at: null,
  smsc_id: 'default',
  ambiguous: false,
  retries: 0,
  hold_reason: null,
  error: null,
  sent_at: new Date(),
  tells: true,
});

async function grow(database: Database): Promise<void> {
  await database.query({
    text: `insert into messages (id, mode, direction, status, "from", "to", contact, body, message_type, encoding,
        segments, due_at, expires_at, created_at, status_updated_at)
      select gen_random_uuid(), 'live', 'outbound', 'queued', 'Acme', '+14155550123', '+14155550123', 'x', 'otp',
        'GSM-7', 1, now(), now(), now(), now() from generate_series(1, 3000)`,
    values: [],
  });
  await database.query({
    text: `insert into webhook_deliveries (id, mode, url, event_type, payload, next_attempt_at, created_at)
      select gen_random_uuid(), 'live', 'x', 'x', 'x', now(), now() from generate_series(1, 3000)`,
    values: [],
  });
}

/** Rows that statements have read so far, by index or not. PostgreSQL reports them once a session has been idle. */
async function rowsRead(database: Database): Promise<number> {
  await database.query({ text: 'select pg_stat_force_next_flush()', values: [] });
  const [row] = await database.query<{ count: string }>({
    text: `select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as count from pg_stat_user_tables
      where relname in ('messages', 'webhook_deliveries')`,
    values: [],
  });
  return Number(row?.count ?? 0);
}
