import { randomUUID } from 'node:crypto';

/** An answer of the stand-in; `raw` in place of JSON. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler throws to refuse. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: Answer;
  constructor(
    status: number,
    category: string,
    message: string,
    more: object = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    const json = { status: 'error', message, correlationId: randomUUID(), category, ...more };
    this.answer = { status, json, headers };
  }
}

export const invalid = (message: string, errors: readonly object[] = []) =>
  new Refusal(400, 'VALIDATION_ERROR', message, errors.length > 0 ? { errors } : {});

export const notFound = (message = 'resource not found') => new Refusal(404, 'OBJECT_NOT_FOUND', message);

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
