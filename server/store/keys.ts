import type { Database } from './database.ts';
import type { ApiKeyRow } from './schema.ts';

export async function insertKey(database: Database, row: ApiKeyRow): Promise<void> {
  await database.kysely.insertInto('api_keys').values(row).execute();
}

export async function keyById(database: Database, id: string): Promise<ApiKeyRow | null> {
  const rows = await database.query<ApiKeyRow>({
    name: 'key_by_id',
    text: 'select * from api_keys where id = $1',
    values: [id],
  });
  return rows[0] ?? null;
}

/** Holds off other makers of keys until the end of the transaction, and tells whether there is any key yet. */
export async function lockAndCountKeys(database: Database): Promise<number> {
  await database.query({ text: 'lock table api_keys in share row exclusive mode', values: [] });
  const rows = await database.query<{ count: string }>({ text: 'select count(*) from api_keys', values: [] });
  return Number(rows[0]?.count ?? 0);
}
