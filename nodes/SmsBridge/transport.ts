import type {
  IDataObject,
  IExecuteFunctions,
  IHookFunctions,
  IHttpRequestMethods,
  IHttpRequestOptions,
  ILoadOptionsFunctions,
  IWebhookFunctions,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { done, failureOf, type Outcome, unreachable, wrongParameter } from './failures.ts';

export type Context = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions | IWebhookFunctions;

export interface ApiRequest {
  readonly method: IHttpRequestMethods;
  /** Begins with `/v1/`. */
  readonly path: string;
  readonly query?: object;
  readonly body?: object;
  readonly idempotencyKey?: string;
  /** One try of at most 5 s: for when the server itself waits for an answer meanwhile. */
  readonly isBrief?: boolean;
}

export const CREDENTIAL = 'smsBridgeApi';

/**
 * Calls the API. What the server asks to try again later (429, 503, a request under way with the same key) is tried
 * up to three times more, after its own Retry-After; texts carry a key, so none is sent twice by that.
 */
export async function call<Answer>(context: Context, request: ApiRequest): Promise<Outcome<Answer>> {
  for (let tries = 1; ; tries += 1) {
    const answered = await attempt(context, request);
    if (!answered.ok) return answered;
    const { statusCode, body, headers } = answered.value;
    if (statusCode >= 200 && statusCode < 300) return done(body as Answer);
    const failure = failureOf(statusCode, body);
    const delayMs = delayOf(headers['retry-after'], tries);
    const isLater = statusCode === 429 || statusCode === 503 || failure.code === 'IDEMPOTENCY_IN_PROGRESS';
    if (!isLater || request.isBrief || tries > RETRIES_MAX || delayMs === null) return { ok: false, failure };
    await sleep(delayMs);
  }
}

const RETRIES_MAX = 3;
const RETRY_AFTER_MAX_SECONDS = 10;
const REQUEST_MS = 60_000;
const BRIEF_MS = 5_000;

interface Answered {
  readonly statusCode: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function attempt(context: Context, request: ApiRequest): Promise<Outcome<Answered>> {
  const { method, path, query, body, idempotencyKey } = request;
  const { baseUrl } = await context.getCredentials<{ baseUrl: string }>(CREDENTIAL);
  const origin = originOf(baseUrl);
  if (!isWebAddress(origin)) return wrongParameter('The Base URL of the credential is no web address', ADDRESS_HELP);
  const options: IHttpRequestOptions = {
    method,
    url: `${origin}${path}`,
    json: true,
    returnFullResponse: true,
    // n8n's own words for a status would hide those of the server.
    ignoreHttpStatusErrors: true,
    // The key goes to the address of the credential and nowhere else.
    disableFollowRedirect: true,
    timeout: request.isBrief ? BRIEF_MS : REQUEST_MS,
    ...(query === undefined ? {} : { qs: { ...query } }),
    ...(body === undefined ? {} : { body: { ...body } as IDataObject }),
    ...(idempotencyKey === undefined ? {} : { headers: { 'Idempotency-Key': idempotencyKey } }),
  };
  try {
    return done((await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, options)) as Answered);
  } catch (error) {
    return { ok: false, failure: unreachable(reasonOf(error)) };
  }
}

/** The address may have been copied with a path. */
export const originOf = (baseUrl: string) => baseUrl.trim().replace(/\/+$/, '').replace(/\/v1$/, '');

/** A path in front of the API is all right; what a URL can have besides has no place in it. */
function isWebAddress(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, username, password, search, hash } = new URL(origin);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}

const ADDRESS_HELP = 'Write it like https://sms.example.com, without anything behind it.';

/** Null = the server asks for more patience than a workflow has. */
function delayOf(retryAfter: unknown, tries: number): number | null {
  const asked = Number(retryAfter);
  if (!Number.isFinite(asked) || asked <= 0) return 500 * 2 ** tries;
  return asked <= RETRY_AFTER_MAX_SECONDS ? asked * 1_000 : null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { description } = error as { description?: unknown };
  return typeof description === 'string' && description !== '' ? description : error.message;
}

interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

/** The rows of a list, the newest first; null as `limit` = all of them. */
export async function list<Item>(
  context: Context,
  path: string,
  query: object,
  limit: number | null,
): Promise<Outcome<Item[]>> {
  const found: Item[] = [];
  for (let cursor: string | null = null; ;) {
    const left = limit === null ? PAGE_MAX : limit - found.length;
    const paged: object = { ...query, limit: Math.min(PAGE_MAX, left), ...(cursor === null ? {} : { cursor }) };
    const answer: Outcome<Page<Item>> = await call(context, { method: 'GET', path, query: paged });
    if (!answer.ok) return answer;
    found.push(...answer.value.data);
    cursor = answer.value.next_cursor;
    if (cursor === null || (limit !== null && found.length >= limit)) return done(found);
  }
}

const PAGE_MAX = 200;
