import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { decodeUserData, readUserData } from '../../server/simulator/user-data.ts';
import { framer } from '../../server/smpp/pdu-framing.ts';
import {
  decodePdu,
  encodePdu,
  type MessageFields,
  type Pdu,
  PDU_LENGTH_MAX,
  type PduToSend,
} from '../../server/smpp/pdu.ts';

/**
 * An SMSC in a process of its own, so that it remembers what it was sent whatever is killed meanwhile. It writes down
 * every submit_sm before it answers. Prints {"smppPort","controlPort"} in one line and ends when its stdin does.
 * Control over HTTP on loopback: GET / answers what was recorded, PUT / changes the behaviour.
 */
export interface Behaviour {
  readonly ids: keyof typeof ID_FORMS;
  readonly responseDelayMs: number;
  /** `when told`: before the response, but only once the behaviour is another one. */
  readonly receipts: 'none' | 'after the response' | 'before the response' | 'when told';
}

/** One submit_sm. */
export interface Recorded {
  /** As it was addressed, without +. */
  readonly to: string;
  readonly text: string;
  /** From 1. */
  readonly part: number;
  readonly atMs: number;
}

interface Ids {
  readonly response: string;
  readonly receipt: string;
}

/** Ids as other SMSCs write them: the one in the response and the one in the receipt need not look alike. */
const ID_FORMS = {
  'nineteen digits': (count: number): Ids => same((8_999_999_999_999_990_000n + BigInt(count)).toString()),
  'hexadecimal, then decimal': (count: number): Ids => {
    const value = 0x0ab0_cdef_0000n + BigInt(count);
    return { response: value.toString(16).toUpperCase(), receipt: value.toString() };
  },
  'decimal, then hexadecimal': (count: number): Ids => {
    const value = 4_000_000_000n + BigInt(count);
    return { response: value.toString(), receipt: value.toString(16).padStart(8, '0') };
  },
  'always 0': (): Ids => same('0'),
} as const;

const same = (id: string): Ids => ({ response: id, receipt: id });
const REDELIVER_AFTER_MS = 300;
const RECEIPTS_UNANSWERED_MAX = 50;

interface Session {
  readonly socket: Socket;
  bound: boolean;
  readonly unanswered: Map<number, Partial<MessageFields>>;
}

let behaviour: Behaviour = { ids: 'nineteen digits', responseDelayMs: 0, receipts: 'after the response' };
const recorded: Recorded[] = [];
const sessions = new Set<Session>();
/** Receipts that nobody has acknowledged yet: they survive the connection, as they do at a carrier. */
let receipts: Partial<MessageFields>[] = [];
let untold: (() => void)[] = [];
let sequence = 0;

function accept(socket: Socket): void {
  const session: Session = { socket, bound: false, unanswered: new Map() };
  const frames = framer({ maxLength: PDU_LENGTH_MAX });
  sessions.add(session);
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk).frames) {
      const decoded = decodePdu(frame);
      if (decoded.ok) take(session, decoded.pdu);
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    sessions.delete(session);
    receipts.unshift(...session.unanswered.values());
    deliver();
  });
}

function take(session: Session, pdu: Pdu): void {
  const { sequenceNumber } = pdu;
  switch (pdu.command) {
    case 'bind_transceiver':
    case 'bind_transmitter':
    case 'bind_receiver':
      session.bound = true;
      send(session, { command: `${pdu.command}_resp`, sequenceNumber, fields: { systemId: 'recorder' } });
      return deliver();
    case 'submit_sm':
      return submit(session, pdu.fields, sequenceNumber);
    case 'deliver_sm_resp':
      return acknowledged(session, sequenceNumber, pdu.commandStatus);
    case 'enquire_link':
      return send(session, { command: 'enquire_link_resp', sequenceNumber });
    case 'unbind':
      session.bound = false;
      send(session, { command: 'unbind_resp', sequenceNumber });
      return void session.socket.end();
    default:
  }
}

function submit(session: Session, fields: MessageFields, sequenceNumber: number): void {
  const { octets, alphabet, part } = readUserData(fields);
  const text = decodeUserData(octets, alphabet);
  recorded.push({ to: fields.destinationAddr, text, part: part.number, atMs: Date.now() });
  const ids = ID_FORMS[behaviour.ids](recorded.length);
  const report = () => {
    receipts.push(receiptOf(fields, ids.receipt));
    deliver();
  };
  const { receipts: when, responseDelayMs } = behaviour;
  if (when === 'before the response') report();
  if (when === 'when told') untold.push(report);
  const answer = () => {
    send(session, { command: 'submit_sm_resp', sequenceNumber, fields: { messageId: ids.response } });
    if (when === 'after the response') report();
  };
  if (responseDelayMs > 0) setTimeout(answer, responseDelayMs);
  else answer();
}

function tellAll(): void {
  const reports = untold;
  untold = [];
  for (const report of reports) report();
}

/** The text form of SMPP 3.4 Appendix B and no TLVs, as many carriers send it. */
function receiptOf(submitted: MessageFields, id: string): Partial<MessageFields> {
  const date = new Date().toISOString().replace(/[-T:]/g, '').slice(2, 12);
  const text = `id:${id} sub:001 dlvrd:001 submit date:${date} done date:${date} stat:DELIVRD err:000 text:`;
  return {
    sourceAddrTon: submitted.destAddrTon,
    sourceAddrNpi: submitted.destAddrNpi,
    sourceAddr: submitted.destinationAddr,
    destAddrTon: submitted.sourceAddrTon,
    destAddrNpi: submitted.sourceAddrNpi,
    destinationAddr: submitted.sourceAddr,
    esmClass: 0x04,
    shortMessage: Buffer.from(text, 'latin1'),
  };
}

function deliver(): void {
  for (const session of sessions) {
    while (session.bound && receipts.length > 0 && session.unanswered.size < RECEIPTS_UNANSWERED_MAX) {
      const fields = receipts.shift() ?? {};
      sequence += 1;
      session.unanswered.set(sequence, fields);
      send(session, { command: 'deliver_sm', sequenceNumber: sequence, fields });
    }
  }
}

function acknowledged(session: Session, sequenceNumber: number, commandStatus: number): void {
  const fields = session.unanswered.get(sequenceNumber);
  session.unanswered.delete(sequenceNumber);
  if (fields && commandStatus !== 0) {
    setTimeout(() => {
      receipts.push(fields);
      deliver();
    }, REDELIVER_AFTER_MS);
  }
  deliver();
}

function send({ socket }: Session, pdu: PduToSend): void {
  if (socket.writable) socket.write(encodePdu(pdu));
}

async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks = await Array.fromAsync<Buffer>(request);
  if (request.method === 'PUT') {
    behaviour = { ...behaviour, ...(JSON.parse(Buffer.concat(chunks).toString()) as Partial<Behaviour>) };
    if (behaviour.receipts !== 'when told') tellAll();
  }
  response.end(JSON.stringify(recorded));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

if (import.meta.main) {
  const smppPort = await listen(createServer(accept));
  const controlPort = await listen(createHttpServer((request, response) => void control(request, response)));
  process.stdout.write(`${JSON.stringify({ smppPort, controlPort })}\n`);
  process.stdin.resume().on('end', () => process.exit(0));
}
