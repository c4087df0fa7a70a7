import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import type { MessageError } from './message.ts';

/** Why a text failed whose submit_sm the carrier refused for good. `name` is the field's name of the status. */
export function errorOfRefusal(commandStatus: number, name: string): MessageError {
  const code = CODE_OF_STATUS.get(commandStatus) ?? 'UNKNOWN_ERROR';
  const hex = `0x${commandStatus.toString(16).toUpperCase().padStart(8, '0')}`;
  return {
    code,
    class: ERROR_CODES[code].class,
    reason: name,
    message: `The carrier refused the text (${name}).`,
    upstream: { command_status: hex },
  };
}

/** Why a text did not arrive that the carrier had accepted. */
export function errorOfReceipt(receipt: {
  readonly state: 'undelivered' | 'expired' | 'rejected';
  readonly error: string | null;
  readonly raw: string;
}): MessageError {
  const upstream = {
    receipt_state: receipt.state,
    ...(receipt.error !== null && { receipt_error: receipt.error }),
    raw: receipt.raw,
  };
  if (receipt.state === 'rejected') return fail('FILTERED', 'SPAM_FILTER', 'The carrier rejected the text.', upstream);
  if (receipt.state === 'expired') {
    return fail('UNKNOWN_ERROR', 'EXPIRED', 'The recipient could not be reached in time.', upstream);
  }
  return fail('UNKNOWN_ERROR', 'UNREACHABLE', 'The carrier could not deliver the text.', upstream);
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

/** SMPP 3.4 §5.1.3: the statuses that say whose mistake it was. */
const CODE_OF_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [0x0a, 'SENDER_NOT_ALLOWED'],
  [0x0b, 'INVALID_NUMBER'],
  [0x01, 'BODY_TOO_LONG'],
]);
