import { createServer, type Socket } from 'node:net';
import { decodePdu, encodePdu, type Pdu } from '../../server/smpp/pdu.ts';
import { framer } from '../../server/smpp/pdu-framing.ts';

/** `silent`: takes connections and binds and answers nothing else; `closed`: nobody listens; `answers`: takes everything. */
export type Mood = 'silent' | 'closed' | 'answers';

export interface MoodySmsc {
  /** Lets the connections that are open feel the change: those of a closed one end. */
  become(mood: Mood): Promise<void>;
  /** submit_sm so far. */
  submits(): number;
  /** When so many submit_sm had come, a hundred at a time, or one to this number (performance.now); undefined until then. */
  timeOf(what: number | string): number | undefined;
  forget(to: string): void;
  close(): Promise<void>;
}

/** A carrier in this process whose mood changes. It keeps counts and times, no texts. */
export function openMoodySmsc(port: number): MoodySmsc {
  const sockets = new Set<Socket>();
  const times = new Map<number | string, number>();
  let mood: Mood = 'closed';
  let submits = 0;

  function note(to: string): void {
    submits += 1;
    if (submits % MARK_EVERY === 0) times.set(submits, performance.now());
    if (to.endsWith(MARKED)) times.set(`+${to}`, performance.now());
    if (mood === 'answers' && !times.has('first')) times.set('first', performance.now());
  }

  function react(pdu: Pdu): Buffer | null {
    const { sequenceNumber } = pdu;
    if (pdu.command === 'bind_transceiver') {
      return encodePdu({ command: 'bind_transceiver_resp', sequenceNumber, fields: { systemId: 'moody' } });
    }
    if (pdu.command === 'submit_sm') note(pdu.fields.destinationAddr ?? '');
    if (mood !== 'answers') return null;
    if (pdu.command === 'enquire_link') return encodePdu({ command: 'enquire_link_resp', sequenceNumber });
    if (pdu.command === 'unbind') return encodePdu({ command: 'unbind_resp', sequenceNumber });
    if (pdu.command !== 'submit_sm') return null;
    return encodePdu({ command: 'submit_sm_resp', sequenceNumber, fields: { messageId: String(FIRST_ID + submits) } });
  }

  const server = createServer({ noDelay: true }, (socket) => {
    const frames = framer({ maxLength: 70_000 });
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const decoded = frames.push(chunk).frames.map((frame) => decodePdu(frame));
      const answers = decoded.flatMap((one) => (one.ok ? [react(one.pdu)] : [])).filter((answer) => answer !== null);
      if (answers.length > 0) socket.write(Buffer.concat(answers));
    });
  });

  async function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }

  return {
    close,
    submits: () => submits,
    timeOf: (what) => times.get(what),
    forget: (to) => void times.delete(to),
    async become(next) {
      mood = next;
      if (next === 'closed') return close();
      if (!server.listening) await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    },
  };
}

/** The time of each hundredth submit_sm is kept, and that of each to a number that ends like this. */
const MARK_EVERY = 100;
export const MARKED = '0199';
const FIRST_ID = Date.now() * 1_000;
