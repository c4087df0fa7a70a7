import type { ErrorCode } from './contract.ts';

/** What the server said, or what kept it from saying anything. */
export interface SmsApiErrorDetails {
  /**
   * The server's own code, or CONNECTION_FAILED, TIMEOUT, INVALID_ANSWER for something that is not SMS Bridge, and
   * STATUS_NOT_REACHED when a text came to another end than the one that was waited for.
   */
  readonly code: ErrorCode | 'CONNECTION_FAILED' | 'TIMEOUT' | 'INVALID_ANSWER' | 'STATUS_NOT_REACHED';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** True: the same request may succeed later. It was tried several times already. */
  readonly retryable: boolean;
  readonly detail: string;
  /** What to do next, as one sentence; empty when nobody said. */
  readonly action: string;
  /** The field at fault; null when it is none. */
  readonly param: string | null;
  /** Name it when you ask for help; null when there was no answer. */
  readonly requestId: string | null;
}

/** The one error that this client throws. */
export class SmsApiError extends Error implements SmsApiErrorDetails {
  override readonly name = 'SmsApiError';
  readonly code: SmsApiErrorDetails['code'];
  readonly status: number;
  readonly retryable: boolean;
  readonly detail: string;
  readonly action: string;
  readonly param: string | null;
  readonly requestId: string | null;

  constructor(details: SmsApiErrorDetails) {
    super(`${details.code}: ${details.detail}`);
    this.code = details.code;
    this.status = details.status;
    this.retryable = details.retryable;
    this.detail = details.detail;
    this.action = details.action;
    this.param = details.param;
    this.requestId = details.requestId;
  }
}

/** An answer that is no success: a problem document (RFC 9457), or something that is not from the server at all. */
export function errorOfAnswer(status: number, body: string, requestId: string | null): SmsApiError {
  const problem = problemOf(body);
  const code = problem['code'];
  if (typeof code !== 'string') {
    const detail = `HTTP ${status} without a problem document: is this the address of SMS Bridge?`;
    const retryable = RETRYABLE.has(status);
    return new SmsApiError({ code: 'INVALID_ANSWER', status, retryable, detail, action: '', param: null, requestId });
  }
  return new SmsApiError({
    // A newer server may know more codes than these types do.
    code: code as ErrorCode,
    status,
    retryable: problem['retryable'] === true || RETRYABLE.has(status),
    detail: textOf(problem['detail']),
    action: textOf(problem['action']),
    param: typeof problem['param'] === 'string' ? problem['param'] : null,
    requestId: requestId ?? (typeof problem['request_id'] === 'string' ? problem['request_id'] : null),
  });
}

/** An error of the connection, by its kind and never by what was sent. */
export function errorOfConnection(thrown: unknown): SmsApiError {
  const isTimeout = thrown instanceof Error && thrown.name === 'TimeoutError';
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const kind = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  return new SmsApiError({
    code: isTimeout ? 'TIMEOUT' : 'CONNECTION_FAILED',
    status: 0,
    retryable: true,
    detail: isTimeout ? 'The server did not answer in time.' : `The server cannot be reached (${kind}).`,
    action: 'Check the base URL and whether the server runs.',
    param: null,
    requestId: null,
  });
}

/** Too many requests, and what stands between us and a server that starts, stops or moves. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function problemOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
