import type { Clock } from '../clock.ts';
import type { OnLateAnswer, Outcome } from '../messages/carrier.ts';
import { PARKING_BIND_STATUSES, commandStatus } from './command-status.ts';
import { openConnection } from './connection.ts';
import type { Closing, Connection, ConnectionOptions } from './connection.ts';
import type { BindFields, MessageFields } from './pdu.ts';
import { STABLE_AFTER_MS, reconnectDelayMs } from './reconnect.ts';

/** One bind that is always there or on its way back: a new connection after each loss, until it is stopped. */
export interface Link {
  start(): void;
  /** Drains for at most `drainMs`, unbinds (5 s) and closes. Resolves when the socket is gone. */
  stop(drainMs: number): Promise<void>;
  /** Binds anew at once: a bound link drains first, one that waits for its next try waits no longer. */
  rebind(): void;
  isBound(): boolean;
  isReady(): boolean;
  state(): LinkState;
  /** submit_sm without an answer. */
  outstanding(): number;
  /** Why the link was lost the last time; null = never. */
  lastLoss(): Loss | null;
  submit(fields: Partial<MessageFields>, onLateAnswer?: OnLateAnswer): Promise<Outcome>;
}

/** suspect: bound, and the peer is asked whether it lives. parked: refused for good, tried again rarely. */
export type LinkState = 'idle' | 'connecting' | 'binding' | 'bound' | 'suspect' | 'draining' | 'backoff' | 'parked';

export interface Loss {
  readonly atMs: number;
  /** As a reader of the API sees it, for instance bind_refused or ECONNREFUSED. */
  readonly reason: string;
  /** Name of the command_status of a refused bind. */
  readonly commandStatus: string | null;
  readonly retryInMs: number;
}

export type LinkOptions = Omit<ConnectionOptions, 'onClosed' | 'bind'> & {
  /** For logs and answers: the kind of bind and its number. */
  readonly name: string;
  /** Asked at each try: a password may change. */
  bind(): Partial<BindFields>;
  /** The link became bound, was lost or parked. */
  onState(): void;
  /** In [0, 1); for tests of the waiting times. */
  readonly random?: () => number;
};

/** How long a bound link waits for answers before it binds anew. */
const REBIND_DRAIN_MS = 10_000;

export function createLink(options: LinkOptions): Link {
  const { clock, log, name, random = Math.random } = options;
  let connection: Connection | null = null;
  let attempt = 0;
  let parked = false;
  let loss: Loss | null = null;
  let isRebinding = false;
  let cancelRetry = () => {};
  let stopped: PromiseWithResolvers<void> | null = null;

  function connect(): void {
    isRebinding = false;
    connection = openConnection({ ...options, bind: options.bind(), onChange, onClosed });
  }

  let wasBound = false;
  function onChange(): void {
    options.onChange();
    const isBound = connection?.isBound() ?? false;
    if (isBound === wasBound) return;
    wasBound = isBound;
    if (isBound) {
      parked = false;
      log.info({ host: options.host, port: options.port, bind: name }, 'SMPP link bound');
    }
    options.onState();
  }

  function onClosed(closing: Closing): void {
    connection = null;
    if (isRebinding && !stopped) {
      attempt = 0;
      parked = false;
      loss = { atMs: clock.now(), reason: 'rebind', commandStatus: null, retryInMs: 0 };
      onChange();
      return connect();
    }
    const delayMs = retryDelayMs(closing);
    loss = lossOf(closing, delayMs, clock);
    onChange();
    options.onState();
    if (stopped) return stopped.resolve();
    cancelRetry = clock.after(delayMs, connect);
    log.warn(describe(closing, delayMs, name), 'SMPP link lost');
  }

  function retryDelayMs({ reason, commandStatus: status, boundMs }: Closing): number {
    const isParked = reason === 'bind_refused' && PARKING_BIND_STATUSES.has(status);
    const startsAnew = isParked !== parked || (boundMs !== null && boundMs >= STABLE_AFTER_MS);
    if (startsAnew) attempt = 0;
    parked = isParked;
    const delayMs = reconnectDelayMs({ attempt, parked }, random());
    attempt += 1;
    return delayMs;
  }

  function rebind(): void {
    if (stopped || isRebinding) return;
    cancelRetry();
    isRebinding = connection !== null;
    if (connection) return connection.stop(REBIND_DRAIN_MS);
    attempt = 0;
    connect();
  }

  return {
    start() {
      if (!connection && !stopped) connect();
    },
    stop(drainMs) {
      if (stopped) return stopped.promise;
      stopped = Promise.withResolvers<void>();
      cancelRetry();
      if (connection) connection.stop(drainMs);
      else stopped.resolve();
      return stopped.promise;
    },
    rebind,
    isBound: () => connection?.isBound() ?? false,
    isReady: () => connection?.isReady() ?? false,
    state() {
      if (connection) return stateOf(connection);
      if (parked) return 'parked';
      return loss === null || stopped ? 'idle' : 'backoff';
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

function lossOf({ reason, commandStatus: status, error }: Closing, retryInMs: number, clock: Clock): Loss {
  const name = status ? commandStatus(status).name : null;
  return { atMs: clock.now(), reason: error ?? reason, commandStatus: name, retryInMs };
}

function describe({ reason, commandStatus: status, error, faults }: Closing, delayMs: number, bind: string) {
  return {
    bind,
    reason,
    error,
    ...(status ? { commandStatus: commandStatus(status).name } : {}),
    faults,
    retryInMs: delayMs,
  };
}
