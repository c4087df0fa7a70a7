import { pino, type Logger } from 'pino';

/**
 * JSON lines on standard error. Phone numbers, message bodies, keys and passwords are never passed to a log; what
 * a library might put into an error (a connection string, a query's values) is cut here as a second line of defence.
 */
export function createLog(level: string, destination: NodeJS.WritableStream = process.stderr): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
    },
    destination,
  );
}

/** Name, message, code and stack; never the other members, where drivers keep parameters and addresses of people. */
function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: 'not an error' };
  const code = 'code' in error ? String(error.code) : undefined;
  return { type: error.name, message: withoutNumbers(error.message), code, stack: withoutNumbers(error.stack ?? '') };
}

/** Whatever looks like a phone number in a text that others wrote. */
function withoutNumbers(text: string): string {
  return text.replace(/\+?\d{8,15}/g, '•••');
}
