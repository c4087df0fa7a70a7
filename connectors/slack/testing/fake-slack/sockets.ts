import type { Server } from 'node:http';
import { parse } from 'node:querystring';
import type { Clock } from '../../../../server/clock.ts';
import type { AppAnswer } from './events.ts';
import { acceptWebSocket, type Peer } from './web-socket.ts';

/** Socket Mode: the app connects to an address that is good for one connection, and hears everything there. */
export interface Sockets {
  /** The address of the next connection, without its host. */
  newPath(): string;
  /** How many are open. */
  count(): number;
  /** Tells the one that was opened last, and answers what it acknowledged within 3 s. */
  post(body: string, type: string): Promise<AppAnswer>;
  /** Says that it will close, as Slack does before it does. */
  warn(): void;
  /** Breaks every connection without a word. */
  cut(): void;
}

const ANSWER_WITHIN_MS = 3_000;

export function createSockets(server: Server, clock: Clock): Sockets {
  const tickets = new Set<string>();
  const peers: Peer[] = [];
  const waiting = new Map<string, (payload: unknown) => void>();
  let count = 0;
  server.on('upgrade', (request, socket) => {
    if (!tickets.delete(request.url ?? '')) return void socket.destroy();
    const peer = acceptWebSocket(request, socket, {
      text(text) {
        const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id: string; payload?: unknown };
        waiting.get(id)?.(payload);
      },
      end: () => void peers.splice(peers.indexOf(peer), 1),
    });
    peers.push(peer);
    peer.send(
      JSON.stringify({ type: 'hello', num_connections: peers.length, connection_info: { app_id: 'A0000000001' } }),
    );
  });

  return {
    newPath() {
      const path = `/link/?ticket=${++count}`;
      tickets.add(path);
      return path;
    },
    count: () => peers.length,
    post: (body, type) =>
      new Promise((resolve) => {
        const id = `envelope-${++count}`;
        const none: AppAnswer = { status: 0, body: '', headers: null };
        const done = (answer: AppAnswer) => {
          cancel();
          waiting.delete(id);
          resolve(answer);
        };
        const cancel = clock.after(ANSWER_WITHIN_MS, () => done(none));
        waiting.set(id, (payload) =>
          done({ status: 200, body: payload === undefined ? '' : JSON.stringify(payload), headers: null }),
        );
        const peer = peers.at(-1);
        if (peer)
          peer.send(JSON.stringify({ envelope_id: id, accepts_response_payload: true, ...envelopeOf(body, type) }));
        else done(none);
      }),
    warn: () => peers.at(-1)?.send(JSON.stringify({ type: 'disconnect', reason: 'warning' })),
    cut: () => {
      for (const peer of peers.slice()) peer.destroy();
    },
  };
}

function envelopeOf(body: string, type: string): { type: string; payload: unknown } {
  if (type === 'application/json') return { type: 'events_api', payload: JSON.parse(body) };
  const fields = parse(body);
  if (typeof fields['payload'] === 'string') return { type: 'interactive', payload: JSON.parse(fields['payload']) };
  return { type: 'slash_commands', payload: fields };
}
