import { type Socket, connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** Octets that went one way at one moment. */
export interface Chunk {
  readonly connection: number;
  readonly from: 'esme' | 'smsc';
  readonly octets: Buffer;
  readonly atMs: number;
}

export interface Recorder {
  /** Where the ESME connects to. */
  readonly port: number;
  readonly chunks: readonly Chunk[];
}

/** Sits between an ESME and an SMSC on loopback, hands everything on and writes it down. */
export async function recorder(smscPort: number): Promise<Recorder> {
  const chunks: Chunk[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((esme) => {
    const connection = connections++;
    const smsc = connect(smscPort, '127.0.0.1');
    for (const [from, here, there] of [
      ['esme', esme, smsc],
      ['smsc', smsc, esme],
    ] as const) {
      sockets.add(here);
      here.setNoDelay(true);
      here.on('data', (octets: Buffer) => {
        chunks.push({ connection, from, octets, atMs: Date.now() });
        there.write(octets);
      });
      here.on('error', () => there.destroy());
      here.on('end', () => there.end());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, chunks };
}

/**
 * A capture file (libpcap 2.4, LINKTYPE_RAW) of what was written down, as IPv4 and TCP would have carried it: no
 * handshake, no acknowledgements, checksums zero. The SMSC is on port 2775.
 */
export function pcapOf(chunks: readonly Chunk[]): Buffer {
  const sequences = new Map<string, number>();
  const packets = chunks.flatMap((chunk) => {
    const key = `${chunk.connection} ${chunk.from}`;
    return pieces(chunk.octets).map((octets) => {
      const sequence = sequences.get(key) ?? 1;
      const other = sequences.get(`${chunk.connection} ${chunk.from === 'esme' ? 'smsc' : 'esme'}`) ?? 1;
      sequences.set(key, sequence + octets.length);
      return record(chunk.atMs, packet({ ...chunk, octets }, sequence, other));
    });
  });
  return Buffer.concat([fileHeader(), ...packets]);
}

export const SMSC_PORT = 2775;
const ESME_PORT = 40_000;
const PIECE_MAX = 60_000;
const LINKTYPE_RAW = 101;
const PUSH_AND_ACK = 0x18;

function pieces(octets: Buffer): Buffer[] {
  const count = Math.ceil(octets.length / PIECE_MAX);
  return Array.from({ length: count }, (_, index) => octets.subarray(index * PIECE_MAX, (index + 1) * PIECE_MAX));
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2_c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(0x4_0000, 16);
  header.writeUInt32LE(LINKTYPE_RAW, 20);
  return header;
}

function record(atMs: number, octets: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(atMs / 1_000), 0);
  header.writeUInt32LE((atMs % 1_000) * 1_000, 4);
  header.writeUInt32LE(octets.length, 8);
  header.writeUInt32LE(octets.length, 12);
  return Buffer.concat([header, octets]);
}

function packet({ connection, from, octets }: Chunk, sequence: number, acknowledged: number): Buffer {
  const [source, destination] =
    from === 'esme' ? [ESME_PORT + connection, SMSC_PORT] : [SMSC_PORT, ESME_PORT + connection];
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(40 + octets.length, 2);
  ip[8] = 64;
  ip[9] = 6;
  ip.set([127, 0, 0, 1], 12);
  ip.set([127, 0, 0, 1], 16);
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(source, 0);
  tcp.writeUInt16BE(destination, 2);
  tcp.writeUInt32BE(sequence, 4);
  tcp.writeUInt32BE(acknowledged, 8);
  tcp[12] = 0x50;
  tcp[13] = PUSH_AND_ACK;
  tcp.writeUInt16BE(0xffff, 14);
  return Buffer.concat([ip, tcp, octets]);
}
