import net from 'node:net';
import tls from 'node:tls';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Outcome } from '../messages/carrier.ts';
import { ESME_ROK, ESME_RX_T_APPN } from './command-status.ts';
import { framer } from './pdu-framing.ts';
import { PDU_LENGTH_MAX } from './pdu.ts';
import type { BindFields, MessageFields } from './pdu.ts';
import { createSession } from './session.ts';
import type { CloseReason, Effect, Faults, SessionEvent } from './session.ts';
import { createWriter } from './writer.ts';

/** One socket with one session on it: octets and timers for a machine that knows neither. Used once, never reopened. */
export interface Connection {
  isBound(): boolean;
  /** True while a new text may start and the socket takes octets. */
  isReady(): boolean;
  submit(fields: Partial<MessageFields>): Promise<Outcome>;
  /** Drains for at most `drainMs`, unbinds and closes; `onClosed` says when it is done. */
  stop(drainMs: number): void;
}

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** The peer's certificate is always verified, for `host`. */
  readonly tls: boolean;
  /** PEM of the certificate authority, when it is none of Node's own. */
  readonly ca?: string;
  readonly bind: Partial<BindFields>;
  readonly window: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** A promise that rejects makes the carrier deliver again later. */
  onDeliver(fields: MessageFields): Promise<void>;
  /** `isBound` or `isReady` may have changed. */
  onChange(): void;
  /** Called exactly once, when the socket is gone. */
  onClosed(closing: Closing): void;
}

export interface Closing {
  readonly reason: CloseReason;
  /** Of a refused bind; otherwise zero. */
  readonly commandStatus: number;
  /** How long the bind lasted; null when there was none. */
  readonly boundMs: number | null;
  /** The socket's own error, for instance ECONNREFUSED. */
  readonly error: string | null;
  readonly faults: Readonly<Faults>;
}

const KEEP_ALIVE_MS = 30_000;
/** How long a last PDU may take to leave before the socket is cut. */
const LINGER_MS = 1_000;
/** Reasons to leave with manners: the last PDU and the FIN get their chance. The others leave a peer that is gone. */
const POLITE: ReadonlySet<CloseReason> = new Set([
  'bind_refused',
  'invalid_pdu_length',
  'peer_unbound',
  'not_bound',
  'stopped',
]);

export function openConnection(options: ConnectionOptions): Connection {
  const { clock, log } = options;
  const session = createSession({ bind: options.bind, window: options.window });
  const frames = framer({ maxLength: PDU_LENGTH_MAX });
  const socket = openSocket(options);
  const writer = createWriter(socket);
  const timer = createTimer(clock, () => handle({ type: 'tick' }));
  const waiting = new Map<number, (outcome: Outcome) => void>();
  let lastItem = 0;
  let boundAtMs: number | null = null;
  let closing: { readonly reason: CloseReason; readonly commandStatus: number } | null = null;
  let error: string | null = null;
  let cancelLinger = () => {};

  function handle(event: SessionEvent): void {
    try {
      for (const effect of session.handle(event, clock.now())) perform(effect);
    } catch (thrown) {
      // A fault of ours must not leave the link deaf: this connection ends, the next one starts clean.
      log.error({ error: nameOf(thrown), event: event.type }, 'SMPP connection given up after an internal error');
      if (event.type === 'submit') settle(event.item, { kind: 'unsent', reason: 'Internal error.' });
      socket.destroy();
    }
    timer.set(session.deadline());
    options.onChange();
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'state':
        if (effect.state === 'BOUND') boundAtMs = clock.now();
        return;
      case 'write':
        if (!writer.write(effect.octets)) socket.destroy();
        return;
      case 'settle':
        return settle(effect.item, effect.outcome);
      case 'deliver':
        return void deliver(effect.delivery, effect.fields);
      case 'close':
        return leave(effect.reason, effect.commandStatus);
    }
  }

  function settle(item: number, outcome: Outcome): void {
    const resolve = waiting.get(item);
    waiting.delete(item);
    resolve?.(outcome);
  }

  async function deliver(delivery: number, fields: MessageFields): Promise<void> {
    let commandStatus = ESME_ROK;
    try {
      await options.onDeliver(fields);
    } catch (thrown) {
      commandStatus = ESME_RX_T_APPN;
      log.warn({ error: nameOf(thrown) }, 'deliver_sm not taken; the carrier is asked to deliver it again');
    }
    handle({ type: 'answer', delivery, commandStatus });
  }

  function leave(reason: CloseReason, commandStatus: number): void {
    closing = { reason, commandStatus };
    if (!POLITE.has(reason)) return void socket.destroy();
    writer.flush();
    socket.end();
    cancelLinger = clock.after(LINGER_MS, () => socket.destroy());
  }

  socket.on(options.tls ? 'secureConnect' : 'connect', () => handle({ type: 'connected' }));
  socket.on('data', (chunk: Buffer) => {
    const framed = frames.push(chunk);
    for (const frame of framed.frames) handle({ type: 'frame', frame });
    if (framed.violation) handle({ type: 'violation' });
  });
  socket.on('drain', () => options.onChange());
  socket.on('error', (thrown: NodeJS.ErrnoException) => {
    error = thrown.code ?? thrown.name;
  });
  socket.on('end', () => handle({ type: 'disconnected' }));
  socket.once('close', () => {
    handle({ type: 'disconnected' });
    timer.set(null);
    cancelLinger();
    const boundMs = boundAtMs === null ? null : clock.now() - boundAtMs;
    const { reason, commandStatus } = closing ?? {
      reason: 'disconnected',
      commandStatus: ESME_ROK,
    };
    options.onClosed({ reason, commandStatus, boundMs, error, faults: session.faults });
  });
  handle({ type: 'start' });

  return {
    isBound: () => session.state() === 'BOUND',
    isReady: () => session.isReady() && !socket.writableNeedDrain,
    submit: (fields) =>
      new Promise((resolve) => {
        lastItem += 1;
        waiting.set(lastItem, resolve);
        handle({ type: 'submit', item: lastItem, fields });
      }),
    stop: (drainMs) => handle({ type: 'stop', drainMs }),
  };
}

function openSocket({ host, port, tls: secure, ca }: ConnectionOptions): net.Socket {
  // RFC 6066 §3: a server name is a name, never an address.
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  const trust = ca === undefined ? {} : { ca };
  const socket = secure ? tls.connect({ host, port, ...servername, ...trust }) : net.connect({ host, port });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
}

/** One timer for the earliest deadline. A later deadline lets it ring in vain, which is cheaper than moving it with each PDU. */
function createTimer(clock: Clock, ring: () => void) {
  let armedForMs: number | null = null;
  let cancel = () => {};
  return {
    set(deadlineMs: number | null): void {
      if (deadlineMs !== null && armedForMs !== null && armedForMs <= deadlineMs) return;
      cancel();
      armedForMs = deadlineMs;
      if (deadlineMs === null) return;
      cancel = clock.after(Math.max(0, deadlineMs - clock.now()), () => {
        armedForMs = null;
        ring();
      });
    },
  };
}

/** The kind of an error and nothing of its text, which may quote what was delivered. */
function nameOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  return 'code' in thrown && typeof thrown.code === 'string' ? `${thrown.name} ${thrown.code}` : thrown.name;
}
