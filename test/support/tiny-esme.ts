import { type Socket, connect } from 'node:net';
import { framer } from '../../server/smpp/pdu-framing.ts';
import {
  type Command,
  type MessageFields,
  type Pdu,
  PDU_LENGTH_MAX,
  type PduToSend,
  decodePdu,
  encodePdu,
} from '../../server/smpp/pdu.ts';
import { until } from './until.ts';

/** The smallest ESME there is: it sends what it is told and remembers what came. */
export interface TinyEsme {
  readonly socket: Socket;
  /** Everything that came in, in order. */
  readonly received: Pdu[];
  /** Status for the deliver_sm_resp; null = it does not answer. */
  answerDeliveries(status: number | null): void;
  send(pdu: PduToSend): void;
  /** Sends a request and waits for the answer with its sequence number. */
  request(pdu: Omit<PduToSend, 'sequenceNumber'>): Promise<Pdu>;
  submit(fields: Partial<MessageFields>): Promise<{ readonly commandStatus: number; readonly messageId: string }>;
  /** deliver_sm so far. */
  deliveries(): MessageFields[];
  isClosed(): boolean;
  close(): Promise<void>;
}

export async function tinyEsme(
  port: number,
  bind: { readonly command: Command; readonly systemId: string; readonly password: string } | null,
): Promise<TinyEsme> {
  const socket = connect({ port, host: '127.0.0.1' });
  const frames = framer({ maxLength: PDU_LENGTH_MAX });
  const received: Pdu[] = [];
  let sequence = 0;
  let deliveryStatus: number | null = 0;
  let closed = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk).frames) {
      const decoded = decodePdu(frame);
      if (decoded.ok) take(decoded.pdu);
    }
  });

  function take(pdu: Pdu) {
    received.push(pdu);
    const { sequenceNumber } = pdu;
    if (pdu.command === 'enquire_link') send({ command: 'enquire_link_resp', sequenceNumber });
    if (pdu.command === 'unbind') send({ command: 'unbind_resp', sequenceNumber });
    if (pdu.command === 'deliver_sm' && deliveryStatus !== null) {
      send({ command: 'deliver_sm_resp', sequenceNumber, commandStatus: deliveryStatus });
    }
  }

  function send(pdu: PduToSend) {
    socket.write(encodePdu(pdu));
  }

  async function request(pdu: Omit<PduToSend, 'sequenceNumber'>): Promise<Pdu> {
    sequence += 1;
    const own = sequence;
    send({ ...pdu, sequenceNumber: own } as PduToSend);
    const isAnswer = (other: Pdu) =>
      other.sequenceNumber === own && (other.command.endsWith('_resp') || other.command === 'generic_nack');
    return until(() => received.find(isAnswer));
  }

  if (bind) {
    const { command, ...fields } = bind;
    await request({ command, fields } as Omit<PduToSend, 'sequenceNumber'>);
  }
  return {
    socket,
    received,
    answerDeliveries(status) {
      deliveryStatus = status;
    },
    send,
    request,
    async submit(fields) {
      const answer = await request({ command: 'submit_sm', fields: { registeredDelivery: 1, ...fields } });
      const messageId = answer.command === 'submit_sm_resp' ? answer.fields.messageId : '';
      return { commandStatus: answer.commandStatus, messageId };
    },
    deliveries: () => received.flatMap((pdu) => (pdu.command === 'deliver_sm' ? [pdu.fields] : [])),
    isClosed: () => closed,
    async close() {
      socket.destroy();
      await until(() => closed || undefined);
    },
  };
}
