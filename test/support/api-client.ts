import { expectDocumented } from './documented.ts';
import type { RunningServer } from './server-process.ts';
import { until } from './until.ts';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface ApiClient {
  (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Sends a text and answers its id; throws when it was not accepted. */
  send(text?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Waits until a text has this status, and answers it. */
  reaches(id: string, status: string): Promise<Record<string, unknown>>;
}

export const TEXT = { to: '+14155550123', from: '+15005550100', body: 'Your order is on its way.' };

/** The API of a running server as its users call it, with one of its first keys. */
export function apiClient({ url, keys }: RunningServer, mode: 'test' | 'live' = 'test'): ApiClient {
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${keys[mode]}`, 'Content-Type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    expectDocumented(method, path, { status: response.status, type: response.headers.get('content-type'), text });
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  return Object.assign(call, {
    async send(text = {}) {
      const { status, body } = await call('POST', '/v1/messages/send', { ...TEXT, ...text });
      if (status !== 202) throw new Error(`${status}: ${JSON.stringify(body)}`);
      return String(body['message_id']);
    },
    reaches: (id: string, status: string) =>
      until(async () => {
        const { body } = await call('GET', `/v1/messages/${id}`);
        return body['status'] === status ? body : undefined;
      }),
  });
}
