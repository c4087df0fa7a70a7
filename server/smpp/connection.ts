import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { OnLateAnswer, Outcome } from '../messages/carrier.ts';
import type { Arrival } from '../rules/redelivery.ts';
import { ESME_ROK, ESME_RX_T_APPN } from './command-status.ts';
import type { CommandStatusOverrides } from './command-status.ts';
import { framer } from './pdu-framing.ts';
import { PDU_LENGTH_MAX } from './pdu.ts';
import type { BindFields, MessageFields } from './pdu.ts';
import { createSession } from './session.ts';
import type { BindType, CloseReason, Effect, Faults, SessionEvent, SessionState, SessionTimes } from './session.ts';
import { isPinBroken, openSocket } from './socket.ts';
import type { SocketOptions } from './socket.ts';
import { createWriter } from './writer.ts';

/** One socket with one session on it: octets and timers for a machine that knows neither. Used once, never reopened. */
export interface Connection {
  isBound(): boolean;
  /** True while a new text may start and the socket takes octets. */
  isReady(): boolean;
  state(): SessionState;
  /** True while the peer is asked whether it lives. */
  isSuspect(): boolean;
  /** True while it unbinds because no text comes or goes. */
  isResting(): boolean;
  /** submit_sm without an answer. */
  outstanding(): number;
  submit(fields: Partial<MessageFields>, onLateAnswer?: OnLateAnswer): Promise<Outcome>;
  /** Drains for at most `drainMs`, unbinds and closes; `onClosed` says when it is done. */
  stop(drainMs: number): void;
}

export interface ConnectionOptions extends SocketOptions {
  /** Its id, for logs. */
  readonly carrier: string;
  /** A connection that the carrier has made, after its outbind; left out: we connect. */
  readonly accepted?: Socket;
  readonly type: BindType;
  readonly bind: Partial<BindFields>;
  readonly window: number;
  readonly times: SessionTimes;
  readonly meanings: CommandStatusOverrides;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** A promise that rejects makes the carrier deliver again later. */
  onDeliver(fields: MessageFields, origin: Origin): Promise<void>;
  /** The connection was bound and is not any more; called at least once. */
  onBindLost?(): void;
  /** `isBound` or `isReady` may have changed. */
  onChange(): void;
  /** Called exactly once, when the socket is gone. */
  onClosed(closing: Closing): void;
}

/** Where and when a deliver_sm came in. */
export type Origin = Omit<Arrival, 'lastLossMs'>;

export interface Closing {
  readonly reason: CloseReason;
  /** Of a refused bind; otherwise zero. */
  readonly commandStatus: number;
  /** False while not even a connection stood. */
  readonly wasConnected: boolean;
  /** How long the bind lasted; null when there was none. */
  readonly boundMs: number | null;
  /** The socket's own error, for instance ECONNREFUSED. */
  readonly error: string | null;
  readonly faults: Readonly<Faults>;
}

/** Texts whose answer may still come; more of them are forgotten, the oldest first. */
const LATE_MAX = 10_000;
/** How long a last PDU may take to leave before the socket is cut. */
const LINGER_MS = 1_000;
/** Reasons to leave with manners: the last PDU and the FIN get their chance. The others leave a peer that is gone. */
const POLITE: ReadonlySet<CloseReason> = new Set([
  'bind_refused',
  'invalid_pdu_length',
  'peer_unbound',
  'not_bound',
  'stopped',
  'inactive',
]);

export function openConnection(options: ConnectionOptions): Connection {
  const { carrier, clock, log } = options;
  const { type, bind, window, times, meanings, accepted } = options;
  const session = createSession({ type, bind, window, times, meanings, isSecure: options.tls !== null });
  const frames = framer({ maxLength: PDU_LENGTH_MAX });
  const socket = accepted ?? openSocket(options);
  const writer = createWriter(socket);
  const timer = createTimer(clock, () => handle({ type: 'tick' }));
  const name = randomUUID();
  const waiting = new Map<number, (outcome: Outcome) => void>();
  const lateHandlers = new Map<number, OnLateAnswer>();
  let lastItem = 0;
  let wasConnected = accepted !== undefined;
  let boundAtMs: number | null = null;
  /** The same moment as the calendar has it. */
  let boundSinceMs = clock.now();
  let closing: { readonly reason: CloseReason; readonly commandStatus: number } | null = null;
  let error: string | null = null;
  let cancelLinger = () => {};

  function handle(event: SessionEvent): void {
    try {
      for (const effect of session.handle(event, clock.monotonic())) perform(effect);
    } catch (thrown) {
      // A fault of ours must not leave the link deaf: this connection ends, the next one starts clean.
      log.error(
        { carrier, error: nameOf(thrown), event: event.type },
        'SMPP connection given up after an internal error',
      );
      if (event.type === 'submit') settle(event.item, { kind: 'unsent', reason: 'Internal error.' });
      socket.destroy();
    }
    timer.set(session.deadline());
    options.onChange();
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'state':
        if (effect.state === 'BOUND') {
          boundAtMs = clock.monotonic();
          boundSinceMs = clock.now();
        } else if (effect.state === 'CLOSED' && boundAtMs !== null) options.onBindLost?.();
        return;
      case 'write':
        if (!writer.write(effect.octets)) socket.destroy();
        return;
      case 'settle':
        return settle(effect.item, effect.outcome);
      case 'late':
        return answeredLate(effect.item, effect.outcome);
      case 'deliver':
        return void deliver(effect);
      case 'close':
        return leave(effect.reason, effect.commandStatus);
    }
  }

  function settle(item: number, outcome: Outcome): void {
    const resolve = waiting.get(item);
    waiting.delete(item);
    if (outcome.kind !== 'unknown') lateHandlers.delete(item);
    else if (lateHandlers.size > LATE_MAX) lateHandlers.delete(lateHandlers.keys().next().value ?? item);
    resolve?.(outcome);
  }

  function answeredLate(item: number, outcome: Outcome): void {
    const tell = lateHandlers.get(item);
    lateHandlers.delete(item);
    if (outcome.kind === 'accepted' || outcome.kind === 'refused') tell?.(outcome);
  }

  async function deliver({ delivery, sequence, fields }: Extract<Effect, { type: 'deliver' }>): Promise<void> {
    const origin = { bind: name, sequence, arrivedAtMs: clock.now(), boundAtMs: boundSinceMs };
    let commandStatus = ESME_ROK;
    try {
      await options.onDeliver(fields, origin);
    } catch (thrown) {
      commandStatus = ESME_RX_T_APPN;
      log.warn({ carrier, error: nameOf(thrown) }, 'deliver_sm not taken; the carrier is asked to deliver it again');
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

  function secured(): void {
    if (!isPinBroken(socket, options.tls)) return handle({ type: 'secured' });
    error = 'TLS_PIN_MISMATCH';
    socket.destroy();
  }

  function connected(): void {
    wasConnected = true;
    handle({ type: 'connected' });
  }

  socket.on('connect', connected);
  socket.on('secureConnect', secured);
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
    if (boundAtMs !== null) options.onBindLost?.();
    const boundMs = boundAtMs === null ? null : clock.monotonic() - boundAtMs;
    const { reason, commandStatus } = closing ?? {
      reason: 'disconnected',
      commandStatus: ESME_ROK,
    };
    options.onClosed({ reason, commandStatus, wasConnected, boundMs, error, faults: session.faults });
  });
  handle({ type: 'start' });
  if (accepted) connected();

  return {
    isBound: () => session.state() === 'BOUND',
    isReady: () => session.isReady() && !socket.writableNeedDrain,
    state: () => session.state(),
    isSuspect: () => session.isSuspect(),
    isResting: () => session.isResting(),
    outstanding: () => session.outstanding(),
    submit: (fields, onLateAnswer) =>
      new Promise((resolve) => {
        lastItem += 1;
        waiting.set(lastItem, resolve);
        if (onLateAnswer) lateHandlers.set(lastItem, onLateAnswer);
        handle({ type: 'submit', item: lastItem, fields });
      }),
    stop: (drainMs) => handle({ type: 'stop', drainMs }),
  };
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
      cancel = clock.after(Math.max(0, deadlineMs - clock.monotonic()), () => {
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
