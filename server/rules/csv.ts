/** A table as people export it from a spreadsheet (RFC 4180), strictly: what is not clear is a fault, with its place. */
export type Csv =
  | { readonly ok: true; readonly rows: readonly CsvRow[] }
  | { readonly ok: false; readonly line: number; readonly message: string };

export interface CsvRow {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export const CSV_LIMITS = { characters: 1_000_000, rows: 10_001, columns: 100, cell: 10_000 } as const;

/**
 * Reads comma or semicolon separated values: spreadsheets of half of Europe write the latter, so the first line
 * decides. Empty lines are left out, and so is a byte order mark.
 */
export function parseCsv(file: string): Csv {
  if (file.length > CSV_LIMITS.characters) return fault(1, `has more than ${CSV_LIMITS.characters} characters`);
  const text = file.replace(/^\uFEFF/, '');
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  for (let at = 0, line = 1; at < text.length;) {
    const row = readRow(text, at, line, separator);
    if ('message' in row) return row;
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push({ line, cells: row.cells });
    if (rows.length > CSV_LIMITS.rows) return fault(line, `has more than ${CSV_LIMITS.rows} rows`);
    at = row.end;
    line = row.nextLine;
  }
  return { ok: true, rows };
}

/** The first of the two that stands outside a quotation in the first line. */
function separatorOf(text: string): ',' | ';' {
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === ',' || character === ';') return character;
    else if (character === '\n' || character === '\r') break;
  }
  return ',';
}

interface Row {
  readonly cells: string[];
  /** After its line break. */
  readonly end: number;
  readonly nextLine: number;
}

function readRow(text: string, start: number, firstLine: number, separator: string) {
  const cells: string[] = [];
  let line = firstLine;
  for (let at = start; ;) {
    const cell = text[at] === '"' ? quoted(text, at) : plain(text, at, separator);
    if (cell === null) return fault(line, 'begins a quotation that does not end');
    line += lineBreaks(text.slice(at, cell.end));
    if (cell.value.length > CSV_LIMITS.cell)
      return fault(line, `has a cell of more than ${CSV_LIMITS.cell} characters`);
    cells.push(cell.value);
    if (cells.length > CSV_LIMITS.columns) return fault(line, `has more than ${CSV_LIMITS.columns} columns`);
    const next = text[cell.end];
    if (next === separator) at = cell.end + 1;
    else if (next === undefined) return { cells, end: text.length, nextLine: line } satisfies Row;
    else if (next === '\n') return { cells, end: cell.end + 1, nextLine: line + 1 } satisfies Row;
    else if (next === '\r') {
      return { cells, end: cell.end + (text[cell.end + 1] === '\n' ? 2 : 1), nextLine: line + 1 } satisfies Row;
    } else return fault(line, 'has something between a quotation and the next cell');
  }
}

interface Cell {
  readonly value: string;
  readonly end: number;
}

/** Null: it has no end. */
function quoted(text: string, start: number): Cell | null {
  let value = '';
  for (let at = start + 1; ;) {
    const end = text.indexOf('"', at);
    if (end < 0) return null;
    value += text.slice(at, end);
    if (text[end + 1] !== '"') return { value, end: end + 1 };
    value += '"';
    at = end + 2;
  }
}

function plain(text: string, start: number, separator: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
  return { value: text.slice(start, end).trim(), end };
}

const lineBreaks = (text: string) => text.match(/\r\n|\n|\r/g)?.length ?? 0;

const fault = (line: number, message: string) => ({ ok: false, line, message }) as const;
