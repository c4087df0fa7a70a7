/** What HubSpot's refusals mean for whoever asked. */
export type ErrorKind =
  /** Too many calls: again after `retryAfterMs`. */
  | 'rate'
  /** The account has to be connected again. */
  | 'auth'
  /** The tier or the consent of the account lacks something. */
  | 'scope'
  | 'notFound'
  | 'conflict'
  | 'validation'
  /** Our client id or secret is wrong: no account is to blame. */
  | 'config'
  /** Somebody else is at the record, the account is being moved, the network, or HubSpot itself. */
  | 'transient';

export interface HubSpotErrorDetails {
  readonly kind: ErrorKind;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** 0 = nobody said. */
  readonly retryAfterMs: number;
  /** For HubSpot's support. */
  readonly correlationId: string | null;
  /** Category and names of properties: never values, tokens or what people wrote. */
  readonly reason: string;
  /** The id of what is there already, of a conflict. */
  readonly existingId: string | null;
  /** The request may have been carried out all the same. */
  readonly isOutcomeUnknown: boolean;
}

/** The one error of calls to HubSpot. */
export class HubSpotError extends Error implements HubSpotErrorDetails {
  override readonly name = 'HubSpotError';
  readonly kind: ErrorKind;
  readonly status: number;
  readonly retryAfterMs: number;
  readonly correlationId: string | null;
  readonly reason: string;
  readonly existingId: string | null;
  readonly isOutcomeUnknown: boolean;
  constructor(details: HubSpotErrorDetails) {
    super(`HubSpot: ${details.kind} (${details.status}): ${details.reason}`);
    this.kind = details.kind;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.correlationId = details.correlationId;
    this.reason = details.reason;
    this.existingId = details.existingId;
    this.isOutcomeUnknown = details.isOutcomeUnknown;
  }
}

export interface Refused {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

export function errorOfAnswer({ status, retryAfter, body }: Refused): HubSpotError {
  const problem = problemOf(body);
  const policy = textOf(problem['policyName']);
  const category = textOf(problem['category']) || textOf(problem['error']) || wordOf(problem) || 'no reason given';
  return new HubSpotError({
    kind: kindOf(status, problem),
    status,
    retryAfterMs: retryMs(status, policy, retryAfter),
    correlationId: textOf(problem['correlationId']) || null,
    reason: [policy || category, ...propertiesOf(problem)].join(' ').slice(0, 200),
    existingId: /Existing ID: (\d+)/.exec(textOf(problem['message']))?.[1] ?? null,
    isOutcomeUnknown: status >= 500,
  });
}

/** What we know without asking. `retryAfterMs`: 0 = nobody knows. */
export const errorOfOurs = (kind: ErrorKind, reason: string, retryAfterMs = 0): HubSpotError =>
  new HubSpotError({
    kind,
    status: 0,
    retryAfterMs,
    correlationId: null,
    reason,
    existingId: null,
    isOutcomeUnknown: false,
  });

/** There was no answer. Whether HubSpot did it, nobody knows. */
export function errorOfConnection(thrown: unknown): HubSpotError {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : NO_ANSWER;
  return new HubSpotError({
    kind: 'transient',
    status: 0,
    retryAfterMs: 0,
    correlationId: null,
    reason: code.slice(0, 40),
    existingId: null,
    isOutcomeUnknown: true,
  });
}

/** Some answers have the word for it as their status, where others have only "error". */
const wordOf = ({ status }: Fields) => (/^[A-Z_]{3,60}$/.test(textOf(status)) ? textOf(status) : '');

const NO_ANSWER = 'no answer in time';

const REFUSED_GRANT = /BAD_REFRESH_TOKEN|invalid_grant/;

/**
 * What the token endpoint's refusal means. Somebody has to act where HubSpot says so by name; whatever else comes from
 * there, a proxy's page included, may pass, and no account is given up for it.
 */
export function errorOfTokens(error: HubSpotError): HubSpotError {
  const isNamed = error.kind === 'config' || REFUSED_GRANT.test(error.reason);
  const mayPass = error.kind === 'rate' || error.kind === 'transient';
  return isNamed || mayPass ? error : errorOfOurs('transient', `tokens: ${error.status} ${error.reason}`);
}

/**
 * 423: somebody else is at the record. 477: the account is being moved. What HubSpot refuses it explains: whoever stands in
 * front of it and answers with a page of their own may let the next call pass.
 */
function kindOf(status: number, problem: Fields): ErrorKind {
  const category = `${textOf(problem['category'])} ${textOf(problem['error'])} ${textOf(problem['status'])}`;
  if (/BAD_CLIENT_ID|BAD_CLIENT_SECRET|invalid_client/.test(category)) return 'config';
  if (REFUSED_GRANT.test(category)) return 'auth';
  if (status === 429) return 'rate';
  if (status === 401) return 'auth';
  if (isTaken(problem)) return 'conflict';
  if (PASSING.has(status) || status >= 500 || !isOfHubSpot(problem)) return 'transient';
  if (status === 403) return 'scope';
  if (status === 404) return 'notFound';
  return status === 409 ? 'conflict' : 'validation';
}

const PASSING = new Set([408, 423, 477]);

/** Not every refusal has a category; those of single records that are gone have the id of the call alone. */
const isOfHubSpot = ({ category, correlationId }: Fields) => textOf(category) !== '' || textOf(correlationId) !== '';

/** The value of a unique property is another record's: HubSpot calls that invalid, with 400. */
const isTaken = ({ message, errors }: Fields) =>
  /CONFLICTING_UNIQUE_VALUE/.test(`${textOf(message)} ${Array.isArray(errors) ? JSON.stringify(errors) : ''}`);

const TEN_SECONDS_MS = 10_000;
const LOCKED_MS = 2_000;
const DAY_PAUSE_MS = 900_000;
const RETRY_MAX_MS = 86_400_000;

function retryMs(status: number, policy: string, retryAfter: string | null): number {
  if (retryAfter !== null && /^\d{1,6}(\.\d{1,6})?$/.test(retryAfter))
    return Math.min(Math.ceil(Number(retryAfter) * 1_000), RETRY_MAX_MS);
  if (status === 423) return LOCKED_MS;
  if (status !== 429) return 0;
  if (policy === 'DAILY') return DAY_PAUSE_MS;
  return policy === 'SECONDLY' ? 1_000 : TEN_SECONDS_MS;
}

type Fields = Readonly<Record<string, unknown>>;

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function problemOf(body: string): Fields {
  try {
    const value: unknown = JSON.parse(body);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

function propertiesOf({ errors }: Fields): string[] {
  if (!Array.isArray(errors)) return [];
  const names = errors.flatMap((error: unknown) => {
    const context = isFields(error) ? error['context'] : null;
    const named = isFields(context) ? context['propertyName'] : null;
    return Array.isArray(named) ? named.filter((name) => typeof name === 'string') : [];
  });
  return names.slice(0, 5);
}
