import type { Event, ListEventsAnswer } from './contract.ts';
import { SmsApiError, errorOfAnswer, errorOfConnection } from './errors.ts';
import { retryDelayMs } from './retry.ts';
import { type CallOptions, type SmsClientOptions, type Transport, searchOf } from './transport.ts';

/** One thing that happened; `id` is its place in the stream. */
export type SmsEvent = Event;

export interface StreamOptions {
  /** Types, or all of a kind (`message.*`); all when left out. */
  readonly types?: readonly string[];
  /** Goes on behind this event; `0-0` begins with the oldest that is kept. Left out: from now on. */
  readonly lastEventId?: string;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
}

export interface EventsQuery {
  readonly types?: readonly string[];
}

/** The server says something every 15 s. */
const SILENCE_MAX_MS = 45_000;

/** What happens, page by page and as it happens. */
export const eventsOf = (http: Transport) => ({
  /** What happened in the last 30 days, the newest first, page after page. */
  list: ({ types }: EventsQuery = {}, options: CallOptions = {}): AsyncGenerator<SmsEvent, void> =>
    http.each<ListEventsAnswer>('/v1/events', { type: types?.join(',') }, options),
  /**
   * What happens, as it happens. A connection that is lost is made again, behind the last event that was given out, so
   * none is missed; one may come twice, with the same id. Ends when `signal` says so; throws `SmsApiError` when the key
   * is refused, or when the events behind `lastEventId` are not kept any more (EVENTS_GONE).
   */
  stream: (options: StreamOptions = {}): AsyncGenerator<SmsEvent, void> => stream(http.options, options),
});

type Connection = Required<SmsClientOptions>;

async function* stream(connection: Connection, options: StreamOptions): AsyncGenerator<SmsEvent, void> {
  const { now, random, sleep } = connection;
  const place = { id: options.lastEventId ?? null };
  for (let tries = 0; !options.signal?.aborted; tries += 1) {
    try {
      for await (const event of connected(connection, options, place)) {
        tries = 0;
        yield event;
      }
    } catch (error) {
      if (options.signal?.aborted) return;
      if (!(error instanceof SmsApiError) || !error.retryable) throw error;
    }
    if (options.signal?.aborted) return;
    await sleep(retryDelayMs({ tries, retryAfter: null, nowMs: now() }, random()), options.signal);
  }
}

/** One connection; it ends, or throws, when the server goes away. */
async function* connected(
  { baseUrl, apiKey, fetch }: Connection,
  { types, signal }: StreamOptions,
  place: { id: string | null },
): AsyncGenerator<SmsEvent, void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  signal?.addEventListener('abort', end, { once: true });
  let silence = setTimeout(end, SILENCE_MAX_MS);
  try {
    const response = await fetch(`${baseUrl}/v1/events/stream${searchOf({ type: types?.join(',') })}`, {
      headers: {
        Accept: 'text/event-stream',
        Authorization: `Bearer ${apiKey}`,
        ...(place.id === null ? {} : { 'Last-Event-ID': place.id }),
      },
      redirect: 'manual',
      signal: ended.signal,
    });
    if (!response.ok || !response.body) {
      throw errorOfAnswer(response.status, await response.text(), response.headers.get('Request-Id'));
    }
    for await (const block of blocksOf(response.body)) {
      clearTimeout(silence);
      silence = setTimeout(end, SILENCE_MAX_MS);
      const { id, data } = fieldsOf(block);
      if (data !== null) yield JSON.parse(data) as SmsEvent;
      // Behind the yield: what the reader did not get is asked for again.
      if (id !== null) place.id = id;
    }
  } catch (thrown) {
    throw thrown instanceof SmsApiError ? thrown : errorOfConnection(thrown);
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', end);
    end();
  }
}

/** What stands between empty lines (WHATWG HTML, 9.2.6). */
async function* blocksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      yield* blocks;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function fieldsOf(block: string): { readonly id: string | null; readonly data: string | null } {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  return { id: fields.get('id') ?? null, data: fields.get('data') ?? null };
}
