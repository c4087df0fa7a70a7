/**
 * Whether an error says that storage cannot be reached or cannot take more now, rather than that we made a
 * mistake: then nothing was promised and the request may come again.
 */
export function isLostDatabase(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isLostDatabase)) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && (SYSTEM_CODES.has(code) || isTemporary(code))) return true;
  // A Unix socket that is gone; any other file that is missing is something else.
  if (code === 'ENOENT' && syscall === 'connect') return true;
  if (MESSAGES.some((message) => error.message.includes(message))) return true;
  return error.cause !== undefined && isLostDatabase(error.cause);
}

/** Errors of the socket to PostgreSQL. */
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** PostgreSQL, Appendix A: 08 connection, 40 rolled back, 53 out of resources, 57 stopped by an operator, 25006 standby. */
function isTemporary(sqlState: string): boolean {
  return /^(08|40|53|57)[0-9A-Z]{3}$|^25006$|^55P03$/.test(sqlState);
}

/** pg gives these no code. */
const MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error',
  'Cannot use a pool after calling end',
  'Client was closed and is not queryable',
];
