import { createServer, type Socket } from 'node:net';
import http from 'node:http';
import { decodePdu, encodePdu, type MessageFields, type Pdu } from '../../server/smpp/pdu.ts';
import { framer } from '../../server/smpp/pdu-framing.ts';

/**
 * An SMSC that accepts everything, as a process: `node smsc.ts --port P --http H --dlr 0|1`. With `--rate N` it answers
 * ESME_RTHROTTLED to all but N in a second. It takes the place of the kit's where there is no kit, with the same counters:
 * GET /stats, GET /reset; any other address is a webhook.
 */
const RECEIPT_AFTER_MS = 50;
const zero = { submits: 0, throttled: 0, dlrSent: 0, dlrAcked: 0, hooks: 0, first: 0, last: 0 };
let counts = { ...zero };
let lastId = Date.now() * 1_000;

const setting = (name: string) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] ?? 0);
const sendsReceipts = setting('dlr') === 1;
const ratePerSecond = process.argv.includes('--rate') ? setting('rate') : Infinity;
let second = { startedAt: 0, taken: 0 };

createServer({ noDelay: true }, serve).listen(setting('port'), '127.0.0.1', () => process.stdout.write('smsc up\n'));
http.createServer(answer).listen(setting('http'), '127.0.0.1');

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  request.resume();
  if (request.url === '/stats') return void response.end(JSON.stringify(counts));
  if (request.url === '/reset') counts = { ...zero };
  else counts.hooks += 1;
  response.end('ok');
}

function serve(socket: Socket): void {
  const frames = framer({ maxLength: 70_000 });
  let sequence = 0;
  let queue: Buffer[] = [];
  const write = (octets: Buffer) => {
    if (queue.length === 0) setImmediate(flush);
    queue.push(octets);
  };
  const flush = () => {
    if (socket.writable) socket.write(Buffer.concat(queue));
    queue = [];
  };
  const receipt = (id: string, fields: MessageFields) => () => {
    counts.dlrSent += 1;
    write(encodePdu({ command: 'deliver_sm', sequenceNumber: ++sequence, fields: receiptFields(id, fields) }));
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk).frames) {
      const decoded = decodePdu(frame);
      if (decoded.ok) react(decoded.pdu, write, receipt);
    }
  });
}

function react(pdu: Pdu, write: (octets: Buffer) => void, receipt: (id: string, fields: MessageFields) => () => void) {
  const { sequenceNumber } = pdu;
  switch (pdu.command) {
    case 'bind_transceiver':
      return write(encodePdu({ command: 'bind_transceiver_resp', sequenceNumber, fields: { systemId: 'bench' } }));
    case 'enquire_link':
      return write(encodePdu({ command: 'enquire_link_resp', sequenceNumber }));
    case 'unbind':
      return write(encodePdu({ command: 'unbind_resp', sequenceNumber }));
    case 'deliver_sm_resp':
      counts.dlrAcked += 1;
      return;
    case 'submit_sm': {
      counts.submits += 1;
      counts.first ||= Date.now();
      counts.last = Date.now();
      if (isOverRate()) {
        counts.throttled += 1;
        return write(encodePdu({ command: 'submit_sm_resp', sequenceNumber, commandStatus: ESME_RTHROTTLED }));
      }
      const messageId = String(++lastId);
      write(encodePdu({ command: 'submit_sm_resp', sequenceNumber, fields: { messageId } }));
      if (sendsReceipts) setTimeout(receipt(messageId, pdu.fields), RECEIPT_AFTER_MS);
      return;
    }
    default:
      return;
  }
}

const ESME_RTHROTTLED = 0x58;

function isOverRate(): boolean {
  if (Date.now() - second.startedAt >= 1_000) second = { startedAt: Date.now(), taken: 0 };
  second.taken += 1;
  return second.taken > ratePerSecond;
}

/** SMPP 3.4 Appendix B. */
function receiptFields(id: string, { sourceAddr, destinationAddr }: MessageFields): Partial<MessageFields> {
  const text = `id:${id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000 text:`;
  return {
    sourceAddr: destinationAddr,
    destinationAddr: sourceAddr,
    esmClass: 0x04,
    shortMessage: Buffer.from(text, 'latin1'),
    receiptedMessageId: id,
    messageState: 2,
  };
}
