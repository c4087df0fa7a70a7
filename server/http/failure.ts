import type { Clock } from '../clock.ts';
import { isLostDatabase } from './lost-database.ts';
import type { Ports } from './ports.ts';
import type { Fault } from './problem.ts';

export type Failure = (error: unknown, requestId: string, operation: string) => Fault;

/** Turns an exception into what the caller may know, and writes down what we need to know. */
export function failures(log: Ports['log'], clock: Clock): Failure {
  let quietUntil = 0;
  return (error, requestId, operation) => {
    if (!isLostDatabase(error)) {
      log.error({ request_id: requestId, operation, ...describe(error) }, 'request failed unexpectedly');
      return unknownError;
    }
    // While the database is away every request comes here.
    if (clock.now() >= quietUntil) {
      quietUntil = clock.now() + LOG_EVERY_MS;
      log.warn({ request_id: requestId, operation, ...describe(error) }, 'the database cannot be reached');
    }
    return unavailable;
  };
}

const LOG_EVERY_MS = 5_000;

const unknownError: Fault = { code: 'UNKNOWN_ERROR', detail: 'The request failed for a reason that is our fault.' };

const unavailable: Fault = { code: 'SERVICE_UNAVAILABLE', detail: 'Storage cannot be reached. Nothing was accepted.' };

/**
 * The message of an error may repeat what was being stored or parsed, a body or a number, so only messages of
 * the language itself are logged.
 */
function describe(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const isOurs = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return {
    error: error.name,
    ...(isOurs ? { reason: error.message.slice(0, 200) } : {}),
    ...('code' in error ? { code: error.code } : {}),
    stack: frames.slice(0, 10).join('\n'),
  };
}
