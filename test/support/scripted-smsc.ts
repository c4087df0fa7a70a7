import net from 'node:net';
import tls from 'node:tls';
import { framer } from '../../server/smpp/pdu-framing.ts';
import { decodePdu, encodePdu } from '../../server/smpp/pdu.ts';
import type { Pdu, PduToSend } from '../../server/smpp/pdu.ts';
import { until } from './until.ts';

/** A carrier's end of the line that does what a test says, octet by octet. It answers like a good SMSC until told otherwise. */
export interface ScriptedSmsc {
  readonly port: number;
  /** All connections so far, the dead ones too. */
  readonly peers: readonly Peer[];
  /** The connection number `index` (0 = the first), once it is there. */
  peer(index: number): Promise<Peer>;
  /** The connection number `index`, once it is bound. */
  bound(index: number): Promise<Peer>;
  close(): Promise<void>;
}

export interface Peer {
  /** PDUs that came in, in order. */
  readonly received: readonly Pdu[];
  /** The same as octets. */
  readonly frames: readonly Buffer[];
  /** How often the other side wrote: chunks of data seen. */
  readonly chunks: number;
  isOpen(): boolean;
  write(octets: Buffer | string): void;
  send(pdu: PduToSend): void;
  /** The first PDU of this command from now on or before, `count`th. */
  got(command: Pdu['command'], count?: number): Promise<Pdu>;
  /** Stops reading, so that the other side's octets pile up. */
  pause(): void;
  resume(): void;
  /** Cuts the line with an RST. */
  reset(): void;
  end(): void;
}

/** Says what to do with a PDU; `undefined` = what a good SMSC does, otherwise the PDUs to answer. */
export type Script = (pdu: Pdu, peer: Peer, connection: number) => readonly PduToSend[] | undefined;

export interface SmscOptions {
  readonly script?: Script;
  readonly onConnect?: (peer: Peer) => void;
  readonly tls?: tls.TlsOptions;
  readonly port?: number;
}

export async function scriptedSmsc(options: SmscOptions = {}): Promise<ScriptedSmsc> {
  const peers: Peer[] = [];
  const sockets = new Set<net.Socket>();
  const accept = (socket: net.Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const peer = createPeer(socket, options.script ?? (() => undefined), peers.length);
    peers.push(peer);
    options.onConnect?.(peer);
  };
  const server = options.tls ? tls.createServer(options.tls, accept) : net.createServer(accept);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const peer = (index: number) => until(() => peers[index]);
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    peers,
    peer,
    async bound(index) {
      const found = await peer(index);
      await until(() => found.received.find(({ command }) => isBind(command)));
      return found;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function createPeer(socket: net.Socket, script: Script, connection: number): Peer {
  const received: Pdu[] = [];
  const whole: Buffer[] = [];
  const frames = framer({ maxLength: 70_000 });
  let chunks = 0;
  const peer: Peer = {
    received,
    frames: whole,
    get chunks() {
      return chunks;
    },
    isOpen: () => !socket.destroyed && !socket.readableEnded,
    write: (octets) => void socket.write(octets),
    send: (pdu) => void socket.write(encodePdu(pdu)),
    got: (command, count = 1) => until(() => received.filter((pdu) => pdu.command === command)[count - 1]),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    reset: () => void socket.resetAndDestroy(),
    end: () => void socket.end(),
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    chunks += 1;
    for (const frame of frames.push(chunk).frames) {
      const decoded = decodePdu(frame);
      if (!decoded.ok) throw new Error(`the link sent a PDU that cannot be read: ${decoded.reason}`);
      received.push(decoded.pdu);
      whole.push(frame);
      for (const answer of script(decoded.pdu, peer, connection) ?? goodAnswer(decoded.pdu)) peer.send(answer);
      if (decoded.pdu.command === 'unbind') socket.end();
    }
  });
  return peer;
}

/** Ids are the sequence_number in decimal. */
function goodAnswer(pdu: Pdu): readonly PduToSend[] {
  const { command, sequenceNumber } = pdu;
  if (isBind(command)) return [{ command: `${command}_resp`, sequenceNumber, fields: { systemId: 'smsc' } }];
  if (command === 'submit_sm') {
    return [{ command: 'submit_sm_resp', sequenceNumber, fields: { messageId: String(sequenceNumber) } }];
  }
  if (command === 'enquire_link') return [{ command: 'enquire_link_resp', sequenceNumber }];
  return command === 'unbind' ? [{ command: 'unbind_resp', sequenceNumber }] : [];
}

type BindCommand = 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver';

export function isBind(command: Pdu['command']): command is BindCommand {
  return command === 'bind_transceiver' || command === 'bind_transmitter' || command === 'bind_receiver';
}
