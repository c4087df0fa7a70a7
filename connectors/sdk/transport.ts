import { type SmsApiError, errorOfAnswer, errorOfConnection } from './errors.ts';
import { retryDelayMs } from './retry.ts';

export interface SmsClientOptions {
  /** Where SMS Bridge answers, for instance http://localhost:8080. */
  readonly baseUrl: string;
  /** `sk_test_…` or `sk_live_…`. */
  readonly apiKey: string;
  /** Tries after the first one; 4 when left out. */
  readonly retriesMax?: number;
  /** For one try; 30,000 when left out. */
  readonly timeoutMs?: number;
  /** For tests: waits, the clock, chance and the network. A wait ends early when its signal is aborted. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly fetch?: typeof globalThis.fetch;
}

export interface CallOptions {
  /** Gives the call up: it throws the reason of the signal. What the server had taken by then stays taken. */
  readonly signal?: AbortSignal | undefined;
}

export interface SendOptions extends CallOptions {
  /** The same key and request are carried out once, however often you call. Made for you when left out. */
  readonly idempotencyKey?: string | undefined;
}

/** One page of a list. */
interface Page {
  readonly data: readonly unknown[];
  readonly next_cursor: string | null;
}

export type Item<Answer extends Page> = Answer['data'][number];
/** What a list can be narrowed by; pages are the matter of the client. */
export type Filter<Query> = Omit<Query, 'limit' | 'cursor' | 'format'>;

/** The API over HTTP. Every method may throw `SmsApiError`, or the reason of `signal`. */
export interface Transport {
  readonly options: Required<SmsClientOptions>;
  get<Answer>(path: string, options?: CallOptions): Promise<Answer>;
  /** Every item of a list, page after page; a page is asked for when it is needed. */
  each<Answer extends Page>(path: string, filter?: Search, options?: CallOptions): AsyncGenerator<Item<Answer>, void>;
  /** A list that comes in one page. */
  list<Answer extends Page>(path: string): Promise<Answer['data']>;
  /** A POST that says the same however often it is said. */
  post<Answer>(path: string, body?: unknown): Promise<Answer>;
  /** A POST that makes something at each request, and knows no Idempotency-Key: it is not repeated blindly. */
  create<Answer>(path: string, body?: unknown): Promise<Answer>;
  /** A POST that makes one thing, however often it has to be said. */
  once<Answer>(path: string, body: unknown, options?: SendOptions): Promise<Answer>;
  put<Answer>(path: string, body: unknown): Promise<Answer>;
  patch<Answer>(path: string, body: unknown): Promise<Answer>;
  /** A DELETE that has something to say, or to answer. */
  delete<Answer>(path: string, body?: unknown): Promise<Answer>;
  /** A DELETE of a thing: after a try whose answer was lost, it is no fault that the thing is gone. */
  remove(path: string): Promise<void>;
}

export function transportOf(given: SmsClientOptions): Transport {
  const options = checked(given);
  const call = async <Answer>(request: Request): Promise<Answer> => {
    const { retriesMax, now, random, sleep } = options;
    for (let tries = 0; ; tries += 1) {
      request.signal?.throwIfAborted();
      const outcome = knowing(request, tries, await attempt(options, request));
      // What the contract says about this route.
      if (outcome.ok) return outcome.body as Answer;
      request.signal?.throwIfAborted();
      if (tries >= retriesMax || !mayRepeat(request, outcome.error)) throw outcome.error;
      await sleep(retryDelayMs({ tries, retryAfter: outcome.retryAfter, nowMs: now() }, random()), request.signal);
    }
  };
  const get: Transport['get'] = (path, { signal } = {}) => call({ method: 'GET', path, signal });

  return {
    options,
    get,
    async *each<Answer extends Page>(path: string, filter: Search = {}, callOptions: CallOptions = {}) {
      let cursor: string | null = null;
      do {
        const page: Answer = await get<Answer>(
          `${path}${searchOf({ ...filter, limit: PAGE_SIZE, cursor })}`,
          callOptions,
        );
        yield* page.data;
        cursor = page.next_cursor;
      } while (cursor);
    },
    list: async <Answer extends Page>(path: string) => (await get<Answer>(path)).data,
    post: (path, body) => call({ method: 'POST', path, body }),
    create: (path, body) => call({ method: 'POST', path, body, isRepeatable: false }),
    once: (path, body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      call({ method: 'POST', path, body, signal, idempotencyKey }),
    put: (path, body) => call({ method: 'PUT', path, body }),
    patch: (path, body) => call({ method: 'PATCH', path, body }),
    delete: (path, body) => call({ method: 'DELETE', path, body }),
    remove: (path) => call<void>({ method: 'DELETE', path, isDoneWhenGone: true }),
  };
}

/** Every item of a list at once, for those that are short. */
export async function all<Value>(items: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The path of a template literal, with what stands in it encoded: an id cannot lead elsewhere. */
export function at(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return String.raw({ raw: parts }, ...ids.map((id) => encodeURIComponent(id)));
}

type Search = Readonly<Record<string, string | number | null | undefined>>;

/** `?a=b`, or nothing; what is null or left out is not said. */
export function searchOf(fields: Search): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== undefined) search.set(name, String(value));
  }
  const said = search.toString();
  return said === '' ? '' : `?${said}`;
}

/** The page that needs the fewest requests. */
const PAGE_SIZE = 200;

interface Request extends SendOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** False: a second request would make a second thing. */
  readonly isRepeatable?: boolean;
  readonly isDoneWhenGone?: boolean;
}

/** What the answer means after the tries before it: who has taken a thing away finds it gone. */
function knowing({ isDoneWhenGone = false }: Request, tries: number, answer: Attempt): Attempt {
  const isDone = isDoneWhenGone && tries > 0 && !answer.ok && answer.error.status === 404;
  return isDone ? { ok: true, body: undefined } : answer;
}

/** 429 and 503 are refusals; after everything else that is retryable nobody knows whether it was carried out. */
function mayRepeat({ isRepeatable = true }: Request, { retryable, status }: SmsApiError): boolean {
  return retryable && (isRepeatable || status === 429 || status === 503);
}

function checked(options: SmsClientOptions): Required<SmsClientOptions> {
  const { protocol } = new URL(options.baseUrl);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('baseUrl starts with http:// or https://.');
  return {
    retriesMax: 4,
    timeoutMs: 30_000,
    sleep,
    now: Date.now,
    random: Math.random,
    fetch: (...given) => globalThis.fetch(...given),
    ...options,
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end);
  });
}

type Attempt =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly error: SmsApiError; readonly retryAfter: string | null };

async function attempt(options: Required<SmsClientOptions>, request: Request): Promise<Attempt> {
  const { baseUrl, apiKey, timeoutMs, fetch } = options;
  const { method, path, body, idempotencyKey, signal } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        Accept: 'application/json',
        Authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect would take the key to somebody else.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    });
    return attemptOf(response, await response.text());
  } catch (thrown) {
    return { ok: false, error: errorOfConnection(thrown), retryAfter: null };
  }
}

function attemptOf(response: Response, text: string): Attempt {
  const requestId = response.headers.get('Request-Id');
  const retryAfter = response.headers.get('Retry-After');
  if (!response.ok) return { ok: false, error: errorOfAnswer(response.status, text, requestId), retryAfter };
  if (response.status === 204) return { ok: true, body: undefined };
  if (response.headers.get('Content-Type')?.startsWith('text/csv')) return { ok: true, body: text };
  try {
    return { ok: true, body: JSON.parse(text) };
  } catch {
    return { ok: false, error: errorOfAnswer(response.status, '', requestId), retryAfter };
  }
}
