import type { StoreSenderRulesBody } from '../../connectors/sdk/index.ts';
import { parseCsv } from '../rules/csv.ts';

export type SheetRule = StoreSenderRulesBody['rules'][number];

/** `column` is the name in the first line, or null when it is about the whole line. */
export interface SheetFault {
  readonly line: number;
  readonly column: string | null;
  readonly message: string;
}

/** `lines`: where each rule stands. */
export type Sheet =
  | { readonly ok: true; readonly rules: readonly SheetRule[]; readonly lines: readonly number[] }
  | { readonly ok: false; readonly faults: readonly SheetFault[] };

export const RULES_MAX = 300;

/** Reads a table of what countries want of senders. Every fault is told, with its line and column. */
export function readSenderSheet(file: string): Sheet {
  const csv = parseCsv(file);
  if (!csv.ok) return { ok: false, faults: [{ line: csv.line, column: null, message: csv.message }] };
  const [head, ...rows] = csv.rows;
  if (!head) return { ok: false, faults: [{ line: 1, column: null, message: 'is empty' }] };
  const columns = head.cells.map((name) => name.trim().toLowerCase());
  const faults = headFaults(head.line, columns);
  if (faults.length > 0) return { ok: false, faults };
  if (rows.length === 0 || rows.length > RULES_MAX) {
    return {
      ok: false,
      faults: [{ line: head.line, column: null, message: `must have 1 to ${RULES_MAX} lines after it` }],
    };
  }
  const read = rows.map(({ line, cells }) => readRule(line, columns, cells));
  const all = [...read.flatMap((one) => one.faults), ...repeated(read.map(({ line, rule }) => ({ line, rule })))];
  if (all.length > 0) return { ok: false, faults: all.toSorted((a, b) => a.line - b.line) };
  return { ok: true, rules: read.map(({ rule }) => rule), lines: read.map(({ line }) => line) };
}

const ALPHANUMERIC = ['yes', 'no', 'registration', 'recommended', 'unknown'] as const;
const NUMERIC = ['yes', 'no', 'overwritten', 'unknown'] as const;
const TRUTH: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  '1': true,
  no: false,
  false: false,
  '0': false,
};

/** A cell that cannot be read throws the sentence that says why; an empty one says nothing. */
const READERS = {
  country: (cell: string) => matching(cell.toUpperCase(), /^[A-Z]{2}$/, 'must be ISO 3166-1 alpha-2, for instance GB'),
  alphanumeric: (cell: string) => oneOf(cell, ALPHANUMERIC),
  numeric: (cell: string) => oneOf(cell, NUMERIC),
  dynamic: truth,
  two_way: truth,
  required_fields: (cell: string) => list(cell, /^\S{1,40}$/, 'must be names with a space between'),
  refused_numbers: (cell: string) => list(cell, /^\+\d{1,15}$/, 'must be beginnings like +336 with a space between'),
  source_url: (cell: string) => matching(cell, /^https?:\/\/\S+$/, 'must be a URL that begins with https://'),
  verified_on: (cell: string) => matching(cell, /^\d{4}-\d{2}-\d{2}$/, 'must be a day like 2026-11-20'),
} as const;

type Column = keyof typeof READERS;
const REQUIRED: readonly Column[] = ['country', 'alphanumeric'];
const isColumn = (name: string): name is Column => Object.hasOwn(READERS, name);

function headFaults(line: number, columns: readonly string[]): SheetFault[] {
  const known = Object.keys(READERS).join(', ');
  const unknown = columns.filter((name) => !isColumn(name));
  const twice = columns.filter((name, index) => columns.indexOf(name) !== index);
  const missing = REQUIRED.filter((name) => !columns.includes(name));
  return [
    ...unknown.map((column) => ({ line, column, message: `is no column; there are ${known}` })),
    ...twice.map((column) => ({ line, column, message: 'is there twice' })),
    ...missing.map((column) => ({ line, column, message: 'is missing' })),
  ];
}

function readRule(line: number, columns: readonly string[], cells: readonly string[]) {
  const faults: SheetFault[] = [];
  const values: Partial<Record<Column, unknown>> = {};
  if (cells.length !== columns.length) {
    const message = `has ${cells.length} cells where the first line has ${columns.length}`;
    faults.push({ line, column: null, message });
  }
  for (const [index, column] of columns.entries()) {
    const cell = (cells[index] ?? '').trim();
    if (!isColumn(column) || cells.length !== columns.length) continue;
    try {
      if (cell !== '') values[column] = READERS[column](cell);
      else if (REQUIRED.includes(column)) faults.push({ line, column, message: 'must not be empty' });
    } catch (thrown) {
      faults.push({ line, column, message: thrown instanceof Unreadable ? thrown.message : 'cannot be read' });
    }
  }
  // Each value is what the reader of its column makes, and the required ones are there or there is a fault.
  return { line, faults, rule: values as SheetRule };
}

function repeated(rules: readonly { readonly line: number; readonly rule: Partial<SheetRule> }[]): SheetFault[] {
  const first = new Map<string, number>();
  return rules.flatMap(({ line, rule: { country } }) => {
    if (country === undefined) return [];
    const before = first.get(country);
    if (before === undefined) first.set(country, line);
    return before === undefined ? [] : [{ line, column: 'country', message: `is in line ${before} already` }];
  });
}

class Unreadable extends Error {}

function matching(cell: string, pattern: RegExp, message: string): string {
  if (!pattern.test(cell) || cell.length > 500) throw new Unreadable(message);
  return cell;
}

function oneOf<Value extends string>(cell: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === cell.toLowerCase());
  if (found === undefined) throw new Unreadable(`must be one of: ${values.join(', ')}`);
  return found;
}

function truth(cell: string): boolean | null {
  if (cell.toLowerCase() === 'unknown') return null;
  const found = TRUTH[cell.toLowerCase()];
  if (found === undefined) throw new Unreadable('must be yes or no');
  return found;
}

function list(cell: string, pattern: RegExp, message: string): string[] {
  const items = cell.split(/[\s,;|]+/).filter((item) => item !== '');
  if (items.length > 20 || !items.every((item) => pattern.test(item))) throw new Unreadable(message);
  return items;
}
