import { Agent, request } from 'node:http';
import type { WireAnswer } from './documented.ts';

export interface WireClient {
  /** Sends what fetch would tidy up. Of a stream, only its beginning is read. */
  send(what: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Buffer;
  }): Promise<WireAnswer & { readonly headers: Readonly<Record<string, unknown>> }>;
  close(): void;
}

/** node:http on connections that stay open. */
export function wireClient(url: string): WireClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const { hostname, port } = new URL(url);
  return {
    send: ({ method, path, headers, body = Buffer.alloc(0) }) =>
      new Promise((resolve, reject) => {
        // Without its length, the body of a GET would be read as the next request.
        const named = { ...headers, 'content-length': String(body.length) };
        const outgoing = request({ agent, host: hostname, port, method, path, headers: named }, (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          const isEndless = incoming.headers['content-type'] === 'text/event-stream';
          if (isEndless) incoming.once('data', () => incoming.destroy());
          incoming.on(isEndless ? 'close' : 'end', () => {
            const type = incoming.headers['content-type'] ?? null;
            const text = Buffer.concat(chunks).toString();
            resolve({ status: incoming.statusCode ?? 0, type, text, headers: incoming.headers });
          });
          if (isEndless) incoming.on('error', () => undefined);
        });
        // Far more than any answer needs: whoever waits for one is told which it was.
        outgoing.setTimeout(60_000, () => outgoing.destroy(new Error(`No answer to ${method} ${path}.`)));
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
