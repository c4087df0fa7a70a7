import { csvOf } from './csv.ts';
import type { Answer, Call } from './handlers.ts';
import { type ListOptions, readPage } from './list.ts';

/** A list as a table. */
export interface TableOptions<Row> extends ListOptions<Row> {
  /** Without the extension. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly view: (row: Row) => Readonly<Record<string, unknown>>;
}

/** Whether a list is wanted as a table: the query says so, else the Accept header (RFC 9110 §12.5.1). */
export function wantsTable({ query, headers }: Pick<Call, 'query' | 'headers'>): boolean {
  const format = query?.['format'];
  if (format !== undefined) return format === 'csv';
  const accepted = (headers.accept ?? '').split(',').map((one) => one.split(';')[0]?.trim().toLowerCase());
  return accepted.includes('text/csv') && !accepted.includes('application/json');
}

/** The whole list in one file, not page by page; a longer one goes on where Link says. */
export async function answerTable<Row>(options: TableOptions<Row>): Promise<Answer> {
  const read = await readPage({ ...options, filters: { ...options.filters, format: 'csv' } }, TABLE_ROWS_MAX);
  if (!read.ok) return read;
  const { rows, link } = read.value;
  return {
    status: 200,
    body: Buffer.from(csvOf(options.columns, rows.map(options.view))),
    headers: {
      ...link,
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${options.file}.csv"`,
    },
  };
}

export const TABLE_ROWS_MAX = 50_000;
