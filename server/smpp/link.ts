import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { OnLateAnswer, Outcome } from '../messages/carrier.ts';
import { commandStatus } from './command-status.ts';
import { openConnection } from './connection.ts';
import type { Closing, Connection, ConnectionOptions } from './connection.ts';
import type { BindFields, MessageFields } from './pdu.ts';
import { createRetries } from './reconnect.ts';

/** One bind that is always there or on its way back: a new connection after each loss, until it is stopped. */
export interface Link {
  start(): void;
  /** Drains for at most `drainMs`, unbinds (5 s) and closes. Resolves when the socket is gone. */
  stop(drainMs: number): Promise<void>;
  /** Binds anew at once: a bound link drains first, one that waits for its next try waits no longer. */
  rebind(): void;
  /** Binds on a connection that the carrier has made. False when this link waits for none; the socket is untouched then. */
  accept(socket: Socket): boolean;
  isBound(): boolean;
  /** Unbound, or about to be, because there was nothing to send: `wake` binds it again. */
  isResting(): boolean;
  wake(): void;
  isReady(): boolean;
  state(): LinkState;
  /** submit_sm without an answer. */
  outstanding(): number;
  /** Why the link was lost the last time; null = never. */
  lastLoss(): Loss | null;
  submit(fields: Partial<MessageFields>, onLateAnswer?: OnLateAnswer): Promise<Outcome>;
}

/**
 * idle: not started, resting, or waiting for the carrier's outbind. suspect: bound, and the peer is asked whether it
 * lives. parked: refused for good, tried again rarely.
 */
export type LinkState = 'idle' | 'connecting' | 'binding' | 'bound' | 'suspect' | 'draining' | 'backoff' | 'parked';

export interface Loss {
  readonly atMs: number;
  /** As a reader of the API sees it, for instance bind_refused or ECONNREFUSED. */
  readonly reason: string;
  /** Name of the command_status of a refused bind. */
  readonly commandStatus: string | null;
  /** Null = the carrier has to come back by itself. */
  readonly retryInMs: number | null;
}

export type LinkOptions = Omit<ConnectionOptions, 'onClosed' | 'bind' | 'accepted'> & {
  /** For logs and answers: the kind of bind and its number. */
  readonly name: string;
  /** Asked at each try: a password may change. */
  bind(): Partial<BindFields>;
  /** It never connects by itself: the carrier does, and sends outbind. */
  readonly awaitsOutbind?: boolean;
  /** The link became bound, was lost or parked. */
  onState(): void;
  /** In [0, 1); for tests of the waiting times. */
  readonly random?: () => number;
};

/** How long a bound link waits for answers before it binds anew. */
const REBIND_DRAIN_MS = 10_000;

export function createLink(options: LinkOptions): Link {
  const { carrier, host, clock, log, name, random = Math.random, awaitsOutbind = false } = options;
  const retries = createRetries(random);
  let connection: Connection | null = null;
  let loss: Loss | null = null;
  let isRebinding = false;
  let isResting = false;
  let cancelRetry = () => {};
  let stopped: PromiseWithResolvers<void> | null = null;

  function connect(accepted?: Socket): void {
    isRebinding = false;
    isResting = false;
    const how = accepted ? { accepted } : {};
    connection = openConnection({ ...options, ...how, bind: options.bind(), onChange, onClosed });
  }

  let wasBound = false;
  function onChange(): void {
    options.onChange();
    const isBound = connection?.isBound() ?? false;
    if (isBound === wasBound) return;
    wasBound = isBound;
    // That it is lost is told once it is known why.
    if (!isBound) return;
    retries.bound();
    // A carrier that connects to us is at no address of ours to tell.
    const where = awaitsOutbind ? {} : { host, port: options.port };
    log.info({ carrier, bind: name, ...where }, 'SMPP link bound');
    options.onState();
  }

  function onClosed(closing: Closing): void {
    connection = null;
    if (isRebinding && !stopped) return closedToRebind();
    if (closing.reason === 'inactive' && !stopped) return closedToRest();
    const delayMs = awaitsOutbind ? null : retries.after(closing);
    loss = lossOf(closing, delayMs, clock);
    onChange();
    options.onState();
    if (stopped) return stopped.resolve();
    if (delayMs !== null) cancelRetry = clock.after(delayMs, connect);
    if (!retries.isNews()) return;
    const what = closing.boundMs === null ? 'SMPP link not bound' : 'SMPP link lost';
    log.warn({ carrier, host, ...describe(closing, delayMs, name) }, what);
  }

  function closedToRebind(): void {
    retries.forget();
    loss = { atMs: clock.now(), reason: 'rebind', commandStatus: null, retryInMs: awaitsOutbind ? null : 0 };
    isRebinding = false;
    onChange();
    options.onState();
    if (!awaitsOutbind) connect();
  }

  function closedToRest(): void {
    log.info({ carrier, bind: name }, 'SMPP link unbound: no text came or went for as long as the profile says');
    isResting = true;
    // Whoever waits for a slot by now wakes it at once.
    onChange();
  }

  function rebind(): void {
    if (stopped || isRebinding) return;
    cancelRetry();
    isRebinding = connection !== null;
    if (connection) return connection.stop(REBIND_DRAIN_MS);
    retries.forget();
    if (!awaitsOutbind) connect();
  }

  return {
    start() {
      if (!connection && !stopped && !awaitsOutbind) connect();
    },
    stop(drainMs) {
      if (stopped) return stopped.promise;
      stopped = Promise.withResolvers<void>();
      isResting = false;
      cancelRetry();
      if (connection) connection.stop(drainMs);
      else stopped.resolve();
      return stopped.promise;
    },
    rebind,
    accept(socket) {
      if (!awaitsOutbind || connection || stopped) return false;
      connect(socket);
      return true;
    },
    isBound: () => connection?.isBound() ?? false,
    isResting: () => isResting || (connection?.isResting() ?? false),
    wake() {
      if (isResting && !stopped) connect();
    },
    isReady: () => connection?.isReady() ?? false,
    state() {
      if (connection) return stateOf(connection);
      if (awaitsOutbind || isResting || stopped) return 'idle';
      if (retries.isParked()) return 'parked';
      return loss === null ? 'idle' : 'backoff';
    },
    outstanding: () => connection?.outstanding() ?? 0,
    lastLoss: () => loss,
    submit(fields, onLateAnswer) {
      return (
        connection?.submit(fields, onLateAnswer) ?? Promise.resolve({ kind: 'unsent', reason: 'The link is down.' })
      );
    },
  };
}

function stateOf(connection: Connection): LinkState {
  switch (connection.state()) {
    case 'BINDING':
      return 'binding';
    case 'BOUND':
      return connection.isSuspect() ? 'suspect' : 'bound';
    case 'DRAINING':
    case 'UNBINDING':
      return 'draining';
    default:
      return 'connecting';
  }
}

function lossOf({ reason, commandStatus: status, error }: Closing, retryInMs: number | null, clock: Clock): Loss {
  const name = status ? commandStatus(status).name : null;
  return { atMs: clock.now(), reason: error ?? reason, commandStatus: name, retryInMs };
}

function describe({ reason, commandStatus: status, error, faults }: Closing, delayMs: number | null, bind: string) {
  return {
    bind,
    reason,
    error,
    ...(status ? { commandStatus: commandStatus(status).name } : {}),
    faults,
    retryInMs: delayMs,
  };
}
