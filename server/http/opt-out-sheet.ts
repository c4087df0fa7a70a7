import { z } from 'zod';
import { type CsvRow, parseCsv } from '../rules/csv.ts';
import { IMPORT_MAX, optOutImportBody } from './contract-consents.ts';
import { type Parsed, parse } from './parse.ts';
import { invalid } from './problem.ts';

/** One line of an import, its number as it was written. */
export interface SheetEntry {
  readonly index: number;
  readonly line: number;
  readonly number: string;
  readonly topic: string | undefined;
  readonly reason: string | undefined;
  readonly occurred_at: string | undefined;
}

export interface SheetFault {
  readonly index: number;
  readonly line: number;
  readonly message: string;
}

export interface OptOutSheet {
  readonly received: number;
  readonly entries: readonly SheetEntry[];
  readonly faults: readonly SheetFault[];
}

/**
 * Reads a table of opt-outs, for instance one that was exported here. Columns of people's own are none of our business;
 * a line that cannot be read is named and keeps no other back.
 */
export function readOptOutSheet(file: string): Parsed<OptOutSheet> {
  const csv = parseCsv(file);
  if (!csv.ok) return refused(`has a fault in line ${csv.line}: it ${csv.message}`);
  const [head, ...rows] = csv.rows;
  const columns = head?.cells.map((name) => name.trim().toLowerCase()) ?? [];
  if (!columns.includes('number')) return refused('must have a first line that names the columns, one of them number');
  if (rows.length === 0 || rows.length > IMPORT_MAX) return refused(`must have 1 to ${IMPORT_MAX} lines of numbers`);
  const read = rows.map((row, index) => readEntry(row, columns, index));
  return {
    ok: true,
    value: {
      received: rows.length,
      entries: read.flatMap((one) => ('message' in one ? [] : [one])),
      faults: read.flatMap((one) => ('message' in one ? [one] : [])),
    },
  };
}

const refused = (message: string) => ({ ok: false, fault: invalid('body', message) }) as const;

const { topic, reason, occurred_at } = optOutImportBody.shape;
const lineSchema = z.object({ number: z.string().min(1).max(64), topic, reason, opted_out_at: occurred_at });

function readEntry({ line, cells }: CsvRow, columns: readonly string[], index: number): SheetEntry | SheetFault {
  const filled = columns
    .map((name, at) => [name, unguarded(cells[at] ?? '')] as const)
    .filter(([, cell]) => cell !== '');
  const parsed = parse(lineSchema, Object.fromEntries(filled));
  if (!parsed.ok) return { index, line, message: parsed.fault.detail };
  const { number, opted_out_at, ...rest } = parsed.value;
  return { index, line, number, topic: rest.topic, reason: rest.reason, occurred_at: opted_out_at };
}

/** Without the apostrophe that keeps spreadsheets from computing a cell. */
const unguarded = (cell: string) => cell.replace(/^'(?=[=+\-@])/, '');
