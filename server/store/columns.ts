import type { Statement } from './database.ts';

/**
 * A multi-row INSERT that is the same statement for any number of rows: one array per column, unfolded by
 * `unnest`, so PostgreSQL prepares it once per connection.
 */
export function multiInsert<Row extends object>(
  table: string,
  columns: Readonly<Record<string, string>>,
  tail = '',
): (rows: readonly Row[]) => Statement {
  const names = Object.keys(columns);
  const arrays = names.map((name, index) => `$${index + 1}::${columns[name]}[]`);
  const quoted = names.map((name) => `"${name}"`).join(', ');
  const text = `insert into ${table} (${quoted}) select * from unnest(${arrays.join(', ')}) ${tail}`;
  return (rows) => ({ name: `insert_${table}`, text, values: columnValues(names, columns, rows) });
}

/** The rows turned into one array per column. Values of json columns are written as JSON. */
export function columnValues<Row extends object>(
  names: readonly string[],
  columns: Readonly<Record<string, string>>,
  rows: readonly Row[],
): unknown[][] {
  return names.map((name) => {
    const isJson = columns[name] === 'jsonb' || columns[name] === 'json';
    return rows.map((row) => {
      const value = (row as Readonly<Record<string, unknown>>)[name] ?? null;
      return isJson && value !== null ? JSON.stringify(value) : value;
    });
  });
}
