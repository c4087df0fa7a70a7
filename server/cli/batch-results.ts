import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { parseCsv } from '../rules/csv.ts';
import { UsageError } from './exit-codes.ts';

export interface BatchResult {
  readonly line: number;
  readonly to: string;
  readonly key: string;
  /** That of the text, or `refused`. */
  readonly status: string;
  readonly message_id: string;
  /** The code and what it says; empty when the text was accepted. */
  readonly error: string;
}

export interface BatchResults {
  /** Keys of what an earlier run has handed over. */
  readonly done: ReadonlySet<string>;
  add(result: BatchResult): void;
}

/** The file beside the table that says what became of each line: what it lists as accepted is not sent again. */
export function openResults(file: string): BatchResults {
  const done = existsSync(file) ? accepted(file) : new Set<string>();
  const append = (cells: readonly string[]) => write(file, `${cells.map(cell).join(',')}\n`);
  if (!existsSync(file) || statSync(file).size === 0) append(COLUMNS);
  return { done, add: (result) => append(COLUMNS.map((name) => String(result[name]))) };
}

const COLUMNS = ['line', 'to', 'status', 'message_id', 'error', 'key'] as const satisfies (keyof BatchResult)[];

function accepted(file: string): Set<string> {
  const csv = parseCsv(readFileSync(file, 'utf8'));
  const [head, ...rows] = csv.ok ? csv.rows : [];
  if (head && head.cells.join() !== COLUMNS.join()) {
    throw new UsageError(`${file} is no list of results; name another with --results.`);
  }
  // A line that was cut off when the program was stopped says nothing: its text is sent again under its key.
  const whole = rows.filter(({ cells }) => cells.length === COLUMNS.length && cells[2] !== REFUSED);
  return new Set(whole.flatMap(({ cells }) => cells.slice(-1)));
}

export const REFUSED = 'refused';

function write(file: string, text: string): void {
  try {
    appendFileSync(file, text, { mode: 0o600 });
  } catch {
    throw new UsageError(`${file} cannot be written.`);
  }
}

const cell = (value: string) => (/[",;\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
