import { appendFileSync, existsSync } from 'node:fs';
import { parseCsv } from '../rules/csv.ts';
import { contentOf } from './client.ts';
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
  if (!existsSync(file)) append(COLUMNS);
  // Behind a line that was cut off.
  else if (!contentOf(file).endsWith('\n')) write(file, '\n');
  return { done, add: (result) => append(COLUMNS.map((name) => String(result[name]))) };
}

const COLUMNS = ['line', 'to', 'status', 'message_id', 'error', 'key'] as const satisfies (keyof BatchResult)[];

function accepted(file: string): Set<string> {
  const [head, ...lines] = contentOf(file).split('\n');
  if (head !== COLUMNS.join()) throw new UsageError(`${file} is no list of results; name another with --results.`);
  // A line that was cut off when the program was stopped says nothing: its text is sent again under its key.
  return new Set(
    lines.flatMap((line) => {
      const csv = parseCsv(line);
      const cells = csv.ok ? (csv.rows[0]?.cells ?? []) : [];
      return cells.length === COLUMNS.length && cells[2] !== REFUSED ? cells.slice(-1) : [];
    }),
  );
}

export const REFUSED = 'refused';

function write(file: string, text: string): void {
  try {
    appendFileSync(file, text, { mode: 0o600 });
  } catch {
    throw new UsageError(`${file} cannot be written.`);
  }
}

/** One line for one text: the file is read line by line, for it may become longer than a table may be. */
function cell(value: string): string {
  const words = value.replaceAll(/[\r\n]+/g, ' ');
  return /[",;]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
}
