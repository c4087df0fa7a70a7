import type { Outcome } from '../messages/carrier.ts';
import { PARKING_BIND_STATUSES, commandStatus } from './command-status.ts';
import { openConnection } from './connection.ts';
import type { Closing, Connection, ConnectionOptions } from './connection.ts';
import type { MessageFields } from './pdu.ts';
import { STABLE_AFTER_MS, reconnectDelayMs } from './reconnect.ts';

/** One bind that is always there or on its way back: a new connection after each loss, until it is stopped. */
export interface Link {
  start(): void;
  /** Drains for at most `drainMs`, unbinds (5 s) and closes. Resolves when the socket is gone. */
  stop(drainMs: number): Promise<void>;
  isBound(): boolean;
  isReady(): boolean;
  submit(fields: Partial<MessageFields>): Promise<Outcome>;
}

export type LinkOptions = Omit<ConnectionOptions, 'onClosed'> & {
  /** In [0, 1); for tests of the waiting times. */
  readonly random?: () => number;
};

export function createLink(options: LinkOptions): Link {
  const { clock, log, random = Math.random } = options;
  let connection: Connection | null = null;
  let attempt = 0;
  let parked = false;
  let cancelRetry = () => {};
  let stopped: PromiseWithResolvers<void> | null = null;

  function connect(): void {
    connection = openConnection({ ...options, onChange, onClosed });
  }

  let wasBound = false;
  function onChange(): void {
    const isBound = connection?.isBound() ?? false;
    if (isBound && !wasBound) log.info({ host: options.host, port: options.port }, 'SMPP link bound');
    wasBound = isBound;
    options.onChange();
  }

  function onClosed(closing: Closing): void {
    connection = null;
    onChange();
    if (stopped) return stopped.resolve();
    const delayMs = retryDelayMs(closing);
    cancelRetry = clock.after(delayMs, connect);
    log.warn(describe(closing, delayMs), 'SMPP link lost');
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
    isBound: () => connection?.isBound() ?? false,
    isReady: () => connection?.isReady() ?? false,
    submit(fields) {
      return connection?.submit(fields) ?? Promise.resolve({ kind: 'unsent', reason: 'The link is down.' });
    },
  };
}

function describe({ reason, commandStatus: status, error, faults }: Closing, delayMs: number) {
  return {
    reason,
    error,
    ...(status ? { commandStatus: commandStatus(status).name } : {}),
    faults,
    retryInMs: delayMs,
  };
}
