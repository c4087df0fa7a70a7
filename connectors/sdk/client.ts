import type {
  CancelMessageAnswer,
  ChangeMessageAnswer,
  ChangeMessageBody,
  CreateApiKeyAnswer,
  CreateApiKeyBody,
  CreateTemplateAnswer,
  CreateTemplateBody,
  ErasePersonalDataAnswer,
  GetBatchAnswer,
  GetMessageAnswer,
  GetTemplateAnswer,
  ListApiKeysAnswer,
  ListAuditLogAnswer,
  ListCarriersAnswer,
  ListSenderRulesAnswer,
  ListTemplatesAnswer,
  PauseSendingAnswer,
  PreviewTemplateAnswer,
  PreviewTemplateBody,
  SendBatchAnswer,
  SendBatchBody,
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

/** What holds for all texts of a batch. */
export type BatchOptions = Omit<SendBatchBody, 'messages'> & SendOptions;
export type Batch = GetBatchAnswer;
export type Template = CreateTemplateAnswer;

/** One carrier account and how its binds are. */
export type Smsc = ListCarriersAnswer['data'][number];

/** What is known of senders in one country. */
export type SenderRule = ListSenderRulesAnswer['data'][number];
/** A rule of your own; what is left out is not known. */
export type NewSenderRule = StoreSenderRulesBody['rules'][number];

/** An export or an erasure, and what became of it. */
export type PrivacyJob = ErasePersonalDataAnswer;
/** A key as it is shown: without its secret. */
export type ApiKey = ListApiKeysAnswer['data'][number];
/** The same with the key itself, which is shown once. */
export type NewApiKey = CreateApiKeyAnswer;
export type AuditEntry = ListAuditLogAnswer['data'][number];

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
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
      this.#call<GetMessageAnswer>({ method: 'GET', path: messagePath(messageId) }),
    /** Up to 500 texts in one request. Each has a result of its own: look at `results` for those that were refused. */
    sendBatch: (
      messages: SendBatchBody['messages'],
      { idempotencyKey, ...batch }: BatchOptions = {},
    ): Promise<SendBatchAnswer> =>
      this.#call<SendBatchAnswer>({
        method: 'POST',
        path: '/v1/messages/batch',
        body: { ...batch, messages },
        headers: { 'Idempotency-Key': idempotencyKey ?? crypto.randomUUID() },
      }),
    /** Calls a text back that has not left; one that has is `NOT_CANCELABLE`. */
    cancel: (messageId: string): Promise<CancelMessageAnswer> =>
      this.#call<CancelMessageAnswer>({ method: 'POST', path: `${messagePath(messageId)}/cancel` }),
    /** Another time or another text for one that is scheduled or held. */
    change: (messageId: string, change: ChangeMessageBody): Promise<ChangeMessageAnswer> =>
      this.#call<ChangeMessageAnswer>({ method: 'PATCH', path: messagePath(messageId), body: change }),
  };

  /** Many texts that were handed over together. */
  readonly batches = {
    /** How far it has come. */
    get: (id: string): Promise<Batch> => this.#call<Batch>({ method: 'GET', path: batchPath(id) }),
    /** Nothing more of it leaves until `resume`. */
    pause: (id: string): Promise<Batch> => this.#call<Batch>({ method: 'POST', path: `${batchPath(id)}/pause` }),
    resume: (id: string): Promise<Batch> => this.#call<Batch>({ method: 'POST', path: `${batchPath(id)}/resume` }),
    /** What has not left never leaves. */
    cancel: (id: string): Promise<Batch> => this.#call<Batch>({ method: 'POST', path: `${batchPath(id)}/cancel` }),
  };

  readonly templates = {
    /** The newest 50. */
    list: async (): Promise<readonly Template[]> => {
      const { data } = await this.#call<ListTemplatesAnswer>({ method: 'GET', path: '/v1/templates' });
      return data;
    },
    /** With its versions. */
    get: (id: string): Promise<GetTemplateAnswer> =>
      this.#call<GetTemplateAnswer>({ method: 'GET', path: templatePath(id) }),
    create: (template: CreateTemplateBody): Promise<Template> =>
      this.#call<Template>({ method: 'POST', path: '/v1/templates', body: template }),
    /** Another text is its next version. */
    update: (id: string, template: CreateTemplateBody): Promise<Template> =>
      this.#call<Template>({ method: 'PUT', path: templatePath(id), body: template }),
    remove: async (id: string): Promise<void> => {
      await this.#call({ method: 'DELETE', path: templatePath(id) });
    },
    /** What sending it would make of these variables. */
    preview: (id: string, text: PreviewTemplateBody): Promise<PreviewTemplateAnswer> =>
      this.#call<PreviewTemplateAnswer>({ method: 'POST', path: `${templatePath(id)}/preview`, body: text }),
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

  readonly sending = {
    /** The kill switch: no text of the key's mode leaves any more until `resume`; they are accepted and wait. */
    pause: (): Promise<PauseSendingAnswer> => this.#call<PauseSendingAnswer>({ method: 'POST', path: '/v1/pause' }),
    resume: (): Promise<PauseSendingAnswer> => this.#call<PauseSendingAnswer>({ method: 'POST', path: '/v1/resume' }),
  };

  readonly keys = {
    /** Every key that yours may manage, the newest first. */
    list: async (): Promise<readonly ApiKey[]> => {
      const keys: ApiKey[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page: ListApiKeysAnswer = await this.#call({ method: 'GET', path: `/v1/api-keys?limit=200${more}` });
        keys.push(...page.data);
        cursor = page.next_cursor;
      }
      return keys;
    },
    /** Makes a key that can do no more than yours. Keep `key`: it is shown this once. */
    create: (wanted: CreateApiKeyBody): Promise<NewApiKey> =>
      this.#call<NewApiKey>({ method: 'POST', path: '/v1/api-keys', body: wanted }),
    /** Another secret for the same key; the one before stays good for `overlapSeconds`, a day when left out. */
    rotate: (id: string, overlapSeconds?: number): Promise<NewApiKey> =>
      this.#call<NewApiKey>({
        method: 'POST',
        path: `/v1/api-keys/${encodeURIComponent(id)}/rotate`,
        body: overlapSeconds === undefined ? {} : { overlap_seconds: overlapSeconds },
      }),
    /** Ends a key for good. */
    revoke: async (id: string): Promise<void> => {
      await this.#call({ method: 'DELETE', path: `/v1/api-keys/${encodeURIComponent(id)}` });
    },
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

const messagePath = (id: string) => `/v1/messages/${encodeURIComponent(id)}`;
const batchPath = (id: string) => `/v1/batches/${encodeURIComponent(id)}`;
const templatePath = (id: string) => `/v1/templates/${encodeURIComponent(id)}`;

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
