import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog } from '../../seam/connector.ts';
import { readBody } from '../../seam/read-body.ts';
import type { Reply } from './reply.ts';
import { isSignedByHubSpot } from './signature.ts';

/** A request whose sender is known. */
export interface Received {
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly cookies: string | undefined;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below /connectors/hubspot/. */
  readonly path: string;
  /** v2: HubSpot signs calls of workflow actions by v3 or v2, everything else by v3. none: for browsers. */
  readonly signature: 'v3' | 'v2' | 'none';
  /** What it throws is answered 503, and HubSpot calls again. */
  handle(request: Received): Promise<Reply>;
}

export interface RoutesOptions {
  readonly secrets: readonly string[];
  /** How HubSpot reaches us; what a header says about that counts for nothing. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly routes: readonly Route[];
}

const PREFIX = '/connectors/hubspot/';
/** HubSpot sends at most 100 events, and cards at most 1 MB. */
const BODY_BYTES_MAX = 1_000_000;

const SAY_EVERY_MS = 600_000;

export function createHandler(options: RoutesOptions) {
  const notSigned = sayNotSigned(options);
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(options, request).then(
      (reply) => {
        if (reply.status === 401) notSigned(request);
        write(response, reply);
        // What was not read would be taken for the next request.
        if (!request.complete) request.destroy();
      },
      (error: unknown) => {
        options.log.warn({ err: error }, 'a request of HubSpot could not be taken');
        write(response, { status: 503, headers: { 'Retry-After': '5' } });
      },
    );
  };
}

/** Which signatures came with it, never what they are: HubSpot does not document all of its calls. */
function sayNotSigned({ clock, log }: RoutesOptions) {
  let saidAt = -SAY_EVERY_MS;
  return ({ url, headers }: IncomingMessage): void => {
    if (clock.monotonic() - saidAt < SAY_EVERY_MS) return;
    saidAt = clock.monotonic();
    const names = Object.keys(headers).filter((name) => name.startsWith('x-hubspot-'));
    log.warn(
      { path: splitOnce(url ?? '')[0].slice(0, 100), headers: names.slice(0, 10) },
      'a request was not signed as it has to be',
    );
  };
}

async function answer(options: RoutesOptions, request: IncomingMessage): Promise<Reply> {
  const target = request.url ?? '/';
  const [path, search] = splitOnce(target);
  const here = options.routes.filter((route) => PREFIX + route.path === path);
  if (here.length === 0) return { status: 404 };
  const route = here.find(({ method }) => method === request.method);
  if (!route) return { status: 405, headers: { Allow: here.map(({ method }) => method).join(', ') } };
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === null) return { status: 413, headers: { Connection: 'close' } };
  // Nobody learns what was wrong with a forged request.
  if (route.signature !== 'none' && !isGenuine(options, request, route, target, body)) return { status: 401 };
  return route.handle({ query: new URLSearchParams(search), body, cookies: request.headers.cookie });
}

function isGenuine(
  options: RoutesOptions,
  request: IncomingMessage,
  route: Route,
  target: string,
  body: Buffer,
): boolean {
  const header = (name: string) => [request.headers[name]].flat()[0];
  const signed = {
    method: route.method,
    url: options.publicUrl + target,
    body,
    signatureV3: header('x-hubspot-signature-v3'),
    timestamp: header('x-hubspot-request-timestamp'),
    signature: header('x-hubspot-signature'),
    version: header('x-hubspot-signature-version'),
  };
  const { secrets, clock } = options;
  return isSignedByHubSpot(signed, { secrets, nowMs: clock.now(), allowsV2: route.signature === 'v2' });
}

function splitOnce(target: string): [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

function write(response: ServerResponse, { status, json, html, headers }: Reply): void {
  const type = json !== undefined ? 'application/json' : html !== undefined ? 'text/html; charset=utf-8' : null;
  const safe = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  response
    .writeHead(status, { ...safe, ...(type === null ? {} : { 'Content-Type': type }), ...headers })
    .end(json === undefined ? html : JSON.stringify(json));
}

/** Undefined for what is no JSON. Integers beyond 2^53 are text, as they came: rounded they would be another record's. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'), exactly) as unknown;
  } catch {
    return undefined;
  }
}

const exactly = (_name: string, value: unknown, written?: { readonly source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(written?.source ?? '')
    ? written?.source
    : value;
