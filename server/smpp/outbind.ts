import { createHash, timingSafeEqual } from 'node:crypto';
import net from 'node:net';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { framer } from './pdu-framing.ts';
import { decodePdu } from './pdu.ts';
import type { CarrierProfile } from './profile.ts';

/** Listens for the outbind of a carrier (SMPP 3.4 §2.2.1, §4.1.7) and hands its connections to the binds that wait. */
export interface OutbindListener {
  start(): void;
  /** Listens no more. Resolves when the last connection is gone. */
  stop(): Promise<void>;
}

export type Outbind = NonNullable<CarrierProfile['binds'][number]['outbind']>;

export interface OutbindOptions {
  /** Its id, for logs. */
  readonly carrier: string;
  readonly expected: Outbind;
  /** How many binds wait for one. */
  readonly count: number;
  /** How long a peer may take to say who it is. */
  readonly timeoutMs: number;
  /** Takes a connection over at once; false = no bind waits for one. */
  take(socket: net.Socket): boolean;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** Header, system_id and password, each as long as a profile may have them, with their NULs. */
const OUTBIND_LENGTH_MAX = 16 + 65 + 65;
/** Connections that have not said yet who they are. More are closed at once. */
const STRANGERS_MAX = 10;
const LISTEN_AGAIN_MS = 10_000;
const LOG_EVERY_MS = 1_000;
const KEEP_ALIVE_MS = 30_000;

export function createOutbindListener(options: OutbindOptions): OutbindListener {
  const { carrier, expected, count, clock, log } = options;
  const { host, port } = expected;
  const strangers = new Set<() => void>();
  const server = net.createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, (socket) =>
    admit(socket),
  );
  server.maxConnections = count + STRANGERS_MAX;
  let isStopped = false;
  let cancelRetry = () => {};
  let refused = 0;
  let logsAtMs = 0;

  /** A port scan must not fill the log. */
  function refuse(reason: Refusal): void {
    refused += 1;
    if (clock.monotonic() < logsAtMs) return;
    log.warn({ carrier, port, reason, refused }, 'connection refused: no outbind of the carrier');
    logsAtMs = clock.monotonic() + LOG_EVERY_MS;
    refused = 0;
  }

  function admit(socket: net.Socket): void {
    const forget = awaitOutbind(socket, options, (reason) => {
      strangers.delete(leave);
      const taken = reason === null && options.take(socket);
      if (taken) return;
      socket.destroy();
      if (reason !== 'gone') refuse(reason ?? 'no_bind_waits');
    });
    const leave = () => {
      forget();
      socket.destroy();
    };
    strangers.add(leave);
  }

  function listen(): void {
    if (!isStopped && !server.listening) server.listen(port, host);
  }

  server.on('drop', () => refuse('too_many'));
  server.on('listening', () => log.info({ carrier, host, port }, 'waiting for the outbind of a carrier'));
  server.on('error', ({ code }: NodeJS.ErrnoException) => {
    log.error({ carrier, host, port, error: code }, 'cannot listen for the outbind of a carrier; tried again');
    cancelRetry = clock.after(LISTEN_AGAIN_MS, listen);
  });

  return {
    start: listen,
    stop() {
      isStopped = true;
      cancelRetry();
      for (const leave of strangers) leave();
      strangers.clear();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Refusal = 'gone' | 'silent' | 'no_outbind' | 'wrong_credentials' | 'too_many' | 'no_bind_waits';

/**
 * Reads one PDU and judges it: `done(null)` when it is the outbind that is expected. Called once; from then on the
 * socket is nobody's. The answer forgets the socket without a verdict.
 */
function awaitOutbind(
  socket: net.Socket,
  { expected, timeoutMs, clock }: OutbindOptions,
  done: (refusal: Refusal | null) => void,
): () => void {
  const frames = framer({ maxLength: OUTBIND_LENGTH_MAX });
  let octets = 0;
  const cancel = clock.after(timeoutMs, () => end('silent'));

  function read(chunk: Buffer): void {
    octets += chunk.length;
    const { frames: read_, violation } = frames.push(chunk);
    const [first] = read_;
    if (violation) end('no_outbind');
    else if (first) end(octets > first.length ? 'no_outbind' : judge(first, expected));
  }
  const gone = () => end('gone');
  const ignore = () => {};

  function forget(): void {
    cancel();
    socket.off('data', read).off('end', gone).off('close', gone).off('error', ignore);
  }

  function end(refusal: Refusal | null): void {
    forget();
    // It may still fail while it closes; who takes it over listens for that too.
    if (refusal !== null) socket.on('error', ignore);
    done(refusal);
  }

  socket.on('data', read).on('end', gone).on('close', gone).on('error', ignore);
  return forget;
}

/** Null = it is the expected one. Nothing may follow before our bind: octets behind it make it none. */
function judge(frame: Buffer, expected: Outbind): Refusal | null {
  const decoded = decodePdu(frame);
  if (!decoded.ok || decoded.pdu.command !== 'outbind') return 'no_outbind';
  const { systemId, password } = decoded.pdu.fields;
  const isRight = isSame(systemId, expected.system_id) && isSame(password, expected.password);
  return isRight ? null : 'wrong_credentials';
}

/** Takes the same time whatever is wrong. */
function isSame(shown: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(expected));
}
