import type { Database } from '../../server/store/database.ts';

/** Where any of these words is written: every column of every table of the database that is not PostgreSQL's own. */
export async function tracesOf(database: Database, words: readonly string[]): Promise<string[]> {
  const tables = await database.query<{ table: string }>({
    text: `select format('%I.%I', table_schema, table_name) as table from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    values: [],
  });
  const found = await Promise.all(
    tables.flatMap(({ table }) =>
      words.map(async (word) => {
        // A whole row as text; octets stand in it as hex.
        const rows = await database.query({
          text: `select 1 from ${table} t where position($1 in t::text) > 0
            or position($2 in t::text) > 0 limit 1`,
          values: [word, Buffer.from(word).toString('hex')],
        });
        return rows.length > 0 ? [table.replace('public.', '')] : [];
      }),
    ),
  );
  return [...new Set(found.flat())].sort();
}
