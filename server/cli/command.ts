import type { parseArgs } from 'node:util';
import type { Output } from './output.ts';

/** What a command line may begin with. */
export interface Command {
  /** One line for the overview. */
  readonly summary: string;
  /** How it is called, what it does, one example. */
  readonly help: string;
  /** Beside those of every command. */
  readonly options: readonly OptionName[];
  /** Answers the exit code. */
  run(args: Arguments, out: Output): Promise<number>;
}

export interface Arguments {
  readonly values: Values;
  /** What is left behind the name of the command. */
  readonly positionals: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The options of all commands: one name means the same everywhere. */
export const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  url: { type: 'string' },
  'key-file': { type: 'string' },
  timeout: { type: 'string' },
  after: { type: 'string' },
  body: { type: 'string' },
  ca: { type: 'string' },
  'client-ref': { type: 'string' },
  count: { type: 'string' },
  'dry-run': { type: 'boolean' },
  event: { type: 'string', multiple: true },
  evidence: { type: 'string' },
  forward: { type: 'string' },
  from: { type: 'string' },
  'idempotency-key': { type: 'string' },
  insecure: { type: 'boolean' },
  mode: { type: 'string' },
  out: { type: 'string' },
  overlap: { type: 'string' },
  preset: { type: 'string' },
  reason: { type: 'string' },
  results: { type: 'string' },
  source: { type: 'string' },
  tag: { type: 'string', multiple: true },
  template: { type: 'string' },
  topic: { type: 'string' },
  type: { type: 'string' },
  watch: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const satisfies NonNullable<Parameters<typeof parseArgs>[0]>['options'];

export type OptionName = keyof typeof OPTIONS;
export type Values = Readonly<ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']>;

/** Those of every command. */
export const GLOBAL: readonly OptionName[] = ['help', 'json', 'url', 'key-file', 'timeout'];
