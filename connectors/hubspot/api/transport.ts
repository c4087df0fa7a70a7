import type { Clock } from '../../../server/clock.ts';
import { errorOfAnswer, errorOfConnection, HubSpotError } from './errors.ts';
import { createLimiter, SEARCHES } from './limiter.ts';

export interface Call {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

export interface Transport {
  /** One call without a token. Throws HubSpotError for everything that is no success. */
  send(call: Call): Promise<Answered>;
  /** One call for an account, within its limits. An access token that has ended is renewed once. */
  sendFor(portalId: number, call: Call): Promise<Answered>;
}

export interface AccessTokens {
  access(portalId: number): Promise<{ readonly token: string; readonly generation: number }>;
  /** The token of this generation was refused. */
  renew(portalId: number, generation: number): Promise<void>;
}

export interface TransportOptions {
  readonly apiUrl: string;
  readonly callsPer10Seconds: number;
  readonly clock: Clock;
  readonly tokens: () => AccessTokens;
}

const DEADLINE_MS = 10_000;
const ANSWER_BYTES_MAX = 8_000_000;

export function createTransport({ apiUrl, callsPer10Seconds, clock, tokens }: TransportOptions): Transport {
  const limiter = createLimiter(clock);

  async function send({ method, path, headers = {}, body }: Call): Promise<Answered> {
    const deadline = new AbortController();
    const cancel = clock.after(DEADLINE_MS, () => deadline.abort());
    try {
      const response = await fetch(apiUrl + path, {
        method,
        headers: { Accept: 'application/json', ...headers },
        ...(body === undefined ? {} : { body }),
        redirect: 'manual',
        signal: deadline.signal,
      });
      const text = await readLimited(response);
      if (response.status >= 200 && response.status < 300) return { status: response.status, text };
      throw errorOfAnswer({ status: response.status, retryAfter: response.headers.get('retry-after'), body: text });
    } catch (error) {
      throw error instanceof HubSpotError ? error : errorOfConnection(error);
    } finally {
      cancel();
    }
  }

  async function once(portalId: number, token: string, call: Call): Promise<Answered> {
    const all = { key: `portal ${portalId}`, max: callsPer10Seconds, windowMs: 10_000, isEven: true };
    const isSearch = call.path.endsWith('/search');
    await limiter.take(isSearch ? [{ key: `search ${portalId}`, ...SEARCHES }, all] : [all]);
    return send({ ...call, headers: { ...call.headers, Authorization: `Bearer ${token}` } });
  }

  return {
    send,
    async sendFor(portalId, call) {
      const { token, generation } = await tokens().access(portalId);
      try {
        return await once(portalId, token, call);
      } catch (error) {
        if (!(error instanceof HubSpotError) || error.status !== 401) throw error;
        await tokens().renew(portalId, generation);
        return once(portalId, (await tokens().access(portalId)).token, call);
      }
    },
  };
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: Uint8Array = chunk;
    length += bytes.length;
    if (length > ANSWER_BYTES_MAX) throw new Error('The answer is too large.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
