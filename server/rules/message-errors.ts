import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import type { MessageError } from './message.ts';

/**
 * Why a text failed whose submit_sm the carrier refused for good. `name` is the field's name of the status;
 * `refusal` is the class that this carrier gives it, which may differ from the table's.
 */
export function errorOfRefusal(commandStatus: number, name: string, refusal?: RefusalClass): MessageError {
  const meaning = meaningOf(commandStatus, refusal);
  return {
    code: meaning.code,
    class: meaning.class,
    reason: meaning.reason ?? name,
    message: `The carrier refused the text (${name}).`,
    upstream: { command_status: commandStatusText(commandStatus) },
  };
}

/** As the API writes it: 0x0000000B. */
export function commandStatusText(commandStatus: number): string {
  return `0x${commandStatus.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** Why a text did not arrive that the carrier had accepted. */
export function errorOfReceipt(receipt: {
  readonly state: 'undelivered' | 'expired' | 'rejected';
  readonly error: string | null;
  readonly raw: string;
  readonly tlvs?: { readonly network_error_code?: string } | undefined;
}): MessageError {
  const upstream = {
    receipt_state: receipt.state,
    ...(receipt.error !== null && { receipt_error: receipt.error }),
    raw: withoutText(receipt.raw),
  };
  const cause = GSM_CAUSES.get(gsmError(receipt.tlvs?.network_error_code));
  if (cause) return { code: cause.code, class: cause.class, reason: cause.reason, message: cause.message, upstream };
  if (receipt.state === 'rejected') return fail('FILTERED', 'SPAM_FILTER', 'The carrier rejected the text.', upstream);
  if (receipt.state === 'expired') {
    return fail('UNKNOWN_ERROR', 'EXPIRED', 'The recipient could not be reached in time.', upstream);
  }
  return fail('UNKNOWN_ERROR', 'UNREACHABLE', 'The carrier could not deliver the text.', upstream);
}

/** Carriers quote the beginning of the text in its receipt; who may see the error may not see that. */
export function withoutText(raw: string): string {
  return raw.replace(/((?:^|[\s,;])text:).*$/is, '$1');
}

/** Why a text was stopped before it left. */
export const optedOutError: MessageError = {
  code: 'OPTED_OUT',
  class: ERROR_CODES.OPTED_OUT.class,
  message: 'The recipient has opted out.',
};

export const expiredBeforeSending: MessageError = {
  code: 'UNKNOWN_ERROR',
  class: 'review',
  reason: 'EXPIRED',
  message: 'The validity period ended before the text could be sent.',
};

function fail(
  code: ErrorCode,
  reason: string,
  message: string,
  upstream: NonNullable<MessageError['upstream']>,
): MessageError {
  return { code, class: ERROR_CODES[code].class, reason, message, upstream };
}

type RefusalClass = 'throttle' | 'retry' | 'permanent' | 'failover' | 'link';

interface Meaning {
  readonly code: ErrorCode;
  /** Who has to act. */
  readonly class: MessageError['class'];
  /** Null: nothing finer than the name of the status is known. */
  readonly reason: string | null;
}

function meaningOf(commandStatus: number, refusal: RefusalClass | undefined): Meaning {
  const listed = MEANINGS.get(commandStatus);
  if (listed) return listed;
  return refusal === 'throttle' ? THROTTLED : UNEXPLAINED;
}

/** Nobody can say what cures it, so a person has to look. */
const UNEXPLAINED: Meaning = { code: 'UNKNOWN_ERROR', class: 'review', reason: null };
const THROTTLED: Meaning = { code: 'RATE_LIMITED', class: 'retry', reason: 'THROTTLED' };
const UNAVAILABLE: Meaning = { code: 'SERVICE_UNAVAILABLE', class: 'retry', reason: 'CARRIER_UNAVAILABLE' };
const SENDER: Meaning = { code: 'SENDER_NOT_ALLOWED', class: 'fix', reason: 'INVALID_SENDER' };
const NOT_ALLOWED: Meaning = { code: 'FORBIDDEN', class: 'fix', reason: 'SERVICE_NOT_ALLOWED' };
/** What we send does not suit this carrier: its profile has to be corrected, not the text. */
const PROFILE: Meaning = { code: 'UNKNOWN_ERROR', class: 'review', reason: 'CARRIER_PROFILE' };

/** SMPP 3.4 §5.1.3 and SMPP 5.0 §4.7.6, by what has to be done about them; as read in November 2026. */
const MEANINGS: ReadonlyMap<number, Meaning> = new Map([
  [0x01, { code: 'BODY_TOO_LONG', class: 'fix', reason: 'TEXT_TOO_LONG' }],
  [0x04, UNAVAILABLE],
  [0x05, UNAVAILABLE],
  [0x06, PROFILE],
  [0x07, PROFILE],
  [0x08, UNAVAILABLE],
  [0x0a, SENDER],
  [0x0b, { code: 'INVALID_NUMBER', class: 'suppress', reason: 'INVALID_RECIPIENT' }],
  [0x0d, UNAVAILABLE],
  [0x0e, UNAVAILABLE],
  [0x0f, UNAVAILABLE],
  [0x14, { code: 'SERVICE_UNAVAILABLE', class: 'retry', reason: 'CARRIER_QUEUE_FULL' }],
  [0x15, PROFILE],
  [0x43, PROFILE],
  // "Blocked on this route" with the carriers that use it.
  [0x45, { code: 'FILTERED', class: 'review', reason: 'BLOCKED_BY_CARRIER' }],
  [0x48, PROFILE],
  [0x49, PROFILE],
  [0x50, PROFILE],
  [0x51, PROFILE],
  [0x53, UNAVAILABLE],
  [0x58, THROTTLED],
  [0x61, PROFILE],
  [0x62, PROFILE],
  [0x64, UNAVAILABLE],
  [0xc0, PROFILE],
  [0xc1, PROFILE],
  [0xc2, PROFILE],
  [0xc3, PROFILE],
  [0xc4, PROFILE],
  [0xfe, { code: 'UNKNOWN_ERROR', class: 'review', reason: 'UNREACHABLE' }],
  [0x100, NOT_ALLOWED],
  [0x101, NOT_ALLOWED],
  [0x102, UNAVAILABLE],
  [0x103, NOT_ALLOWED],
  [0x104, PROFILE],
]);

/** network_error_code (SMPP 3.4 §5.3.2.31): network type 3 is GSM, and two octets of its error code follow. */
function gsmError(networkErrorCode: string | undefined): number {
  const hex = /^03([0-9a-f]{4})$/.exec(networkErrorCode ?? '')?.[1];
  return hex === undefined ? NO_GSM_ERROR : Number.parseInt(hex, 16);
}

const NO_GSM_ERROR = -1;

type Cause = Pick<MessageError, 'class' | 'message'> & { readonly code: ErrorCode; readonly reason: string };

const absent: Cause = {
  code: 'UNKNOWN_ERROR',
  class: 'retry',
  reason: 'ABSENT_SUBSCRIBER',
  message: 'The phone was off or out of reach.',
};
const unknownSubscriber: Cause = {
  code: 'INVALID_NUMBER',
  class: 'suppress',
  reason: 'UNKNOWN_SUBSCRIBER',
  message: 'No network knows the number.',
};

/** MAP user errors (3GPP TS 29.002 §17.5). `err:` in the text of a receipt is each vendor's own and says nothing here. */
const GSM_CAUSES: ReadonlyMap<number, Cause> = new Map([
  [1, unknownSubscriber],
  [6, absent],
  [27, absent],
  [
    13,
    {
      code: 'FILTERED',
      class: 'review',
      reason: 'BLACKLISTED',
      message: 'The recipient or the network bars the text.',
    } satisfies Cause,
  ],
  [
    32,
    {
      code: 'UNKNOWN_ERROR',
      class: 'retry',
      reason: 'HANDSET_REFUSED',
      message: 'The phone did not take the text.',
    } satisfies Cause,
  ],
]);
