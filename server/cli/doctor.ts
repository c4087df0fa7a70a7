import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type Socket, isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { commandStatus } from '../smpp/command-status.ts';
import { framer } from '../smpp/pdu-framing.ts';
import { type Pdu, PDU_LENGTH_MAX, type PduToSend, decodePdu, encodePdu } from '../smpp/pdu.ts';
import type { SmppEndpoint } from '../smpp/smpp-url.ts';
import { type SocketOptions, openSocket } from '../smpp/socket.ts';
import { EXIT } from './exit-codes.ts';

/** What one step of the way to a carrier showed. */
export interface Step {
  readonly name: 'dns' | 'tcp' | 'tls' | 'bind' | 'enquire_link' | 'unbind';
  readonly ok: boolean;
  /** One sentence; never the password. */
  readonly detail: string;
  readonly ms: number;
  /** Octets in hex with a space between, those of the password as `**`; null where no PDU was sent or came. */
  readonly sent: string | null;
  readonly received: string | null;
}

export interface Examined {
  /** One of EXIT. */
  readonly exitCode: number;
  readonly steps: readonly Step[];
}

export interface ExamineOptions {
  readonly endpoint: Pick<SmppEndpoint, 'host' | 'port' | 'systemId' | 'password' | 'systemType'>;
  readonly tls: SocketOptions['tls'];
  /** For each step. */
  readonly timeoutMs: number;
  readonly onStep: (step: Step) => void;
}

/** Goes the way to a carrier once, step by step, up to the first that fails. It never sends a text. */
export async function examine(options: ExamineOptions): Promise<Examined> {
  const steps: Step[] = [];
  const take = (step: Step) => {
    steps.push(step);
    options.onStep(step);
    return step.ok;
  };
  const done = (exitCode: number): Examined => ({ exitCode, steps });

  if (!take(await resolveName(options))) return done(EXIT.dns);
  const { host, port } = options.endpoint;
  const socket = openSocket({ host, port, tls: options.tls });
  socket.on('error', () => undefined);
  try {
    if (!take(await connected(socket, options))) return done(EXIT.tcp);
    if (options.tls && !take(await secured(socket, options))) return done(EXIT.tls);
    const talk = conversation(socket, options.timeoutMs);
    const { systemId, password, systemType } = options.endpoint;
    const bind = await talk('bind', {
      command: 'bind_transceiver',
      sequenceNumber: 1,
      fields: { systemId, password, systemType },
    });
    if (!take(bind.step)) return done(bind.answer ? EXIT.bindRefused : EXIT.noAnswer);
    const alive = await talk('enquire_link', { command: 'enquire_link', sequenceNumber: 2 });
    if (!take(alive.step)) return done(EXIT.noAnswer);
    // The link works: how it ends says something about the carrier and nothing about the link.
    take((await talk('unbind', { command: 'unbind', sequenceNumber: 3 })).step);
    return done(EXIT.ok);
  } finally {
    socket.destroy();
  }
}

async function resolveName({ endpoint: { host } }: ExamineOptions): Promise<Step> {
  const elapsed = stopwatch();
  if (isIP(host)) return plain('dns', true, `${host} is an address`, elapsed());
  try {
    const addresses = await lookup(host, { all: true });
    return plain('dns', true, `${host} is ${addresses.map(({ address }) => address).join(', ')}`, elapsed());
  } catch (error) {
    return plain('dns', false, `${host} has no address (${codeOf(error)})`, elapsed());
  }
}

async function connected(socket: Socket, { endpoint, timeoutMs }: ExamineOptions): Promise<Step> {
  const elapsed = stopwatch();
  const where = `${endpoint.host}:${endpoint.port}`;
  const failure = await fired(socket, 'connect', timeoutMs);
  const detail = failure === null ? `connected to ${where}` : `${where} cannot be reached (${failure})`;
  return plain('tcp', failure === null, detail, elapsed());
}

async function secured(socket: Socket, { timeoutMs, tls }: ExamineOptions): Promise<Step> {
  const elapsed = stopwatch();
  const failure = await fired(socket, 'secureConnect', timeoutMs);
  if (failure !== null || !(socket instanceof TLSSocket)) {
    return plain('tls', false, `no TLS, or its certificate is not trusted (${failure})`, elapsed());
  }
  const certificate = socket.getPeerX509Certificate();
  const trust = tls?.insecure ? 'NOT VERIFIED' : 'verified';
  const detail = `${socket.getProtocol()}, certificate of ${certificate?.subject ?? '?'}, ${trust}, until ${certificate?.validTo ?? '?'}, SHA-256 ${certificate?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '?'}`;
  return plain('tls', true, detail.replaceAll('\n', ' '), elapsed());
}

/** Null once `event` has come; else why it did not. */
async function fired(socket: Socket, event: string, timeoutMs: number): Promise<string | null> {
  try {
    // `once` rejects with the socket's own error, and with that of the signal.
    await once(socket, event, { signal: AbortSignal.timeout(timeoutMs) });
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

interface Talked {
  readonly step: Step;
  readonly answer: Pdu | null;
}

/** Sends a request and waits for what answers it; what else comes in is let pass. */
function conversation(socket: Socket, timeoutMs: number) {
  const frames = framer({ maxLength: PDU_LENGTH_MAX });
  let onFrame = (_frame: Buffer) => {};
  let onEnd = (_why: string) => {};
  socket.on('data', (chunk: Buffer) => {
    const { frames: whole, violation } = frames.push(chunk);
    for (const frame of whole) onFrame(frame);
    if (violation) onEnd(`what came is no SMPP: command_length ${violation.commandLength}`);
  });
  socket.on('close', () => onEnd('the connection was closed'));

  return async (name: Step['name'], pdu: PduToSend): Promise<Talked> => {
    const elapsed = stopwatch();
    const octets = encodePdu(pdu);
    const sent = hex(octets, pdu.command === 'bind_transceiver' ? passwordIn(octets) : null);
    const outcome = await new Promise<Buffer | string>((resolve) => {
      const timer = setTimeout(() => resolve(`no answer within ${timeoutMs / 1_000} s`), timeoutMs);
      onEnd = resolve;
      onFrame = (frame) => void (answers(frame, pdu) && resolve(frame));
      if (socket.destroyed) resolve('the connection was closed');
      socket.write(octets);
      socket.once('close', () => clearTimeout(timer));
    });
    if (typeof outcome === 'string') {
      return { step: { name, ok: false, detail: outcome, ms: elapsed(), sent, received: null }, answer: null };
    }
    const decoded = decodePdu(outcome);
    const answer = decoded.ok ? decoded.pdu : null;
    const detail = answer ? describe(answer) : 'the answer cannot be read';
    const ok = answer?.commandStatus === 0 && answer.command !== 'generic_nack';
    return { step: { name, ok, detail, ms: elapsed(), sent, received: hex(outcome, null) }, answer };
  };
}

function answers(frame: Buffer, { sequenceNumber }: PduToSend): boolean {
  return frame.readUInt32BE(4) >= 0x8000_0000 && frame.readUInt32BE(12) === sequenceNumber;
}

function describe(answer: Pdu): string {
  const { code, name } = commandStatus(answer.commandStatus);
  const status = code === 0 ? 'ESME_ROK' : `${name} (0x${code.toString(16).padStart(8, '0').toUpperCase()})`;
  const isBind = answer.command === 'bind_transceiver_resp';
  if (!isBind || code !== 0) return `${answer.command} ${status}`;
  const { systemId, scInterfaceVersion: version } = answer.fields;
  const spoken = version === undefined ? '' : `, SMPP 0x${version.toString(16)}`;
  return `${answer.command} ${status}, the carrier calls itself "${systemId.replace(/[^\x20-\x7e]/g, '.')}"${spoken}`;
}

/** §4.1.5: the header, system_id up to its NUL, then the password up to its own. */
function passwordIn(octets: Buffer): readonly [from: number, to: number] {
  const from = octets.indexOf(0, 16) + 1;
  return [from, octets.indexOf(0, from)];
}

function hex(octets: Buffer, hidden: readonly [from: number, to: number] | null): string {
  return Array.from(octets, (octet, at) =>
    hidden && at >= hidden[0] && at < hidden[1] ? '**' : octet.toString(16).padStart(2, '0'),
  ).join(' ');
}

function plain(name: Step['name'], ok: boolean, detail: string, ms: number): Step {
  return { name, ok, detail, ms, sent: null, received: null };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function stopwatch(): () => number {
  const startMs = performance.now();
  return () => Math.round(performance.now() - startMs);
}
