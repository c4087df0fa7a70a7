import type {
  ErasePersonalDataAnswer,
  GetMessageAnswer,
  ListAuditLogAnswer,
  ListCarriersAnswer,
  ListSenderRulesAnswer,
  SendMessageAnswer,
  SendMessageBody,
  StoreSenderRulesAnswer,
  StoreSenderRulesBody,
  VerifyAuditLogAnswer,
} from './contract.ts';
import { type SmsApiError, errorOfAnswer, errorOfConnection } from './errors.ts';
import { type Events, eventsOf } from './events.ts';
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

/** What is known of senders in one country. */
export type SenderRule = ListSenderRulesAnswer['data'][number];
/** A rule of your own; what is left out is not known. */
export type NewSenderRule = StoreSenderRulesBody['rules'][number];

/** An export or an erasure, and what became of it. */
export type PrivacyJob = ErasePersonalDataAnswer;
export type AuditEntry = ListAuditLogAnswer['data'][number];

interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
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
    /** No new text leaves by it until `resume`; texts that another carrier may take go there. */
    pause: (id: string): Promise<Smsc> => this.#operate(id, 'pause'),
    resume: (id: string): Promise<Smsc> => this.#operate(id, 'resume'),
    /** Binds anew at once. */
    rebind: (id: string): Promise<Smsc> => this.#operate(id, 'rebind'),
  };

  readonly senderRules = {
    /** Your own rules and those that are shipped, by country. */
    list: async (): Promise<readonly SenderRule[]> => {
      const { data } = await this.#call<ListSenderRulesAnswer>({ method: 'GET', path: '/v1/sender-rules' });
      return data;
    },
    /** Stores up to 300 rules, all or none. Each takes the place of what there was for its country. */
    store: async (rules: readonly NewSenderRule[]): Promise<readonly SenderRule[]> => {
      const call = { method: 'POST', path: '/v1/sender-rules', body: { rules } } as const;
      const { data } = await this.#call<StoreSenderRulesAnswer>(call);
      return data;
    },
    /** Removes a rule of your own; the shipped one is in force again. */
    remove: async (country: string): Promise<void> => {
      await this.#call({ method: 'DELETE', path: `/v1/sender-rules/${encodeURIComponent(country)}` });
    },
  };

  readonly privacy = {
    /** Gathers everything about a number; `job` has the result soon after. */
    export: (number: string): Promise<PrivacyJob> =>
      this.#call<PrivacyJob>({ method: 'POST', path: '/v1/privacy/export', body: { number } }),
    /** Takes everything about a number away; its opt-outs go on being honoured. */
    erase: (number: string): Promise<PrivacyJob> =>
      this.#call<PrivacyJob>({ method: 'POST', path: '/v1/privacy/erase', body: { number } }),
    job: (id: string): Promise<PrivacyJob> =>
      this.#call<PrivacyJob>({ method: 'GET', path: `/v1/privacy/jobs/${encodeURIComponent(id)}` }),
  };

  readonly audit = {
    /** The newest 50 entries; of one action, or of all of a kind (`smsc.*`). */
    list: async (action?: string): Promise<readonly AuditEntry[]> => {
      const search = action === undefined ? '' : `?action=${encodeURIComponent(action)}`;
      const { data } = await this.#call<ListAuditLogAnswer>({ method: 'GET', path: `/v1/audit-log${search}` });
      return data;
    },
    /** Checks every link of the chains of the audit log and of the consent ledger. */
    verify: (): Promise<VerifyAuditLogAnswer> =>
      this.#call<VerifyAuditLogAnswer>({ method: 'GET', path: '/v1/audit-log/verify' }),
  };

  /** What happens, page by page and as it happens. */
  readonly events: Events;

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
    this.events = eventsOf({ ...this.#options, get: (path) => this.#call({ method: 'GET', path }) });
  }

  #operate(id: string, verb: 'pause' | 'resume' | 'rebind'): Promise<Smsc> {
    return this.#call<Smsc>({ method: 'POST', path: `/v1/smsc/${encodeURIComponent(id)}/${verb}` });
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
  if (response.status === 204) return { ok: true, body: undefined };
  try {
    return { ok: true, body: JSON.parse(text) };
  } catch {
    return failed(errorOfAnswer(response.status, '', requestId));
  }
}
