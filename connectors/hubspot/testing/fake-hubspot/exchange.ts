import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, sleep } from '../../../../server/clock.ts';
import type { Answer } from './answer.ts';
import type { Faults } from './faults.ts';
import type { createLimits } from './limits.ts';
import type { Asked } from './router.ts';

/** What was asked and answered, whole, for whoever judges both. */
export interface Exchange {
  readonly method: string;
  /** Without host and query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string | null;
  /** As it came. */
  readonly body: string;
  /** Of the token; none without one. */
  readonly scopes: readonly string[];
  /** Null: a fault was planned in its place, which is no claim of the stand-in. */
  readonly answer: Answer | null;
}

/** A request that came in, as tests want to count them. */
export interface Noted {
  portalId: number | null;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  status: number;
}

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly requests: Noted[];
  readonly faults: Faults;
  readonly limits: ReturnType<typeof createLimits>;
  readonly route: (asked: Asked) => Answer;
  readonly scopesOf: (authorization: string | undefined) => readonly string[];
  readonly onExchange: ((exchange: Exchange) => void) | undefined;
}

/** One request from beginning to end: noted, answered or made to fail, told to whoever listens. */
export function createExchange({ clock, requests, faults, limits, route, scopesOf, onExchange }: ExchangeOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const text = await readAll(request);
    const known = { method: request.method ?? '', path: url.pathname, body: bodyOf(request, text) };
    const noted: Noted = { portalId: null, ...known, status: 0 };
    requests.push(noted);
    const fault = faults.take(`${noted.method} ${noted.path}`);
    const isDone = fault === null || fault.type === 'slow' || fault.type.endsWith('_after');
    const made = isDone ? route({ request, url, text, noted }) : null;
    const contentType = request.headers['content-type'] ?? null;
    const scopes = scopesOf(request.headers.authorization);
    onExchange?.({ ...noted, query: url.searchParams, contentType, body: text, scopes, answer: made });
    const given = made ?? (fault?.type === 'answer' ? fault : null);
    noted.status = given?.status ?? 0;
    // After it was done: the change is made, and nobody hears of it.
    if (fault?.type.startsWith('reset') === true) return void request.socket.destroy();
    if (given === null || fault?.type === 'hang_after') return;
    if (fault?.type === 'slow') await sleep(clock, fault.ms);
    write(response, given, limits.headersOf(noted.portalId, noted.path));
  };
}

function write(response: ServerResponse, given: Answer, limitHeaders: Readonly<Record<string, string>>): void {
  const body = given.raw ?? (given.json === undefined ? '' : JSON.stringify(given.json));
  const type = given.raw === undefined ? 'application/json' : 'text/html';
  response.writeHead(given.status, { 'Content-Type': type, ...limitHeaders, ...given.headers }).end(body);
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

function bodyOf(request: IncomingMessage, text: string): unknown {
  if (text === '' || !(request.headers['content-type'] ?? '').startsWith('application/json')) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
