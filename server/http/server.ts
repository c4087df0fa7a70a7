import { createServer as createTlsServer } from 'node:https';
import { createServer, type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import express, { type Express } from 'express';
import type { Clock } from '../clock.ts';
import { newRequestId, write } from './answer.ts';
import { routes } from './contract.ts';
import type { Route } from './contract-route.ts';
import { createDispatch } from './dispatch.ts';
import { failures } from './failure.ts';
import type { Ports } from './ports.ts';
import { type Fault, problem, PROBLEM_TYPE } from './problem.ts';

export interface Http {
  readonly handler: RequestListener;
  /** Port 0 takes a free one. Rejects when the address is taken. */
  listen(port: number, host: string): Promise<{ readonly port: number }>;
  /** Takes no new connections, lets running requests finish for at most `graceMs`, then cuts what is left. */
  close(graceMs?: number): Promise<void>;
}

/** How requests get here. */
export interface Transport {
  /** Certificate and key in PEM; null = plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Whose X-Forwarded-For is believed: so many proxies, or these addresses and networks; null = nobody's. */
  readonly trustProxy: number | readonly string[] | null;
  /** Others reach us by https, here or at a proxy. */
  readonly isSecure: boolean;
}

const IN_THE_CLEAR: Transport = { tls: null, trustProxy: null, isSecure: false };

/** The API: routes of the contract, problem documents for everything else. */
export function createHttp(ports: Ports, transport = IN_THE_CLEAR): Http {
  const handler = createHandler(ports, transport.trustProxy);
  const { tls } = transport;
  const server = limited(
    tls ? createTlsServer({ ...LIMITS, ...tls, minVersion: 'TLSv1.2' }, handler) : createServer(LIMITS, handler),
  );
  if (transport.isSecure) {
    // RFC 6797 §7.1.
    server.prependListener('request', (_, response: ServerResponse) => {
      response.setHeader('Strict-Transport-Security', 'max-age=31536000');
    });
  }
  let stopping = false;
  // A connection that is kept open would outlive the server.
  server.prependListener('request', (_, response: ServerResponse) => {
    if (stopping) response.setHeader('Connection', 'close');
  });

  return {
    handler,
    listen: (port, host) => listen(server, port, host),
    close(graceMs = 5_000) {
      stopping = true;
      return close(server, ports.clock, graceMs);
    },
  };
}

const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
};

function limited(server: Server): Server {
  server.maxHeadersCount = 100;
  server.maxConnections = 10_000;
  // A client that does not read its answer.
  server.timeout = 120_000;
  server.on('clientError', answerBrokenRequest);
  return server;
}

function createHandler(ports: Ports, trustProxy: Transport['trustProxy']): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', false);
  if (trustProxy !== null) app.set('trust proxy', trustProxy);
  const failure = failures(ports.log, ports.clock);
  register(app, createDispatch(ports, failure));

  app.use((_request: IncomingMessage, response: ServerResponse) => refuse(response, noRoute));
  const lastResort = (_request: IncomingMessage, response: ServerResponse, error: unknown) => {
    if (error === undefined || isBadAddress(error)) return refuse(response, error === undefined ? noRoute : badAddress);
    const requestId = newRequestId();
    write(response, requestId, null, { fault: failure(error, requestId, 'routing') });
  };
  // Without a last resort of ours, Express would answer in HTML.
  return (request, response) => {
    // Before anything reads a body: connectors check signatures over its bytes.
    const connector = ports.connectorAt(request.url ?? '');
    if (connector) return connector(request, response);
    const finish = (error?: unknown) => lastResort(request, response, error);
    (app as unknown as Middleware)(request, response, finish);
  };
}

type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** Whatever fits a path but not its methods is 405, OPTIONS included: there is no CORS here. */
function register(app: Express, dispatch: ReturnType<typeof createDispatch>): void {
  const paths = Map.groupBy(routes, (route) => route.path);
  for (const [path, methods] of paths) {
    const registered = app.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of methods) registered[route.method](dispatch(route));
    const fault = methodFault(methods);
    registered.all((_request: IncomingMessage, response: ServerResponse) => refuse(response, fault));
  }
}

function methodFault(methods: readonly Route[]): Fault {
  const allow = methods.map(({ method }) => method.toUpperCase()).join(', ');
  return {
    code: 'INVALID_REQUEST',
    status: 405,
    detail: `This address answers ${allow} only.`,
    action: 'Use one of the methods named in Allow.',
    headers: { Allow: allow },
  };
}

const noRoute: Fault = {
  code: 'NOT_FOUND',
  detail: 'There is no such address.',
  action: 'Look the address up in /openapi.json.',
};

const badAddress: Fault = {
  code: 'INVALID_REQUEST',
  detail: 'The address is not valid: it has a broken percent escape.',
  action: 'Encode the address as RFC 3986 says.',
};

function isBadAddress(error: unknown): boolean {
  return error instanceof URIError || (error instanceof Error && 'status' in error && error.status === 400);
}

function refuse(response: ServerResponse, fault: Fault): void {
  write(response, newRequestId(), null, { fault });
}

function listen(server: Server, port: number, host: string): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({ port: (server.address() as AddressInfo).port });
    });
  });
}

function close(server: Server, clock: Clock, graceMs: number): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const endGrace = clock.after(graceMs, () => server.closeAllConnections());
    let endLooking = () => {};
    // Node closes the connections that are idle now; one that is busy becomes idle later.
    const look = () => {
      server.closeIdleConnections();
      endLooking = clock.after(IDLE_CHECK_MS, look);
    };
    server.close(() => {
      endGrace();
      endLooking();
      resolve();
    });
    look();
  });
}

const IDLE_CHECK_MS = 20;

/** Bytes that are no HTTP never reach a route; they get a problem document all the same. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  // In the middle of an answer, another one would be read as part of it.
  const current: unknown = Reflect.get(socket, '_httpMessage');
  const isAnswering = current instanceof ServerResponse && current.headersSent;
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) {
    socket.destroy();
    return;
  }
  const { status, body } = problem(BROKEN.get(error.code ?? '') ?? notHttp, newRequestId());
  const json = JSON.stringify(body);
  const head = [`HTTP/1.1 ${status} ${STATUS_LINE[status] ?? 'Bad Request'}`, `Content-Type: ${PROBLEM_TYPE}`];
  head.push(`Content-Length: ${Buffer.byteLength(json)}`, 'Connection: close');
  socket.end(`${head.join('\r\n')}\r\n\r\n${json}`);
}

const STATUS_LINE: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

const notHttp: Fault = { code: 'INVALID_REQUEST', detail: 'This is not a valid HTTP request.' };

const BROKEN: ReadonlyMap<string, Fault> = new Map([
  ['HPE_HEADER_OVERFLOW', { ...notHttp, status: 431, detail: 'The headers must not be larger than 16 KB.' }],
  ['ERR_HTTP_REQUEST_TIMEOUT', { ...notHttp, status: 408, detail: 'The request took too long to arrive.' }],
]);
