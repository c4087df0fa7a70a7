import type { Refusal } from '../messages/accept-types.ts';
import { ERROR_CODES, type ErrorDefinition } from '../rules/error-codes.ts';

/** A refusal as HTTP answers it. */
export interface Fault extends Refusal {
  /** When it is not the usual one of the code: 405 and 415 are INVALID_REQUEST too. */
  readonly status?: number;
  readonly action?: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FieldError {
  readonly param: string;
  readonly message: string;
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The problem document of a fault (RFC 9457 §3.1); the type is where the code is explained. */
export function problem(fault: Fault, requestId: string): ProblemAnswer {
  const definition: ErrorDefinition = ERROR_CODES[fault.code];
  const status = fault.status ?? definition.status;
  const headers = { ...RETRY_AFTER.get(status), ...fault.headers, 'Content-Type': PROBLEM_TYPE };
  const body = {
    ...fault.extra,
    type: `${CATALOGUE}#${fault.code.toLowerCase()}`,
    title: definition.title,
    status,
    detail: fault.detail,
    code: fault.code,
    ...(fault.param === undefined ? {} : { param: fault.param }),
    ...(fault.errors === undefined ? {} : { errors: fault.errors }),
    retryable: definition.retryable,
    action: fault.action ?? definition.action,
    request_id: requestId,
  };
  return { status, headers, body };
}

/** A whole path, so that it leads there from every address (RFC 9457 §3.1.1), under whatever name the server is known. */
export const CATALOGUE = '/docs/guides/errors';

const RETRY_AFTER: ReadonlyMap<number, Readonly<Record<string, string>>> = new Map([
  [409, { 'Retry-After': '1' }],
  [429, { 'Retry-After': '1' }],
  [503, { 'Retry-After': '5' }],
]);

export function invalid(param: string, message: string): Fault {
  return { code: 'INVALID_REQUEST', detail: `${param} ${message}.`, param, errors: [{ param, message }] };
}

export const notFound: Fault = { code: 'NOT_FOUND', detail: 'There is nothing at this address for this key.' };
