import type { z } from 'zod';
import type { Fault, FieldError } from './problem.ts';

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Fault };

/** Checks what came from outside against the contract. Every fault is named, the first one is the headline. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): Parsed<z.output<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  const errors = result.error.issues.slice(0, ERRORS_MAX).map((issue) => fieldError(issue, input));
  return { ok: false, fault: invalidFields(errors) };
}

export function invalidFields(errors: readonly FieldError[]): Fault {
  const first = errors[0] ?? { param: 'body', message: 'is not valid' };
  return { code: 'INVALID_REQUEST', detail: `${first.param} ${first.message}.`, param: first.param, errors };
}

/** Names from outside are repeated in answers: short and well-formed. */
export function shownName(name: string): string {
  return name.slice(0, 60).toWellFormed();
}

const ERRORS_MAX = 20;

type Issue = z.core.$ZodIssue;

function fieldError(issue: Issue, input: unknown): FieldError {
  if (issue.code === 'unrecognized_keys')
    return { param: shownName(issue.keys[0] ?? ''), message: 'is not known here' };
  const param = issue.path.map((part) => shownName(String(part))).join('.') || 'body';
  return { param, message: isAbsent(input, issue.path) ? 'is required' : sentence(issue) };
}

function sentence(issue: Issue): string {
  if (issue.code === 'invalid_type') return `must be ${article(issue.expected)}`;
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'invalid_key') return `has a key that ${issue.issues[0]?.message ?? 'is not valid'}`;
  if (issue.code === 'invalid_format' && issue.format === 'datetime') return 'must be RFC 3339 with an offset';
  return issue.message;
}

function article(type: string): string {
  if (type === 'int') return 'a whole number';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function isAbsent(input: unknown, path: readonly PropertyKey[]): boolean {
  let value: unknown = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return true;
    value = Reflect.get(value, part);
  }
  return value === undefined;
}
