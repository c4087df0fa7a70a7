import { SmsApiError } from '../../connectors/sdk/index.ts';
import type { SheetFault } from './sender-sheet.ts';

/** What a script can tell apart. */
export const EXIT = {
  ok: 0,
  /** A fault of this program. */
  unexpected: 1,
  usage: 2,
  /** The request has to be corrected. */
  fix: 10,
  /** The key is missing, wrong, or not allowed to do this. */
  auth: 11,
  /** The same may succeed later: no connection, too many requests, not available. */
  retry: 12,
  /** This number must not be texted. */
  suppressed: 13,
  notFound: 14,
  /** audit verify: a record was changed. */
  broken: 15,
  /** status --watch: the text came to another end than delivered. */
  notDelivered: 16,
  /** doctor: the step that failed. */
  dns: 20,
  tcp: 21,
  tls: 22,
  bindRefused: 23,
  noAnswer: 24,
} as const;

/** A command line that cannot be carried out, as a sentence for the person who wrote it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A table that cannot be read, with the places where. */
export class SheetError extends Error {
  override readonly name = 'SheetError';
  readonly faults: readonly SheetFault[];

  constructor(file: string, faults: readonly SheetFault[]) {
    const shown = faults.slice(0, FAULTS_SHOWN).map(({ line, column, message }) => {
      return `${file}, line ${line}${column === null ? '' : `, column ${column}`}: ${message}`;
    });
    const more = faults.length - shown.length;
    super([...shown, ...(more > 0 ? [`and ${more} more`] : []), 'Nothing was stored.'].join('\n'));
    this.faults = faults;
  }
}

const FAULTS_SHOWN = 20;

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof SheetError) return EXIT.fix;
  if (!(error instanceof SmsApiError)) return EXIT.unexpected;
  if (SUPPRESSED.has(error.code)) return EXIT.suppressed;
  if (error.status === 401 || error.status === 403) return EXIT.auth;
  if (error.status === 404) return EXIT.notFound;
  return error.retryable ? EXIT.retry : EXIT.fix;
}

/** Of what a preview says that sending would be refused for. */
export const exitCodeOfRefusal = (code: string): number => (SUPPRESSED.has(code) ? EXIT.suppressed : EXIT.fix);

const SUPPRESSED: ReadonlySet<string> = new Set(['OPTED_OUT', 'CONSENT_REQUIRED', 'INVALID_NUMBER']);
