import { z } from 'zod';
import { type Clock, sleep } from '../../../server/clock.ts';
import type { ConnectorLog } from '../../seam/connector.ts';
import type { OpenConnection } from '../egress/client.ts';
import { isSlackHost, isStandIn } from '../rules/stand-in.ts';
import type { Answer } from './receiver.ts';

/** Socket Mode: Slack is called, and needs no address of ours (docs.slack.dev, "Using Socket Mode"). */

export interface SocketOptions {
  readonly openConnection: OpenConnection;
  /** Of the Web API; the socket of a stand-in is beside it. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly onEvent: (envelope: unknown) => Promise<void>;
  readonly onInteraction: (payload: unknown) => Promise<Answer>;
  readonly onCommand: (fields: Readonly<Record<string, string>>) => Promise<Answer>;
  /** There was nobody to hear Slack for a while. */
  readonly onGap: () => void;
}

export interface SlackSocket {
  isConnected(): boolean;
  stop(): Promise<void>;
}

/** A connection that has died without a word is replaced by then; Slack keeps one for some hours at most. */
const RENEW_AFTER_MS = 600_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;

const envelopeSchema = z.object({
  type: z.string(),
  envelope_id: z.string().max(100).optional(),
  payload: z.unknown().optional(),
});

/** Keeps one connection open, and opens the next before the one before is closed. */
export function openSocket(options: SocketOptions): SlackSocket {
  const { clock, log } = options;
  const stopping = new AbortController();
  const open = new Set<WebSocket>();
  let wasLost = false;

  async function keepConnected(): Promise<void> {
    let retryMs = RETRY_MIN_MS;
    while (!stopping.signal.aborted) {
      const before = [...open];
      const socket = await connect(options, stopping.signal);
      if (!socket) {
        wasLost ||= open.size === 0;
        await sleep(clock, retryMs, stopping.signal);
        retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
        continue;
      }
      retryMs = RETRY_MIN_MS;
      open.add(socket);
      for (const old of before) old.close();
      if (wasLost) options.onGap();
      wasLost = false;
      const isRenewal = await endOf(socket, clock, stopping.signal, () => open.delete(socket));
      // A warning, or its age: the next one is opened while this one still listens.
      if (!isRenewal) {
        wasLost = true;
        log.warn({}, 'the connection to Slack was lost');
      }
    }
  }

  const running = keepConnected();
  return {
    isConnected: () => open.size > 0,
    async stop() {
      stopping.abort();
      for (const socket of open) socket.close();
      await running;
    },
  };
}

async function connect(options: SocketOptions, stopping: AbortSignal): Promise<WebSocket | null> {
  const address = await options.openConnection();
  if (address === null || stopping.aborted) return null;
  if (!isSlack(address, options.apiUrl)) {
    options.log.error({}, 'Slack named an address for its socket that is not its own');
    return null;
  }
  const socket = new WebSocket(address);
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') void hear(options, socket, data);
  });
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve(socket), { once: true });
    socket.addEventListener('error', () => resolve(null), { once: true });
    socket.addEventListener('close', () => resolve(null), { once: true });
  });
}

function isSlack(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return isStandIn(url, apiUrl) || (url.protocol === 'wss:' && isSlackHost(url.hostname));
}

/** Resolves when it is time for the next one: true = this one still works. */
function endOf(socket: WebSocket, clock: Clock, stopping: AbortSignal, onClosed: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(RENEW_AFTER_MS, () => resolve(true));
    stopping.addEventListener('abort', () => resolve(true), { once: true });
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string' && data.includes('"disconnect"') && parsed(data)?.type === 'disconnect')
        resolve(true);
    });
    socket.addEventListener('close', () => {
      cancel();
      onClosed();
      resolve(false);
    });
    if (socket.readyState !== WebSocket.OPEN) {
      onClosed();
      resolve(false);
    }
  });
}

/** Acknowledged when it is stored, and not before: what is not is told again, here or on another connection. */
async function hear(options: SocketOptions, socket: WebSocket, text: string): Promise<void> {
  const envelope = parsed(text);
  if (envelope?.envelope_id === undefined) return;
  try {
    const answer = await dispatch(options, envelope.type, envelope.payload);
    const payload = answer === null ? {} : { payload: 'json' in answer ? answer.json : { text: answer.text } };
    socket.send(JSON.stringify({ envelope_id: envelope.envelope_id, ...payload }));
  } catch (error) {
    options.log.warn({ err: error }, 'a message of Slack could not be stored');
  }
}

async function dispatch(options: SocketOptions, type: string, payload: unknown): Promise<Answer> {
  switch (type) {
    case 'events_api':
      await options.onEvent(payload);
      return null;
    case 'interactive':
      return options.onInteraction(payload);
    case 'slash_commands':
      return options.onCommand(z.record(z.string(), z.string().catch('')).catch({}).parse(payload));
    default:
      return null;
  }
}

function parsed(text: string): z.output<typeof envelopeSchema> | null {
  try {
    return envelopeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
