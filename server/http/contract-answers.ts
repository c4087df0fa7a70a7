import { ERROR_CODES, type ErrorCode } from '../rules/error-codes.ts';
import type { Route } from './contract-route.ts';

/** The problem documents that a route may answer: the codes by their HTTP status. */
export function refusalsOf(route: Route): ReadonlyMap<number, readonly ErrorCode[]> {
  const refusals = new Map<number, ErrorCode[]>();
  const add = (status: number, code: ErrorCode) => {
    const codes = refusals.get(status) ?? [];
    if (!codes.includes(code)) refusals.set(status, [...codes, code]);
  };
  for (const code of codesOf(route)) add(ERROR_CODES[code].status, code);
  if (route.body || route.form) add(415, 'INVALID_REQUEST');
  if (route.once === true) {
    add(400, 'INVALID_REQUEST');
    add(422, 'IDEMPOTENCY_KEY_REUSED');
  }
  if (route.conflicts === true) add(409, 'INVALID_REQUEST');
  return refusals;
}

/** What a route with a key may always answer, and its own. */
function codesOf({ access, path, body, query, headers, errors = [] }: Route): ErrorCode[] {
  const named = path.includes('{');
  // A broken percent escape in an address is one of them.
  const checked: ErrorCode[] = body || query || headers || named ? ['INVALID_REQUEST'] : [];
  if (access === 'public') return [...checked, ...errors];
  return [
    ...checked,
    'AUTH_FAILED',
    'FORBIDDEN',
    'RATE_LIMITED',
    ...(named ? (['NOT_FOUND'] as const) : []),
    ...errors,
    'UNKNOWN_ERROR',
    'SERVICE_UNAVAILABLE',
  ];
}
