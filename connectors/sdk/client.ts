import type { GetMessageAnswer, ListCarriersAnswer, SendMessageAnswer, SendMessageBody } from './contract.ts';
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
  /** For tests: waits, chance and the network. */
  readonly sleep?: (ms: number) => Promise<void>;
  readonly random?: () => number;
  readonly fetch?: typeof globalThis.fetch;
}

export type SendText = SendMessageBody;

export interface SendOptions {
  /** The same key and text are sent once, however often you call. Made for you when left out. */
  readonly idempotencyKey?: string;
}

/** One carrier account and how its binds are. */
export type Smsc = ListCarriersAnswer['data'][number];

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The door to SMS Bridge. Every method may throw `SmsApiError` and nothing else. What can be tried again is tried
 * again: lost connections, 429 and 503, with growing pauses or the server's own Retry-After. A text is never sent
 * twice by that: all tries of one `send` carry one Idempotency-Key.
 */
export class SmsClient {
  readonly sms = {
    /** Hands a text over. The answer says that it is stored and will be sent, not that it has arrived. */
    send: (text: SendText, options: SendOptions = {}): Promise<SendMessageAnswer> =>
      this.#call<SendMessageAnswer>({
        method: 'POST',
        path: '/v1/messages/send',
        body: text,
        headers: { 'Idempotency-Key': options.idempotencyKey ?? crypto.randomUUID() },
      }),
    /** One text and what has become of it. */
    getStatus: (messageId: string): Promise<GetMessageAnswer> =>
      this.#call<GetMessageAnswer>({ method: 'GET', path: `/v1/messages/${encodeURIComponent(messageId)}` }),
  };

  readonly smsc = {
    /** The carriers and how their binds are. */
    list: async (): Promise<readonly Smsc[]> => {
      const { data } = await this.#call<ListCarriersAnswer>({ method: 'GET', path: '/v1/smsc' });
      return data;
    },
  };

  readonly #options: Required<SmsClientOptions>;

  constructor(options: SmsClientOptions) {
    const { protocol } = new URL(options.baseUrl);
    if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('baseUrl starts with http:// or https://.');
    this.#options = {
      retriesMax: 4,
      timeoutMs: 30_000,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: Math.random,
      fetch: (...given) => globalThis.fetch(...given),
      ...options,
      baseUrl: options.baseUrl.replace(/\/+$/, ''),
    };
  }

  async #call<Answer>(call: Call): Promise<Answer> {
    const { retriesMax, sleep, random } = this.#options;
    for (let tries = 0; ; tries += 1) {
      const outcome = await this.#attempt(call);
      if (outcome.ok) return outcome.body as Answer;
      if (!outcome.error.retryable || tries >= retriesMax) throw outcome.error;
      await sleep(retryDelayMs({ tries, retryAfter: outcome.retryAfter, nowMs: Date.now() }, random()));
    }
  }

  async #attempt({ method, path, body, headers }: Call): Promise<Attempt> {
    const { baseUrl, apiKey, timeoutMs, fetch } = this.#options;
    try {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: {
          Accept: 'application/json',
          Authorization: `Bearer ${apiKey}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would take the key to somebody else.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return attemptOf(response, await response.text());
    } catch (thrown) {
      return { ok: false, error: errorOfConnection(thrown), retryAfter: null };
    }
  }
}

type Attempt =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly error: SmsApiError; readonly retryAfter: string | null };

function attemptOf(response: Response, text: string): Attempt {
  const requestId = response.headers.get('Request-Id');
  const failed = (error: SmsApiError): Attempt => ({
    ok: false,
    error,
    retryAfter: response.headers.get('Retry-After'),
  });
  if (!response.ok) return failed(errorOfAnswer(response.status, text, requestId));
  try {
    return { ok: true, body: JSON.parse(text) };
  } catch {
    return failed(errorOfAnswer(response.status, '', requestId));
  }
}
