/** Everything that can be said about an error code without knowing the request. */
export interface ErrorDefinition {
  /** HTTP status of the refusal; the same code may also arrive later, in the `error` of a text. */
  readonly status: number;
  /** Who has to act: fix the request, retry it later, stop texting this number, or have a person look. */
  readonly class: 'fix' | 'retry' | 'suppress' | 'review';
  readonly title: string;
  readonly retryable: boolean;
  /** What to do next, as one sentence. */
  readonly action: string;
}

export type ErrorCode = keyof typeof ERROR_CODES;

export const ERROR_CODES = {
  INVALID_REQUEST: fix(400, 'The request is not valid', 'Correct the field named in the answer and send again.'),
  INVALID_NUMBER: suppress(400, 'The number cannot receive texts', 'Correct the number in your records or remove it.'),
  BODY_TOO_LONG: fix(400, 'The text is too long', 'Shorten the text or allow more segments.'),
  TEMPLATE_VARIABLE_MISSING: fix(400, 'A template variable is missing', 'Give a value for every variable.'),
  CONFLICTING_FIELDS: fix(400, 'Two fields contradict each other', 'Send only one of the fields named.'),
  SCHEDULE_OUT_OF_RANGE: fix(400, 'The time is out of range', 'Choose a time in the range named in the answer.'),
  AUTH_FAILED: fix(401, 'The API key is not accepted', 'Send a valid key as "Authorization: Bearer <key>".'),
  INSUFFICIENT_BALANCE: fix(402, 'The balance is too low', 'Top up the balance and send again.'),
  FORBIDDEN: fix(403, 'The key does not allow this', 'Use a key that has the scope and the limits for it.'),
  OPTED_OUT: suppress(
    403,
    'Recipient has withdrawn consent',
    'Do not retry. The recipient can opt back in by texting START.',
  ),
  CONSENT_REQUIRED: suppress(
    403,
    'No recorded consent',
    'Record the consent of the recipient before you send such texts.',
  ),
  NOT_FOUND: fix(404, 'Not found', 'Check the id and whether the key is for test or live mode.'),
  IDEMPOTENCY_IN_PROGRESS: retry(
    409,
    'The same request is still running',
    'Wait for the time in Retry-After and send the same request again.',
  ),
  NOT_CANCELABLE: fix(409, 'Too late to cancel', 'A text that has left for the carrier cannot be called back.'),
  NOT_FINAL: fix(409, 'The text is not final yet', 'Wait until it is, or cancel it first.'),
  EVENTS_GONE: fix(
    410,
    'These events are not kept any more',
    'Begin again without a Last-Event-ID, and read what you missed from GET /v1/messages.',
  ),
  PAYLOAD_TOO_LARGE: fix(413, 'The request is too large', 'Send fewer or shorter texts per request.'),
  FILTERED: review(422, 'A content filter blocked the text', 'Have a person review the text before it is sent again.'),
  UNSUPPORTED_CHANNEL: fix(422, 'This channel is not supported', 'Send it as a text message.'),
  SENDER_NOT_ALLOWED: fix(422, 'The sender is not allowed here', 'Choose a sender that the country allows.'),
  IDEMPOTENCY_KEY_REUSED: fix(
    422,
    'The Idempotency-Key belongs to another request',
    'Use a new key for a new request.',
  ),
  QUIET_HOURS: fix(422, 'It is night at the recipient', 'Send in the hours named in the answer, or hold the text.'),
  NO_CARRIER: fix(
    422,
    'No carrier is configured',
    'Set SMPP_URL to connect a carrier, or use a test key to reach the simulated one.',
  ),
  RATE_LIMITED: retry(429, 'Too many requests', 'Wait for the time in Retry-After and send again.'),
  UNKNOWN_ERROR: retry(500, 'Something went wrong', 'Check the status of the text before you send it again.'),
  SERVICE_UNAVAILABLE: retry(503, 'Temporarily unavailable', 'Wait for the time in Retry-After and send again.'),
} as const satisfies Record<string, ErrorDefinition>;

function fix(status: number, title: string, action: string): ErrorDefinition {
  return { status, class: 'fix', title, retryable: false, action };
}

function suppress(status: number, title: string, action: string): ErrorDefinition {
  return { status, class: 'suppress', title, retryable: false, action };
}

function review(status: number, title: string, action: string): ErrorDefinition {
  return { status, class: 'review', title, retryable: false, action };
}

function retry(status: number, title: string, action: string): ErrorDefinition {
  return { status, class: 'retry', title, retryable: true, action };
}
