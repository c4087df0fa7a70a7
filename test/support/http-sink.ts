import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The sender's port: the same one twice means a reused connection. */
  readonly remotePort: number;
}

export type Answer = (response: ServerResponse, request: Received, index: number) => void;

export interface HttpSink extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly requests: readonly Received[];
  /** How many connections were ever made. */
  connections(): number;
  /** Resolves once that many requests have arrived. */
  received(count: number): Promise<readonly Received[]>;
}

/** A real HTTP server on 127.0.0.1 that keeps what it gets. It answers 200 unless told otherwise. */
export async function httpSink(
  answer: Answer = (response) => response.end(),
  tls?: { key: string; cert: string },
): Promise<HttpSink> {
  const requests: Received[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  let connections = 0;
  const listener: http.RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers, socket } = request;
      const body = Buffer.concat(chunks).toString();
      const received = { method, path, headers, body, remotePort: socket.remotePort ?? 0 };
      requests.push(received);
      answer(response, received, requests.length - 1);
      for (const each of waiting) if (each.count <= requests.length) each.resolve();
      waiting = waiting.filter((each) => each.count > requests.length);
    });
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    async received(count) {
      if (requests.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
      return requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
