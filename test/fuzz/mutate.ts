import { type PduToSend, encodePdu } from '../../server/smpp/pdu.ts';

export type Random = () => number;

export const below = (random: Random, max: number) => Math.floor(random() * max);

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[below(random, items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

/** One PDU as a peer might send it if it, its memory or its network were broken. */
export function mutatedPdu(random: Random, liveSequence: number): Buffer {
  let octets: Buffer<ArrayBufferLike> = Buffer.from(pick(random, CORPUS));
  // Most answers answer something, or nothing would ever be settled by them.
  if (random() < 0.5) octets.writeUInt32BE(liveSequence >>> 0, 12);
  const rounds = below(random, 4);
  for (let round = 0; round < rounds; round += 1) octets = pick(random, MUTATIONS)(octets, random);
  // A possible length most of the time: otherwise nothing behind the framing is ever tried.
  if (random() < 0.004) return octets;
  const whole = octets.length < 16 ? Buffer.concat([octets, noise(random, 16 - octets.length)]) : octets;
  whole.writeUInt32BE(whole.length, 0);
  return whole;
}

const RECEIPT =
  'id:1234567890123456789 sub:001 dlvrd:001 submit date:2611201200 done date:2611201201 stat:DELIVRD err:000 text:Hi';
const address = { sourceAddrTon: 1, sourceAddrNpi: 1, sourceAddr: '14155550123', destinationAddr: '15005550100' };

const VALID: readonly PduToSend[] = [
  { command: 'deliver_sm', sequenceNumber: 7, fields: { ...address, shortMessage: Buffer.from('Hello, YES please') } },
  {
    command: 'deliver_sm',
    sequenceNumber: 8,
    fields: {
      ...address,
      esmClass: 0x04,
      shortMessage: Buffer.from(RECEIPT),
      receiptedMessageId: '1234567890123456789',
      messageState: 2,
      networkErrorCode: Buffer.of(3, 0, 0),
    },
  },
  {
    command: 'deliver_sm',
    sequenceNumber: 9,
    fields: { ...address, esmClass: 0x04, receiptedMessageId: 'ABC', messageState: 5 },
  },
  {
    command: 'deliver_sm',
    sequenceNumber: 10,
    fields: { ...address, esmClass: 0x40, shortMessage: Buffer.from('0500032a0201' + '41'.repeat(100), 'hex') },
  },
  {
    command: 'deliver_sm',
    sequenceNumber: 11,
    fields: { ...address, esmClass: 0x40, dataCoding: 8, shortMessage: Buffer.from('060804012a0202d83dde00', 'hex') },
  },
  {
    command: 'deliver_sm',
    sequenceNumber: 12,
    fields: {
      ...address,
      sarMsgRefNum: 300,
      sarTotalSegments: 2,
      sarSegmentSeqnum: 1,
      shortMessage: Buffer.from('one'),
    },
  },
  { command: 'deliver_sm', sequenceNumber: 13, fields: { ...address, messagePayload: Buffer.alloc(1_000, 0x41) } },
  {
    command: 'deliver_sm',
    sequenceNumber: 14,
    fields: { ...address, dataCoding: 8, shortMessage: Buffer.from('Привет', 'utf16le').swap16() },
  },
  { command: 'submit_sm_resp', sequenceNumber: 1, fields: { messageId: '1234567890123456789' } },
  { command: 'submit_sm_resp', sequenceNumber: 1, commandStatus: 0x58 },
  { command: 'submit_sm_resp', sequenceNumber: 1, commandStatus: 0x04ff },
  { command: 'submit_sm', sequenceNumber: 15, fields: { ...address, shortMessage: Buffer.from('wrong way') } },
  { command: 'bind_transceiver_resp', sequenceNumber: 1, fields: { systemId: 'smsc', scInterfaceVersion: 0x50 } },
  { command: 'bind_transceiver', sequenceNumber: 1, fields: { systemId: 'smsc', password: 'pw' } },
  { command: 'deliver_sm_resp', sequenceNumber: 2, fields: { messageId: '' } },
  { command: 'data_sm', sequenceNumber: 16, fields: { ...address, messagePayload: Buffer.from('in a data_sm') } },
  { command: 'enquire_link', sequenceNumber: 3 },
  { command: 'enquire_link_resp', sequenceNumber: 1 },
  { command: 'generic_nack', sequenceNumber: 1, commandStatus: 0x03 },
  { command: 'unbind_resp', sequenceNumber: 1 },
];

const CORPUS: readonly Buffer[] = [
  ...VALID.map((pdu) => encodePdu(pdu)),
  // Commands that a link refuses: query_sm, query_sm_resp, alert_notification, outbind, one that does not exist.
  ...[0x03, 0x8000_0003, 0x102, 0x0b, 0x1234].map((commandId) => {
    const header = Buffer.alloc(24);
    [24, commandId, 0, 5].forEach((word, index) => header.writeUInt32BE(word, index * 4));
    return header;
  }),
];

type Mutation = (octets: Buffer, random: Random) => Buffer;

const EDGES = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xfe, 0xff] as const;
const WORDS = [0, 1, 4, 15, 16, 17, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0x8000_0004, 0xffff_ffff] as const;

const MUTATIONS: readonly Mutation[] = [
  function flipBit(octets, random) {
    const at = below(random, octets.length);
    octets[at] = (octets[at] ?? 0) ^ (1 << below(random, 8));
    return octets;
  },
  function setOctet(octets, random) {
    octets[below(random, octets.length)] = random() < 0.5 ? pick(random, EDGES) : below(random, 256);
    return octets;
  },
  function setWord(octets, random) {
    if (octets.length < 8) return octets;
    octets.writeUInt32BE(pick(random, WORDS), below(random, octets.length - 4));
    return octets;
  },
  function setHeader(octets, random) {
    if (octets.length < 16) return octets;
    octets.writeUInt32BE(pick(random, WORDS), 4 * (1 + below(random, 3)));
    return octets;
  },
  function cutOff(octets, random) {
    return octets.subarray(0, Math.max(4, below(random, octets.length)));
  },
  function append(octets, random) {
    return Buffer.concat([octets, noise(random, 1 + below(random, 40))]);
  },
  function appendTlv(octets, random) {
    const header = Buffer.alloc(4);
    header.writeUInt16BE(
      pick(random, [0x001e, 0x0427, 0x0424, 0x0423, 0x020c, 0x020e, 0x020f, 0x0204, 0x1400, 0x0000]),
      0,
    );
    header.writeUInt16BE(pick(random, [0, 1, 2, 3, 4, 65, 255, 0xffff]), 2);
    return Buffer.concat([octets, header, noise(random, below(random, 6))]);
  },
  function insert(octets, random) {
    const at = Math.min(octets.length, 4 + below(random, octets.length));
    return Buffer.concat([octets.subarray(0, at), noise(random, 1 + below(random, 8)), octets.subarray(at)]);
  },
  function remove(octets, random) {
    const at = 4 + below(random, octets.length);
    return Buffer.concat([octets.subarray(0, at), octets.subarray(at + 1 + below(random, 8))]);
  },
  function double(octets, random) {
    const at = 4 + below(random, octets.length);
    return octets.length > 8_000 ? octets : Buffer.concat([octets.subarray(0, at), octets.subarray(4)]);
  },
  function splice(octets, random) {
    const other = pick(random, CORPUS);
    return Buffer.concat([octets.subarray(0, 16), other.subarray(Math.min(16, below(random, other.length)))]);
  },
];

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => below(random, 256)));
}
