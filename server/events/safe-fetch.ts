import { lookup as systemLookup } from 'node:dns/promises';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type Clock, systemClock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import { type Target, type TargetFault, type TargetPolicy, targetRules } from './target.ts';

/** POSTs to addresses that strangers chose, and to nothing inside our own network (OWASP API7:2023). */
export interface SafeFetch {
  /** For the moment a URL is registered: looks at its text and a literal address, resolves nothing. */
  readonly check: (
    url: string,
    mode: Mode,
  ) => { readonly ok: true } | { readonly ok: false; readonly reason: TargetFault };
  post(request: PostRequest): Promise<PostResult>;
  /** Closes the connections that are kept open for reuse. */
  close(): void;
}

export interface PostRequest {
  readonly url: string;
  readonly mode: Mode;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal;
  /** The answer is asked for with what it says. */
  readonly wantsContent?: boolean;
}

/** A redirect is an answer like any other: it is not followed. */
export type PostResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfterSeconds: number | null;
      /** Only where it was wanted; the body up to ANSWER_BYTES_MAX. */
      readonly content?: { readonly type: string | null; readonly body: string };
    }
  /** A word, or the code of the system's error. It never contains the URL. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface SafeFetchOptions extends TargetPolicy {
  readonly clock?: Clock;
  /** All addresses of a name. */
  readonly lookup?: (host: string) => Promise<readonly Address[]>;
}

export interface Address {
  readonly address: string;
  readonly family: number;
}

export const TIMEOUT_MS = 15_000;
export const ANSWER_BYTES_MAX = 64 * 1024;
/** To one host at once. Who has more under way would let some wait for a connection until their deadline. */
export const CONNECTIONS_MAX = 50;

export function createSafeFetch(options: SafeFetchOptions): SafeFetch {
  const { clock = systemClock, lookup = lookupAll } = options;
  const judge = targetRules(options);
  const connections = openConnections();

  return {
    check(url, mode) {
      const target = judge(url, mode);
      return target.ok ? { ok: true } : target;
    },
    post: (request) => withDeadline(clock, request.signal, (signal) => post(request, signal)),
    close: () => connections.close(),
  };

  async function post(request: PostRequest, signal: AbortSignal): Promise<PostResult> {
    const target = judge(request.url, request.mode);
    if (!target.ok) return failed(target.reason);
    const addresses = await Promise.race([resolve(target, lookup), aborted(signal)]);
    if (typeof addresses === 'string') return failed(addresses);
    const exchange = () => send({ target, addresses, request, signal, clock, agent: connections.agentFor(target.url) });
    const first = await exchange();
    // The receiver closed an idle connection at the moment it was reused: that says nothing about this request.
    return first.kind === 'stale' ? settled(await exchange()) : first;
  }
}

const failed = (reason: string): PostResult => ({ kind: 'failed', reason });

type Reachable = Extract<Target, { ok: true }>;
type Exchanged = PostResult | { readonly kind: 'stale' };

function settled(result: Exchanged): PostResult {
  return result.kind === 'stale' ? failed('ECONNRESET') : result;
}

/** A look-up cannot be cancelled: after the deadline it is left behind. */
function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((done) => {
    const report = () => done(String(signal.reason));
    if (signal.aborted) report();
    else signal.addEventListener('abort', report, { once: true });
  });
}

function lookupAll(host: string): Promise<Address[]> {
  return systemLookup(host, { all: true });
}

/** Every address has to be acceptable, otherwise a name with one public and one private address would be a way in. */
async function resolve(
  { host, accepts }: Reachable,
  lookup: (host: string) => Promise<readonly Address[]>,
): Promise<readonly Address[] | string> {
  const literal = isIP(host);
  if (literal !== 0) return [{ address: host, family: literal }];
  const found = await lookup(host).catch(() => []);
  if (found.length === 0) return 'name_not_resolved';
  return found.every(({ address }) => accepts(address)) ? found : 'address_not_allowed';
}

interface Exchange {
  readonly target: Reachable;
  readonly addresses: readonly Address[];
  readonly request: PostRequest;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly agent: http.Agent;
}

function send(exchange: Exchange): Promise<Exchanged> {
  const { request, signal } = exchange;
  return new Promise((done) => {
    const outgoing = startRequest(exchange);
    let answer: (() => PostResult) | null = null;
    outgoing.on('response', (response) => {
      const result = answered(response, exchange.clock.now());
      const type = response.headers['content-type'] ?? null;
      const body = drain(response, outgoing);
      answer = () => (request.wantsContent ? { ...result, content: { type, body: body() } } : result);
    });
    // Close comes once, last, after an answer, an error or an abort.
    let reason = 'connection_closed';
    outgoing.on('error', (error: NodeJS.ErrnoException) => (reason = error.code ?? 'connection_failed'));
    outgoing.on('close', () => {
      if (answer) return done(answer());
      if (signal.aborted) return done(failed(String(signal.reason)));
      done(reason === 'ECONNRESET' && outgoing.reusedSocket ? { kind: 'stale' } : failed(reason));
    });
    outgoing.end(request.body);
  });
}

function startRequest({ target, addresses, request, signal, agent }: Exchange): ClientRequest {
  const module = target.url.protocol === 'https:' ? https : http;
  return module.request(target.url, {
    method: 'POST',
    agent,
    signal,
    headers: { ...request.headers, 'content-length': Buffer.byteLength(request.body) },
    // The connection goes to what was checked; a second look-up could answer something else (DNS rebinding).
    lookup: pinned(addresses),
  });
}

function pinned(addresses: readonly Address[]): LookupFunction {
  return (_host, options, callback) => {
    const first = addresses[0];
    if (options.all) callback(null, [...addresses]);
    else callback(first ? null : new Error('no address'), first?.address ?? '', first?.family ?? 0);
  };
}

/** Reads the answer, also where nobody wants it, so that the connection can be reused, up to a limit. Answers what came. */
function drain(response: IncomingMessage, outgoing: ClientRequest): () => string {
  let bytes = 0;
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) outgoing.destroy();
    else chunks.push(chunk);
  });
  response.on('error', () => outgoing.destroy());
  return () => Buffer.concat(chunks).toString('utf8');
}

function answered(response: IncomingMessage, nowMs: number): Extract<PostResult, { kind: 'answered' }> {
  return {
    kind: 'answered',
    status: response.statusCode ?? 0,
    retryAfterSeconds: parseRetryAfter(response.headers['retry-after'], nowMs),
  };
}

/** RFC 9110 §10.2.3: seconds or a date. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  // Date.parse takes much more than an HTTP date, for instance `-5`; those all have letters and end in GMT.
  const at = value.endsWith(' GMT') ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - nowMs) / 1000));
}

/** One deadline for everything: the name, the connection, TLS, the answer. */
async function withDeadline(
  clock: Clock,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<PostResult>,
): Promise<PostResult> {
  const controller = new AbortController();
  const abort = () => controller.abort('aborted');
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort, { once: true });
  const cancel = clock.after(TIMEOUT_MS, () => controller.abort('timeout'));
  const result = await work(controller.signal);
  cancel();
  outer?.removeEventListener('abort', abort);
  return result;
}

/** A connection is reused for the same host and port only, and was checked when it was made. */
function openConnections() {
  const settings = { keepAlive: true, maxSockets: CONNECTIONS_MAX, maxFreeSockets: CONNECTIONS_MAX, timeout: 30_000 };
  const plain = new http.Agent(settings);
  const secure = new https.Agent(settings);
  return {
    agentFor: (url: URL): http.Agent => (url.protocol === 'https:' ? secure : plain),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}
