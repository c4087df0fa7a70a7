import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

describe('a fresh database', () => {
  test('is migrated and empty', async () => {
    const database = await freshDatabase();
    expect(await database.query({ text: 'select count(*)::int as count from messages', values: [] })).toEqual([
      { count: 0 },
    ]);
  });

  test('is seen by nobody else', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    await one.query({ text: 'create table mine ()', values: [] });
    const tables = { text: `select 1 from pg_tables where tablename = 'mine'`, values: [] };
    expect(await one.query(tables)).toHaveLength(1);
    expect(await other.query(tables)).toHaveLength(0);
  });

  test('is gone when it is disposed of', async () => {
    const watcher = await freshDatabase();
    let name: string;
    {
      await using database = await freshDatabase();
      name = database.connection.database;
      expect(await databases()).toContain(name);
    }
    await until(async () => !(await databases()).includes(name));

    async function databases() {
      const rows = await watcher.query<{ datname: string }>({
        text: 'select datname from pg_database',
        values: [],
      });
      return rows.map((row) => row.datname);
    }
  });

  test('may be closed by the test itself', async () => {
    const database = await freshDatabase();
    await database.close();
    await database.close();
    await expect(database.query({ text: 'select 1', values: [] })).rejects.toThrow();
  });
});
