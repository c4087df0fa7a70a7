import { SmsClient, type SmsClientOptions } from '../../connectors/sdk/index.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly search: Readonly<Record<string, string>>;
  readonly headers: Headers;
  /** Parsed; null without one. */
  readonly body: unknown;
  readonly signal: AbortSignal | null;
}

export type Answer = { readonly status?: number; readonly body?: unknown } | Error;

/** An SDK client whose server answers what the test says, and what it was asked. No time passes. */
export function fakeServer(answer: (asked: Asked, index: number) => Answer, options: Partial<SmsClientOptions> = {}) {
  const asked: Asked[] = [];
  const waits: number[] = [];
  const clock = { nowMs: Date.UTC(2026, 10, 20, 12) };
  const fetch: typeof globalThis.fetch = (input, init) => {
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : null;
    const { method = 'GET', headers, signal = null } = init ?? {};
    const one = { method, path: pathname, search: Object.fromEntries(searchParams), body, signal };
    asked.push({ ...one, headers: new Headers(headers) });
    const given = answer({ ...one, headers: new Headers(headers) }, asked.length - 1);
    if (given instanceof Error) return Promise.reject(given);
    const text = given.status === 204 ? null : JSON.stringify(given.body ?? {});
    return Promise.resolve(new Response(text, { status: given.status ?? 200 }));
  };
  const client = new SmsClient({
    baseUrl: 'http://localhost:8080',
    apiKey: 'sk_test_key',
    fetch,
    now: () => clock.nowMs,
    random: () => 1,
    sleep: (ms) => {
      waits.push(ms);
      clock.nowMs += ms;
      return Promise.resolve();
    },
    ...options,
  });
  return { client, asked, waits, clock };
}

/** What a call threw. */
export async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('Nothing was thrown.');
    },
    (thrown: unknown) => thrown,
  );
}
