import { createHash } from 'node:crypto';
import type { SendText } from '../../connectors/sdk/index.ts';
import { parseCsv } from '../rules/csv.ts';
import type { SheetFault } from './sender-sheet.ts';

/** One line of the table, ready to be sent. */
export interface BatchLine {
  /** In the file, from 1. */
  readonly line: number;
  readonly text: SendText;
  /** The Idempotency-Key: the same text of the same run has the same one, wherever it stands. */
  readonly key: string;
}

export type BatchSheet =
  | { readonly ok: true; readonly lines: readonly BatchLine[] }
  | { readonly ok: false; readonly faults: readonly SheetFault[] };

/**
 * Reads a table of texts: `to`, and `body` where `shared` has neither a text nor a template; `from`, `topic` and
 * `client_ref` are what they are for every text, and every other column is a variable of that name. `run` names what is
 * to be sent once: the same texts under another name are meant to be sent again.
 */
export function readBatchSheet(content: string, shared: Partial<SendText>, run: string): BatchSheet {
  const csv = parseCsv(content);
  if (!csv.ok) return { ok: false, faults: [{ line: csv.line, column: null, message: csv.message }] };
  const [head, ...rows] = csv.rows;
  const columns = head?.cells.map((name) => name.trim()) ?? [];
  const hasText = typeof shared.body === 'string' || typeof shared.template_id === 'string';
  const missing = ['to', ...(hasText ? [] : ['body'])].filter((name) => !columns.includes(name));
  const repeated = columns.filter((name, index) => columns.indexOf(name) !== index);
  const faults: SheetFault[] = [
    ...missing.map((column) => ({ line: 1, column, message: 'is missing in the first line' })),
    ...repeated.map((column) => ({ line: 1, column, message: 'is there twice' })),
    ...(rows.length === 0 ? [{ line: 1, column: null, message: 'must have lines after it' }] : []),
    ...rows
      .filter(({ cells }) => cells.length !== columns.length)
      .map(({ line, cells }) => ({ line, column: null, message: `has ${cells.length} cells, not ${columns.length}` })),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const texts = rows.map(({ line, cells }) => ({ line, text: { ...shared, ...textOf(columns, cells) } }));
  return { ok: true, lines: withKeys(run, texts) };
}

const FIELDS: ReadonlySet<string> = new Set(['to', 'body', 'from', 'topic', 'client_ref']);

function textOf(columns: readonly string[], cells: readonly string[]): SendText {
  const filled = columns.flatMap((name, index) => (cells[index] ? [[name, cells[index]] as const] : []));
  const variables = filled.filter(([name]) => !FIELDS.has(name));
  return {
    to: '',
    ...Object.fromEntries(filled.filter(([name]) => FIELDS.has(name))),
    ...(variables.length > 0 ? { variables: Object.fromEntries(variables) } : {}),
  };
}

/**
 * A file that is run again after a line was mended or put in must not send the others twice, so a key depends on the
 * text and not on its place; who stands in the file twice gets it twice.
 */
function withKeys(run: string, texts: readonly Omit<BatchLine, 'key'>[]): BatchLine[] {
  const times = new Map<string, number>();
  return texts.map(({ line, text }) => {
    const words = JSON.stringify([run, text]);
    const time = (times.get(words) ?? 0) + 1;
    times.set(words, time);
    return { line, text, key: `batch-${createHash('sha256').update(`${time} ${words}`).digest('base64url')}` };
  });
}
