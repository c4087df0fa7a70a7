import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { SLOW_FILES } from './slow-files.ts';

/** What the product is to do, one sentence each: test/requirements.json. */
export interface Requirement {
  readonly id: string;
  readonly group: string;
  /** M must, S should, B beyond, N not a goal. */
  readonly priority: 'M' | 'S' | 'B' | 'N';
  readonly sentence: string;
}

/** Groups whose rows marked M or S each have a test, in the order in which they are reported. The others follow. */
export const PROVED_GROUPS = ['A', 'B', 'C', 'D', 'G', 'H', 'I'];

export const mustBeProved = ({ group, priority }: Requirement): boolean =>
  PROVED_GROUPS.includes(group) && (priority === 'M' || priority === 'S');

/** Not run for the report although they name rows: they take long, and quicker files prove the same rows. */
export const LEFT_OUT = [
  ...SLOW_FILES,
  'system/audit',
  'system/encoding',
  'system/http-batch-random',
  'system/http-routing',
  'system/http-sending',
  'system/http-webhook-deliveries',
  'system/keys-command',
  'system/pauses',
  'system/senders',
  'system/sweep',
];

const folder = dirname(import.meta.dirname);

export function readRequirements(): Requirement[] {
  return JSON.parse(readFileSync(join(folder, 'requirements.json'), 'utf8')) as Requirement[];
}

/** The ids that a name begins with: `R001 R002: …`. */
export function idsOf(name: string): string[] {
  return /^(?:R\d{3}[ ,:]*)+/.exec(name)?.[0].match(/R\d{3}/g) ?? [];
}

/** Files of tests below test/ with the ids that begin names in them, as they are written: nothing is run. */
export function idsByFile(): Map<string, string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.test.ts') && !file.includes('node_modules') && !file.startsWith('wire'),
  );
  const found = files.toSorted().map((file) => [relative('.', file), idsInside(file)] as const);
  return new Map(found.filter(([, ids]) => ids.length > 0));
}

function idsInside(file: string): string[] {
  const text = readFileSync(join(folder, file), 'utf8');
  const names = [...text.matchAll(/['"`](R\d{3}\b[^'"`\n]*)/g)];
  return [...new Set(names.flatMap(([, name = '']) => idsOf(name)))];
}
