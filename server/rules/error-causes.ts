import type { ErrorCode } from './error-codes.ts';

/** When a code is given: in an answer, and where it is so, later in the `error` of a text. One sentence each. */
export const ERROR_CAUSES: Readonly<Record<ErrorCode, readonly string[]>> = {
  INVALID_REQUEST: [
    'A field is missing, has the wrong type or is out of range, the JSON is broken, or the name of a field is a slip of the pen. `param` and `errors` name the fields.',
    'Also 405 (the address does not know the method), 415 (the body has the wrong media type), 408 (it took too long) and 431 (headers larger than 16 KB).',
  ],
  INVALID_NUMBER: [
    '`to` is no number that could receive texts, it has no country code and no `default_country` is known, or it is on the suppression list `invalid`, `landline` or `reassigned`.',
    'In the `error` of a text: the carrier says that nobody has the number.',
  ],
  BODY_TOO_LONG: [
    'The text has more than 1,600 characters, or needs more segments than `max_segments` (10 when left out).',
    'In the `error` of a text: the carrier refused the length.',
  ],
  TEMPLATE_VARIABLE_MISSING: [
    'The text or template has a variable for which the request gives no value and which has no default.',
  ],
  CONFLICTING_FIELDS: [
    'The same thing is said twice and differently, for instance `body` and `message`, or `body` and `template_id`.',
  ],
  SCHEDULE_OUT_OF_RANGE: ['`schedule_for` is in the past or more than 366 days ahead.'],
  AUTH_FAILED: [
    'The key is missing, wrong, expired or revoked. The answer is the same for all four, so that nobody learns which keys exist.',
    'The key is in the address. It is refused there even when it is right, because addresses end up in logs.',
  ],
  INSUFFICIENT_BALANCE: ['A balance is kept and does not cover the text. In test mode also the number +15005550003.'],
  FORBIDDEN: [
    'The key lacks a scope, which the answer names, or is limited to other addresses, countries or senders, or is paused.',
    'In the `error` of a text: the account at the carrier does not allow this service.',
  ],
  OPTED_OUT: [
    'The recipient said STOP, was opted out by API, or is on the suppression list `manual`. The answer says since when and how.',
    'In the `error` of a text that had been accepted: the opt-out came before the text left, so it was canceled. Or the carrier says that the recipient has blocked the sender.',
  ],
  CONSENT_REQUIRED: [
    'A promotional text, and no consent of the recipient is recorded (`CONSENT_MODE=strict`), or the number is on the suppression list `dnc_import`.',
    'With `HIPAA_MODE=1`: the text tells about health, and the recipient has not agreed to the topic `unencrypted_sms_ack`.',
  ],
  NOT_FOUND: ['There is nothing at the address, or it belongs to the other mode: a test key never sees what is live.'],
  IDEMPOTENCY_IN_PROGRESS: [
    'Kept for requests that cannot be finished in one transaction. Sends never give it: equal ones that arrive together get one answer.',
  ],
  NOT_CANCELABLE: ['The text is on its way to the carrier or beyond, or it has a final status already.'],
  NOT_FINAL: ['What was asked for needs a text that has ended, and this one may still change.'],
  EVENTS_GONE: ['The events behind this `Last-Event-ID` are older than 30 days.'],
  PAYLOAD_TOO_LARGE: [
    'The body is larger than the address takes (1 MB for most), or a batch has more texts than allowed.',
  ],
  FILTERED: [
    'In the `error` of a text: the carrier rejected or blocked it, usually because of its words, its links or its sender.',
  ],
  UNSUPPORTED_CHANNEL: ['`channel` names something else than `sms`.'],
  SENDER_NOT_ALLOWED: [
    'The country of the recipient is known to refuse the sender, or the sender is for other countries or message types, and no number of a pool can stand in.',
    'In the `error` of a text: the carrier refused the sender.',
  ],
  IDEMPOTENCY_KEY_REUSED: ['The `Idempotency-Key` came with another request within the last 24 hours.'],
  QUIET_HOURS: [
    'A promotional text outside the hours of its recipient, where `quiet_hours` of the request or `QUIET_HOURS` of the server is `reject`.',
  ],
  NO_CARRIER: ['A live key, and the server has no carrier for live texts.'],
  RATE_LIMITED: [
    'The key, the organisation or the day has used up its texts; `RateLimit` and `Retry-After` say how long that lasts. Or too many requests with wrong keys came from the address.',
    'In the `error` of a text: the carrier refused it as too much at once.',
  ],
  UNKNOWN_ERROR: [
    'As an answer: a fault of the server. Whether the text was stored is not known: send the same request with the same `Idempotency-Key` again.',
    'In the `error` of a text: it was not delivered and the carrier gave no reason that means anything more exact. `reason` and `upstream` have its words.',
  ],
  SERVICE_UNAVAILABLE: [
    'The database cannot be reached, the server is stopping, or more texts wait than `BACKLOG_MAX` allows. Nothing was accepted.',
    'In the `error` of a text: the carrier could not take it in all tries.',
  ],
};
