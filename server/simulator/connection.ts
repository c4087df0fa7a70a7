import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { framer } from '../smpp/pdu-framing.ts';
import {
  type MessageFields,
  type Pdu,
  PDU_LENGTH_MAX,
  PduEncodeError,
  type PduToSend,
  decodePdu,
  encodePdu,
} from '../smpp/pdu.ts';
import type { Line } from './line.ts';

/** PDUs over one TCP connection, and the answers to our own requests. */
export interface Connection {
  send(pdu: PduToSend): void;
  /** command_status of the answer; null when none came within 10 s or the connection ended. */
  request(command: OwnRequest, fields?: Partial<MessageFields>): Promise<number | null>;
  /** Milliseconds since anything came in. */
  silentMs(): number;
  end(): void;
  destroy(): void;
}

type OwnRequest = 'deliver_sm' | 'enquire_link' | 'unbind';

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly clock: Clock;
  readonly line: Line;
  /** Everything but answers to our own requests. */
  readonly onPdu: (pdu: Pdu) => void;
  readonly onClosed: () => void;
}

export function openConnection({ socket, clock, line, onPdu, onClosed }: ConnectionOptions): Connection {
  const frames = framer({ maxLength: PDU_LENGTH_MAX });
  const awaited = new Map<number, Awaited>();
  let sequence = 0;
  let lastInboundMs = clock.now();

  function read(chunk: Buffer) {
    lastInboundMs = clock.now();
    const { frames: whole, violation } = frames.push(chunk);
    // One system call for the answers to everything that came together.
    socket.cork();
    for (const frame of whole) if (socket.writable) receive(frame);
    if (violation) {
      send({ command: 'generic_nack', sequenceNumber: 0, commandStatus: RINVCMDLEN });
      socket.end();
    }
    socket.uncork();
  }

  function receive(frame: Buffer) {
    const decoded = decodePdu(frame);
    if (!decoded.ok) {
      return send({ command: 'generic_nack', sequenceNumber: decoded.sequenceNumber, commandStatus: RINVCMDLEN });
    }
    if (!decoded.pdu.command.endsWith('_resp') && decoded.pdu.command !== 'generic_nack') return ask(decoded.pdu);
    const waiting = awaited.get(decoded.pdu.sequenceNumber);
    const fits = decoded.pdu.command === waiting?.answer || decoded.pdu.command === 'generic_nack';
    if (fits) waiting?.settle(decoded.pdu.commandStatus);
  }

  function ask(pdu: Pdu) {
    const fate = line.incoming(pdu.command);
    if (fate === 'cut') return cut(Buffer.alloc(0));
    if (fate === 'read') onPdu(pdu);
  }

  function send(pdu: PduToSend) {
    if (!socket.writable || line.isSilent()) return;
    const octets = encodePdu(pdu);
    const { before, cutAfter } = line.outgoing(pdu.command);
    if (before) socket.write(before);
    if (cutAfter !== null) return cut(octets.subarray(0, cutAfter));
    // A peer that does not read its answers is not read either, or they would pile up here.
    if (!socket.write(octets)) socket.pause();
  }

  /** What was written before still gets out: the cut is where the fault says, and nowhere else. */
  function cut(last: Buffer) {
    socket.end(last, () => socket.destroy());
  }

  function request(command: OwnRequest, fields: Partial<MessageFields> = {}): Promise<number | null> {
    if (!socket.writable) return Promise.resolve(null);
    sequence = (sequence % SEQUENCE_MAX) + 1;
    const own = sequence;
    return new Promise((resolve) => {
      const settle = (commandStatus: number | null) => {
        cancel();
        awaited.delete(own);
        resolve(commandStatus);
      };
      const cancel = clock.after(RESPONSE_MS, () => settle(null));
      awaited.set(own, { answer: `${command}_resp`, settle });
      const unencodable = attempt(() => send({ command, sequenceNumber: own, fields } as PduToSend));
      if (unencodable !== null) settle(unencodable);
    });
  }

  socket.setNoDelay(true);
  socket.on('data', read);
  socket.on('drain', () => socket.resume());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    for (const waiting of awaited.values()) waiting.settle(null);
    onClosed();
  });
  return {
    send,
    request,
    silentMs: () => clock.now() - lastInboundMs,
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

interface Awaited {
  readonly answer: Pdu['command'];
  readonly settle: (commandStatus: number | null) => void;
}

const RESPONSE_MS = 10_000;
const SEQUENCE_MAX = 0x7fffffff;

/** SMPP 3.4 §5.1.3 */
const RINVCMDLEN = 0x02;
const RX_P_APPN = 0x65;

/** What cannot be put on the wire counts as refused for good by the receiver. */
function attempt(run: () => void): number | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof PduEncodeError) return RX_P_APPN;
    throw error;
  }
}
