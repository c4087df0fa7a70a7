import type { z } from 'zod';
import { optOutImportBody } from './contract-consents.ts';
import type { Call } from './handlers.ts';
import { readNumber, readNumbers } from './numbers.ts';
import { readOptOutSheet } from './opt-out-sheet.ts';
import { type Parsed, parse } from './parse.ts';
import { invalid } from './problem.ts';

/** One number that is to be opted out, in E.164. */
export interface OptOutEntry {
  readonly number: string;
  readonly topic: string | undefined;
  readonly source: NonNullable<z.output<typeof optOutImportBody>['source']>;
  readonly reason: string | undefined;
  readonly occurred_at: string | undefined;
}

export interface OptOutImport {
  readonly received: number;
  /** Each number once for a topic. */
  readonly entries: readonly OptOutEntry[];
  readonly faults: readonly { readonly index: number; readonly line?: number; readonly message: string }[];
}

/** An import as JSON or as a table. What is no number is named and keeps no other back. */
export function readOptOutImport(
  { json, csv }: Pick<Call, 'json' | 'csv'>,
  defaultCountry: string | null,
  now: Date,
): Parsed<OptOutImport> {
  return csv === undefined ? ofJson(json, defaultCountry, now) : ofTable(csv, defaultCountry, now);
}

function ofJson(json: unknown, defaultCountry: string | null, now: Date): Parsed<OptOutImport> {
  const parsed = parse(optOutImportBody, json);
  if (!parsed.ok) return parsed;
  const { numbers: texts, topic, source = 'import', reason, occurred_at } = parsed.value;
  if (isAfter(occurred_at, now)) return { ok: false, fault: invalid('occurred_at', IN_FUTURE) };
  const { numbers, invalid: faults } = readNumbers(texts, defaultCountry);
  const entries = numbers.map((number) => ({ number, topic, source, reason, occurred_at }));
  return { ok: true, value: { received: texts.length, entries, faults } };
}

function ofTable(csv: string, defaultCountry: string | null, now: Date): Parsed<OptOutImport> {
  const sheet = readOptOutSheet(csv);
  if (!sheet.ok) return sheet;
  const entries = new Map<string, OptOutEntry>();
  const faults = [...sheet.value.faults];
  for (const { index, line, number, ...said } of sheet.value.entries) {
    const read = readNumber(number, defaultCountry);
    if (!read.ok) faults.push({ index, line, message: read.fault.detail });
    else if (isAfter(said.occurred_at, now)) faults.push({ index, line, message: `opted_out_at ${IN_FUTURE}.` });
    else entries.set(`${read.number} ${said.topic ?? '*'}`, { ...said, number: read.number, source: 'import' });
  }
  const named = faults.toSorted((a, b) => a.index - b.index).slice(0, FAULTS_MAX);
  return { ok: true, value: { received: sheet.value.received, entries: [...entries.values()], faults: named } };
}

const isAfter = (time: string | undefined, now: Date) => time !== undefined && new Date(time) > now;
const IN_FUTURE = 'must not be in the future';
const FAULTS_MAX = 1_000;
